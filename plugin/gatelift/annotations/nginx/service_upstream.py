"""Whether requests go to the Service's own address instead of to its endpoints."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, parse_bool, shown
from gatelift.intent.balancing import ServiceAddress
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """A value that is no boolean is ``false``, even where the ConfigMap says ``true``."""
    wanted = parse_bool(value)
    if wanted is None:
        return Inert(f"{shown(value)} is no boolean to ingress-nginx, which takes it for false")
    return Translated((ServiceAddress(),) if wanted else ())


unit = Unit(
    names=("service-upstream",),
    risk=Risk.TRAFFIC,
    read=read,
    setting="service-upstream",
    summary="Whether requests go to the Service's own address instead of to its endpoints",
    source=upstream("service-upstream"),
    cases=(
        Case(value="true", expect=Translated((ServiceAddress(),))),
        Case(value="T", expect=Translated((ServiceAddress(),))),
        Case(value="false", expect=Translated()),
        Case(value="on", expect=Inert("takes it for false")),
        Case(value="on", controller={"service-upstream": "true"}, expect=Inert("takes it for false")),
    ),
)
