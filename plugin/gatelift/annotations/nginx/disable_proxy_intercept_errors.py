"""Whether the backend's own errors reach the client where custom-http-errors replaces errors."""

from __future__ import annotations

from gatelift.annotations.nginx._errors import custom_errors
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """``true`` is what a gateway does; ``custom-http-errors`` says what becomes of the rest."""
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    if not wanted:
        return Inert("false is the default")
    return Translated() if custom_errors(context) else Inert("it does nothing without custom-http-errors")


_ERRORS = {"custom-http-errors": "404,503"}

unit = Unit(
    names=("disable-proxy-intercept-errors",),
    risk=Risk.TRAFFIC,
    read=read,
    setting="disable-proxy-intercept-errors",
    summary="Whether the backend's own errors reach the client beside custom-http-errors",
    source=upstream("disable-proxy-intercept-errors"),
    cases=(
        Case(value="true", siblings=_ERRORS, expect=Translated()),
        Case(value="1", controller=_ERRORS, expect=Translated()),
        Case(value="true", expect=Inert("without custom-http-errors")),
        Case(value="true", siblings={"custom-http-errors": "404,"}, expect=Inert("without custom-http-errors")),
        Case(value="false", siblings=_ERRORS, expect=Inert("default")),
        Case(value="yes", siblings=_ERRORS, expect=Inert("no boolean")),
    ),
)
