"""What the annotations that choose an endpoint have in common: which of them ingress-nginx obeys.

Source: ``get_implementation`` in rootfs/etc/nginx/lua/balancer.lua, and ``createUpstreams`` in
internal/ingress/controller/controller.go of ingress-nginx.
"""

from __future__ import annotations

from gatelift.annotations.nginx._sticky import dormant
from gatelift.annotations.unit import Inert, Translated, UnitContext, parse_bool

OF_THE_MAIN_ONE = (
    "a canary has endpoints of its own to choose from, by its own rule; on a gateway the main Ingress's rule holds for "
    "both"
)


def service_address(context: UnitContext) -> bool:
    """Whether requests go to the Service's own address, so that there is one endpoint only.

    A value that is no boolean counts as ``false`` here, and keeps the ConfigMap's from standing in.
    """
    value = context.value("service-upstream")
    if value is None:
        value = context.controller.setting("service-upstream") or ""
    return parse_bool(value) is True


def overruled(context: UnitContext, *stronger: str) -> Inert | Translated | None:
    """Why a rule for choosing endpoints is not asked, if it is not.

    ``service-upstream`` leaves no choice; then the affinity cookie comes first, then ``stronger`` in their order.
    """
    if service_address(context):
        return Inert("service-upstream leaves the choice of an endpoint to the Service")
    if dormant(context) is None:
        return Inert("affinity: cookie chooses the endpoint instead")
    for name in stronger:
        if context.value(name):
            return Inert(f"{name} chooses the endpoint instead")
    return Translated(differs=OF_THE_MAIN_ONE) if context.enabled("canary") else None
