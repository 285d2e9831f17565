"""Whether external-dns looks after an object at all."""

from __future__ import annotations

from gatelift.annotations.external_dns._prefixes import carried, keys
from gatelift.annotations.unit import Case, Inert, Result, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.metadata import Carrier

OLD, NEW = keys("controller")
DEFAULT = "dns-controller"
GATELIFT = "gatelift-"
"""What gatelift itself writes on an Ingress whose DNS records its routes have taken over."""


def read(value: str, context: UnitContext) -> Result:
    """Every value but ``dns-controller`` keeps external-dns away, and keeps it from the route in every phase."""
    if not value:
        return Inert("it is empty, which is as good as missing")
    if value == DEFAULT:
        return Inert("it names the controller that looks after every object without this annotation")
    if value.startswith(GATELIFT):
        return Inert("gatelift wrote it at cutover, so that the routes are published instead of this Ingress")
    return carried(Carrier.ROUTE, context.key, value)


unit = Unit(
    names=(OLD, NEW),
    risk=Risk.METADATA,
    read=read,
    summary="Whether external-dns looks after the object",
    source="https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/",
    cases=(
        Case(name=OLD, value=DEFAULT, expect=Inert("every object")),
        Case(name=OLD, value="gatelift-cutover", expect=Inert("cutover")),
        Case(name=NEW, value="none", expect=carried(Carrier.ROUTE, NEW, "none")),
        Case(name=OLD, value="", expect=Inert("empty")),
        Case(name=NEW, value="", expect=Inert("empty")),
    ),
)
