"""Whether nginx logs how it rewrites paths."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """Lines of nginx's own log, which ends with it."""
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    if not wanted:
        return Inert("false is the default")
    return Translated(differs="nginx's log of rewritten paths ends with it; Envoy's access log can show both paths")


unit = Unit(
    names=("enable-rewrite-log",),
    risk=Risk.METADATA,
    read=read,
    summary="Whether nginx logs how it rewrites paths",
    source=upstream("enable-rewrite-log"),
    cases=(
        Case(value="true", expect=Translated(differs="ends with it")),
        Case(value="1", expect=Translated(differs="ends with it")),
        Case(value="false", expect=Inert("default")),
        Case(value="yes", expect=Inert("no boolean")),
    ),
)
