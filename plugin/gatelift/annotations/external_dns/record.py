"""What the DNS records of the hosts look like."""

from __future__ import annotations

from gatelift.annotations.external_dns._prefixes import PREFIXES, carried, keys, name_of
from gatelift.annotations.unit import Case, Inert, Result, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.metadata import Carrier

KNOWN = ("hostname", "ttl", "set-identifier", "alias", "record-type")
FAMILIES = ("aws-", "azure-", "cloudflare-", "coredns-", "scw-", "webhook-")
"""Providers with settings of their own (source/annotations in external-dns)."""
INTERNAL = ("access", "endpoints-type", "internal-hostname", "ingress")
"""Read on Services, Pods and Istio's Gateways only."""


def read(value: str, context: UnitContext) -> Result:
    """To the route, once DNS has moved."""
    name = name_of(context.key)
    if name in INTERNAL:
        return Inert("external-dns does not read it on an Ingress")
    known = name in KNOWN or name.startswith(FAMILIES)
    differs = "" if known else "gatelift does not know this key of external-dns, nor whether it is read on a route"
    return carried(Carrier.ROUTE_DNS, context.key, value, differs)


OLD, NEW = PREFIXES

unit = Unit(
    names=(*keys(*KNOWN), *keys(*(f"{family}*" for family in FAMILIES)), *keys("*")),
    risk=Risk.METADATA,
    read=read,
    summary="What the DNS records of the hosts look like: names, lifetime, provider's own settings",
    source="https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/",
    cases=(
        Case(name=f"{OLD}ttl", value="60", expect=carried(Carrier.ROUTE_DNS, f"{OLD}ttl", "60")),
        Case(name=f"{NEW}hostname", value="a.net", expect=carried(Carrier.ROUTE_DNS, f"{NEW}hostname", "a.net")),
        Case(name=f"{OLD}aws-weight", value="10", expect=carried(Carrier.ROUTE_DNS, f"{OLD}aws-weight", "10")),
        Case(
            name=f"{NEW}webhook-x",
            value="1",
            expect=carried(Carrier.ROUTE_DNS, f"{NEW}webhook-x", "1"),
        ),
        Case(
            name=f"{NEW}new-thing",
            value="1",
            expect=carried(Carrier.ROUTE_DNS, f"{NEW}new-thing", "1", differs="does not know"),
        ),
        Case(name=f"{OLD}access", value="public", expect=Inert("does not read")),
        Case(name=f"{NEW}internal-hostname", value="a.internal", expect=Inert("does not read")),
    ),
)
