"""How many connections to the authorization service are kept open."""

from __future__ import annotations

from gatelift.annotations.nginx._connections import DIFFERS, ON, keeps_connections
from gatelift.annotations.nginx._external_auth import SOURCE, SURE, dormant
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, parse_int, shown
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """Gateways pool connections anyway."""
    if (asleep := dormant(context)) is not None:
        return asleep
    count = parse_int(value)
    if count is None:
        return Inert(f"{shown(value)} is no whole number to ingress-nginx, which falls back to 0", fallback=True)
    if count <= 0:
        return Inert(f"{count} keeps no connection open, which is the default")
    if not keeps_connections(context):
        return Inert("ingress-nginx keeps no connection open to a host with a variable in its name")
    return Translated(differs=DIFFERS)


unit = Unit(
    names=("auth-keepalive",),
    risk=Risk.SECURITY,
    read=read,
    summary="How many connections to the authorization service are kept open",
    source=SOURCE,
    cases=(
        Case(value="8", siblings=ON, decide=SURE, expect=Translated(differs="own rules")),
        Case(value="0", siblings=ON, expect=Inert("default")),
        Case(value="-2", siblings=ON, expect=Inert("no connection")),
        Case(value="many", siblings=ON, expect=Inert("falls back")),
        Case(value="8", siblings={"auth-url": "http://$host/check"}, expect=Inert("variable")),
        Case(value="8", expect=Inert("auth-url")),
    ),
)
