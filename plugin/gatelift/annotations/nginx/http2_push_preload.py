"""Push what an answer's Link header names."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Result, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """nginx has no HTTP/2 push since 1.25.1, and browsers had none before."""
    if parse_bool(value) is None:
        return not_bool(value)
    return Inert("nginx has given up HTTP/2 push, so nothing is pushed today; the Link header reaches the client still")


unit = Unit(
    names=("http2-push-preload",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="Push what the Link header of an answer names",
    source=upstream("http2-push-preload"),
    cases=(
        Case(value="true", expect=Inert("given up")),
        Case(value="false", expect=Inert("given up")),
        Case(value="on", expect=Inert("no boolean")),
    ),
)
