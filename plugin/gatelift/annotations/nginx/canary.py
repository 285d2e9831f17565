"""An Ingress that only adds an alternative backend to the places of another one."""

from __future__ import annotations

from gatelift.annotations.nginx._canary import SOURCE
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Canary


def read(value: str, context: UnitContext) -> Result:
    """``true`` makes the Ingress a canary; without a rule that sends it traffic, it gets none."""
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    return Translated((Canary(enabled=True),)) if wanted else Inert("false is the default")


unit = Unit(
    names=("canary",),
    risk=Risk.ROUTING,
    read=read,
    summary="This Ingress adds an alternative backend to another one's paths",
    source=SOURCE,
    cases=(
        Case(value="true", expect=Translated((Canary(enabled=True),))),
        Case(value="1", expect=Translated((Canary(enabled=True),))),
        Case(value="false", expect=Inert("default")),
        Case(value="enabled", expect=Inert("no boolean")),
    ),
)
