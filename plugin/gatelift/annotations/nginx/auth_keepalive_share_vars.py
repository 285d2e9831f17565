"""Whether the question to the authorization service shares nginx's variables with the request."""

from __future__ import annotations

from gatelift.annotations.nginx._connections import KEPT, ON, keeps_connections
from gatelift.annotations.nginx._external_auth import SOURCE, SURE, dormant
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """A gateway has no variables; only a snippet could tell, and snippets are refused on their own."""
    if (asleep := dormant(context)) is not None:
        return asleep
    if not keeps_connections(context):
        return Inert("it does nothing without auth-keepalive")
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    if not wanted:
        return Inert("false is the default")
    return Translated(differs="a gateway has no variables that the question and the request could share")


unit = Unit(
    names=("auth-keepalive-share-vars",),
    risk=Risk.SECURITY,
    read=read,
    summary="Whether the question to the authorization service shares nginx's variables with the request",
    source=SOURCE,
    cases=(
        Case(value="true", siblings=KEPT, decide=SURE, expect=Translated(differs="variables")),
        Case(value="false", siblings=KEPT, expect=Inert("default")),
        Case(value="yes", siblings=KEPT, expect=Inert("no boolean")),
        Case(value="true", siblings=ON, expect=Inert("auth-keepalive")),
        Case(value="true", expect=Inert("auth-url")),
    ),
)
