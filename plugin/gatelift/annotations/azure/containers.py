"""Annotations of Application Gateway for Containers, AGIC's successor."""

from __future__ import annotations

from gatelift.annotations import elsewhere
from gatelift.annotations.elsewhere import Family, Setting, guarded, idle
from gatelift.ingress.controllers import AZURE_CONTAINERS

PREFIX = "alb.networking.azure.io/"
_FRONTEND = "the same annotation on the Gateway, or spec.addresses of type alb.networking.azure.io/alb-frontend"
SETTINGS = {
    "alb-id": Setting("the resource that serves it", "the same annotation on the Gateway"),
    "alb-name": Setting("the ApplicationLoadBalancer that serves it", "the same annotation on the Gateway"),
    "alb-namespace": Setting("where that ApplicationLoadBalancer stands", "the same annotation on the Gateway"),
    "alb-frontend": Setting("the frontend that serves it", _FRONTEND),
    "alb-ingress-extension": Setting(
        "its IngressExtension: rewrites, headers, backend settings",
        "what it says: filters of HTTPRoute, and a BackendTLSPolicy",
        restricts=True,
    ),
}
FAMILY = Family(
    owner=AZURE_CONTAINERS.name,
    prefixes=AZURE_CONTAINERS.prefixes,
    settings=elsewhere.prefixed(PREFIX, SETTINGS),
    instead="the same setting on the Gateway: this controller speaks Gateway API itself (class azure-alb-external)",
)

unit = elsewhere.unit(
    FAMILY,
    "Settings of Application Gateway for Containers",
    "https://learn.microsoft.com/azure/application-gateway/for-containers/overview",
    (
        idle(f"{PREFIX}alb-name", "edge", "annotation on the Gateway"),
        idle(f"{PREFIX}alb-frontend", "shop", "alb-frontend"),
        guarded(f"{PREFIX}alb-ingress-extension", "rewrites", "IngressExtension"),
        idle(f"{PREFIX}new-thing", "x", "does not know by name"),
    ),
)
