"""Whether a cookie of the authorization service reaches the client beside an error of the backend too."""

from __future__ import annotations

from gatelift.annotations.nginx._connections import ON
from gatelift.annotations.nginx._external_auth import SOURCE, SURE, dormant
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """A gateway passes on no cookie of a consent at all, which ``auth-url`` says already."""
    if (asleep := dormant(context)) is not None:
        return asleep
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    if not wanted:
        return Inert("false is the default")
    return Translated(differs="a cookie that the authorization service sets in its consent does not reach the client")


unit = Unit(
    names=("auth-always-set-cookie",),
    risk=Risk.SECURITY,
    read=read,
    summary="Whether the authorization service's cookie reaches the client beside errors too",
    source=SOURCE,
    cases=(
        Case(value="true", siblings=ON, decide=SURE, expect=Translated(differs="cookie")),
        Case(value="0", siblings=ON, expect=Inert("default")),
        Case(value="on", siblings=ON, expect=Inert("no boolean")),
        Case(value="true", expect=Inert("auth-url")),
    ),
)
