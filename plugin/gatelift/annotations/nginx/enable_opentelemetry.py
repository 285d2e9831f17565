"""Whether nginx traces requests of this Ingress."""

from __future__ import annotations

from gatelift.annotations.nginx._tracing import SOURCE, SWITCH, WHERE, traced_by_controller
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """Tracing is the Gateway's affair: where traces go to is known to the platform only."""
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    if wanted:
        return Translated(differs=f"no span is made for these requests until the Gateway traces: {WHERE}")
    if not traced_by_controller(context):
        return Inert("false is the default")
    return Translated(differs=f"a Gateway that traces does so here too; a samplingFraction of 0 ends that: {WHERE}")


unit = Unit(
    names=(SWITCH,),
    risk=Risk.METADATA,
    read=read,
    setting=SWITCH,
    summary="Whether requests of this Ingress are traced",
    source=SOURCE,
    cases=(
        Case(value="true", expect=Translated(differs="until the Gateway traces")),
        Case(value="false", controller={SWITCH: "true"}, expect=Translated(differs="samplingFraction of 0")),
        Case(value="false", expect=Inert("default")),
        Case(value="enabled", expect=Inert("no boolean")),
    ),
)
