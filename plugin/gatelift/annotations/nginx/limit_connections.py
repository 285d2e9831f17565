"""How many requests of one client address may be under way."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._values import not_loaded
from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext, parse_int
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """No gateway counts what one address has under way."""
    most = parse_int(value)
    if most is None:
        return not_loaded(value, "a whole number")
    if most <= 0:
        return Inert(f"{most} is no limit to ingress-nginx")
    return Refused(
        f"ingress-nginx lets one client address have {most} requests under way, and no gateway counts that: Envoy "
        "Gateway limits the connections of all clients together (connection.connectionLimit of a ClientTrafficPolicy)",
        "limit how often a client may ask instead (limit-rps), or limit connections in front of the gateway and then "
        "name this under accept: with that reason",
    )


unit = Unit(
    names=("limit-connections",),
    risk=Risk.SECURITY,
    read=read,
    summary="Requests of one client address that may be under way at the same time",
    source=upstream("rate-limiting"),
    cases=(
        Case(value="5", expect=Refused("no gateway counts", "limit-rps")),
        Case(value="0", expect=Inert("no limit")),
        Case(value="-3", expect=Inert("no limit")),
        Case(value="five", expect=Refused("does not load", "correct")),
    ),
)
