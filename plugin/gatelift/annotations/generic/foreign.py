"""Every annotation that nobody else claims."""

from __future__ import annotations

from gatelift.annotations.unit import Case, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.metadata import CarriedAnnotation, Carrier

UNKNOWN = "gatelift does not know who reads it; whoever does must read it on the route"


def read(value: str, context: UnitContext) -> Result:
    """As written to every route: gatelift does not drop what it does not know."""
    carried = CarriedAnnotation(carrier=Carrier.ROUTE, key=context.key, value=value)
    return Translated((carried,), differs=UNKNOWN)


def _carried(key: str, value: str) -> Translated:
    return Translated((CarriedAnnotation(carrier=Carrier.ROUTE, key=key, value=value),), differs="does not know")


unit = Unit(
    names=("*",),
    risk=Risk.METADATA,
    read=read,
    summary="Annotations that gatelift does not know",
    source="https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/",
    total=True,
    cases=(
        Case(name="example.com/owner", value="team-shop", expect=_carried("example.com/owner", "team-shop")),
        Case(name="gethomepage.dev/enabled", value="", expect=_carried("gethomepage.dev/enabled", "")),
        Case(name="a8r.io/description", value="a\nb", expect=_carried("a8r.io/description", "a\nb")),
    ),
)
