"""The older way to name the class of an Ingress."""

from __future__ import annotations

from gatelift.annotations.unit import Case, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """The class chose this controller, and chooses the Gateway; there is nothing left to write."""
    return Translated()


unit = Unit(
    names=("kubernetes.io/ingress.class",),
    risk=Risk.ROUTING,
    read=read,
    summary="The class of the Ingress, before spec.ingressClassName",
    source="https://kubernetes.io/docs/concepts/services-networking/ingress/#deprecated-annotation",
    total=True,
    cases=(
        Case(name="kubernetes.io/ingress.class", value="nginx", expect=Translated()),
        Case(name="kubernetes.io/ingress.class", value="internal", expect=Translated()),
    ),
)
