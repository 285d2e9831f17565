"""Annotations of routes: what other programs read on them, and external-dns's opt-out until DNS moves."""

from __future__ import annotations

from collections.abc import Mapping

from gatelift.config.model import Phase
from gatelift.intent.metadata import CarriedAnnotation, Carrier
from gatelift.intent.route import RouteIntent

EXTERNAL_DNS = ("external-dns.alpha.kubernetes.io/", "external-dns.kubernetes.io/")
"""Both prefixes: the default changed with external-dns 0.22."""
COEXIST = "gatelift-coexist"
"""The opt-out of a route that must not be published yet: external-dns skips an object whose ``controller`` annotation
names somebody else (https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/)."""
CUTOVER = "gatelift-cutover"
"""The opt-out of an Ingress whose routes are published instead."""


def opt_out(value: str) -> dict[str, str]:
    """The annotations that keep external-dns away, for either prefix."""
    return {f"{prefix}controller": value for prefix in EXTERNAL_DNS}


def route_annotations(route: RouteIntent, phase: Phase) -> Mapping[str, str]:
    """The annotations of ``route``: carried ones, DNS ones from ``cutover`` on, before that the opt-out."""
    found: dict[str, str] = {}
    for item in route.intents:
        intent = item.intent
        if not isinstance(intent, CarriedAnnotation):
            continue
        if intent.carrier is Carrier.ROUTE or (intent.carrier is Carrier.ROUTE_DNS and phase is not Phase.COEXIST):
            found[intent.key] = intent.value
    if phase is Phase.COEXIST:
        found.update(opt_out(COEXIST))
    return found
