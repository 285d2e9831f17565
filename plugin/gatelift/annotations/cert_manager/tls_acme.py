"""Ask cert-manager for a certificate from its default issuer."""

from __future__ import annotations

from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, parse_bool, shown
from gatelift.intent.base import Risk
from gatelift.intent.metadata import CarriedAnnotation, Carrier

KEY = "kubernetes.io/tls-acme"


def read(value: str, context: UnitContext) -> Result:
    """cert-manager's default trigger, on Gateways and ListenerSets as on Ingresses."""
    wanted = parse_bool(value)
    if wanted:
        return Translated((CarriedAnnotation(carrier=Carrier.GATEWAY, key=KEY, value=value),))
    return Inert("false is the default" if wanted is False else f"{shown(value)} is no boolean to cert-manager")


unit = Unit(
    names=(KEY,),
    risk=Risk.METADATA,
    read=read,
    summary="Ask cert-manager for a certificate from its default issuer",
    source="https://cert-manager.io/docs/usage/ingress/#supported-annotations",
    cases=(
        Case(
            name=KEY,
            value="true",
            expect=Translated((CarriedAnnotation(carrier=Carrier.GATEWAY, key=KEY, value="true"),)),
        ),
        Case(name=KEY, value="1", expect=Translated((CarriedAnnotation(carrier=Carrier.GATEWAY, key=KEY, value="1"),))),
        Case(name=KEY, value="false", expect=Inert("default")),
        Case(name=KEY, value="yes", expect=Inert("no boolean")),
    ),
)
