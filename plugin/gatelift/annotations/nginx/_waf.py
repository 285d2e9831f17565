"""What the annotations of ModSecurity have in common: whether it looks at requests of this Ingress.

Source: internal/ingress/annotations/modsecurity and ``buildModSecurityForLocation`` of
internal/ingress/controller/template in ingress-nginx.
"""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Inert, UnitContext, parse_bool

SWITCH = "enable-modsecurity"
SOURCE = upstream("modsecurity")
ON = {SWITCH: "true"}
INSTEAD = (
    "put a firewall where these requests pass: on Envoy Gateway Coraza as an EnvoyExtensionPolicy (wasm) on the route, "
    "with Calico Enterprise its own WAF on the Gateway, or one in front of the Gateway; then name {key} under accept: "
    "with that reason"
)


def dormant(context: UnitContext) -> Inert | None:
    """Why a companion of ``enable-modsecurity`` does nothing, if it does not."""
    said = parse_bool(context.value(SWITCH) or "")
    if said is True or (said is None and parse_bool(context.controller.setting(SWITCH) or "") is True):
        return None
    return Inert(f"it does nothing without {SWITCH}: true")
