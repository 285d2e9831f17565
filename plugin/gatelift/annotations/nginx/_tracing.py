"""What the annotations about OpenTelemetry have in common: when they are read at all.

Source: internal/ingress/annotations/opentelemetry in ingress-nginx, which reads the others only where
``enable-opentelemetry`` is true on the same Ingress.
"""

from __future__ import annotations

from gatelift.annotations.nginx._answers import from_controller
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Inert, UnitContext, parse_bool

SWITCH = "enable-opentelemetry"
SOURCE = upstream("enable-opentelemetry")
ON = {SWITCH: "true"}
WHERE = (
    "on Envoy Gateway, telemetry.tracing of the EnvoyProxy that the Gateway refers to, and telemetry.tracing of a "
    "BackendTrafficPolicy for single routes (1.5 and later)"
)


def traced_by_controller(context: UnitContext) -> bool:
    """Whether the controller traces every Ingress."""
    return parse_bool(context.controller.setting(SWITCH) or "") is True


def dormant(context: UnitContext) -> Inert | None:
    """Why a companion of ``enable-opentelemetry`` does nothing, if it does not."""
    said = parse_bool(context.value(SWITCH) or "")
    if said is True or (said is None and from_controller(context) and traced_by_controller(context)):
        return None
    return Inert(f"it does nothing without {SWITCH}: true on the same Ingress")
