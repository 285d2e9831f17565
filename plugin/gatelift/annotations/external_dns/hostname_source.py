"""Whether the hosts of the rules, or those of the annotation, get DNS records."""

from __future__ import annotations

from gatelift.annotations.external_dns._prefixes import carried, keys
from gatelift.annotations.unit import Case, Inert, Result, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.metadata import Carrier

OLD, NEW = keys("ingress-hostname-source")
OLD_ROUTE, NEW_ROUTE = keys("gateway-hostname-source")
VALUES = ("annotation-only", "defined-hosts-only")


def read(value: str, context: UnitContext) -> Result:
    """The same two words under the name that external-dns reads on routes."""
    word = value.lower()
    if word not in VALUES:
        return Inert(f"{shown(value)} is no source of names to external-dns, which takes names from both")
    return carried(Carrier.ROUTE_DNS, OLD_ROUTE if context.key == OLD else NEW_ROUTE, word)


unit = Unit(
    names=(OLD, NEW),
    risk=Risk.METADATA,
    read=read,
    summary="Whether the hosts of the rules, or those of the annotation, get DNS records",
    source="https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/",
    cases=(
        Case(
            name=OLD,
            value="annotation-only",
            expect=carried(Carrier.ROUTE_DNS, OLD_ROUTE, "annotation-only"),
        ),
        Case(
            name=NEW,
            value="Defined-Hosts-Only",
            expect=carried(Carrier.ROUTE_DNS, NEW_ROUTE, "defined-hosts-only"),
        ),
        Case(name=OLD, value="both", expect=Inert("from both")),
        Case(name=NEW, value="", expect=Inert("from both")),
    ),
)
