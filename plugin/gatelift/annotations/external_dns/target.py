"""Where the DNS record points."""

from __future__ import annotations

from gatelift.annotations.external_dns._prefixes import carried, keys
from gatelift.annotations.unit import Case, Inert, Result, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.metadata import Carrier

OLD, NEW = keys("target")


def read(value: str, context: UnitContext) -> Result:
    """external-dns looks for it on the Gateway or ListenerSet, never on a route."""
    if not value.strip():
        return Inert("it is empty, which is as good as missing")
    return carried(Carrier.GATEWAY, context.key, value)


unit = Unit(
    names=(OLD, NEW),
    risk=Risk.METADATA,
    read=read,
    summary="Where the DNS records point, instead of at the load balancer",
    source="https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/",
    cases=(
        Case(name=OLD, value="lb.example.com", expect=carried(Carrier.GATEWAY, OLD, "lb.example.com")),
        Case(name=NEW, value="192.0.2.1,192.0.2.2", expect=carried(Carrier.GATEWAY, NEW, "192.0.2.1,192.0.2.2")),
        Case(name=OLD, value="", expect=Inert("empty")),
        Case(name=NEW, value=" ", expect=Inert("empty")),
    ),
)
