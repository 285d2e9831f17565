"""Whether the server's order of ciphers counts, or the client's."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """The gateway has an order of its own."""
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    if wanted:
        return Inert("on is the controller's own default, and the gateway's order counts there too")
    return Translated(
        differs="the gateway chooses among the ciphers that both have, where nginx lets the client choose"
    )


unit = Unit(
    names=("ssl-prefer-server-ciphers",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="Whether the server's order of ciphers counts",
    source=upstream("ssl-ciphers"),
    cases=(
        Case(value="false", expect=Translated(differs="lets the client choose")),
        Case(value="true", expect=Inert("default")),
        Case(value="on", expect=Inert("no boolean")),
    ),
)
