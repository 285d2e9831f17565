"""Group, version and kind of every object that gatelift names, and the key that identifies one object.

The versions are those to *emit*: the oldest one that every target profile serves without a difference in meaning
(https://gateway-api.sigs.k8s.io/guides/user-guides/crd-management/). ``ReferenceGrant`` is therefore ``v1beta1``, which
every release accepts, and not ``v1``, which exists since 1.5 only.
"""

from __future__ import annotations

import msgspec

GATEWAY_API = "gateway.networking.k8s.io"
ENVOY_GATEWAY = "gateway.envoyproxy.io"
CORE = ""


class Kind(msgspec.Struct, frozen=True, order=True):
    """A kind in one API version."""

    group: str
    version: str
    kind: str

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    def __str__(self) -> str:
        return f"{self.api_version} {self.kind}"


class ObjectKey(msgspec.Struct, frozen=True, order=True):
    """What identifies an object in a cluster, whatever version it is written in. ``namespace`` may be empty in a source
    that leaves it to whoever deploys."""

    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


GATEWAY = Kind(GATEWAY_API, "v1", "Gateway")
LISTENER_SET = Kind(GATEWAY_API, "v1", "ListenerSet")
HTTP_ROUTE = Kind(GATEWAY_API, "v1", "HTTPRoute")
GRPC_ROUTE = Kind(GATEWAY_API, "v1", "GRPCRoute")
TLS_ROUTE = Kind(GATEWAY_API, "v1", "TLSRoute")
REFERENCE_GRANT = Kind(GATEWAY_API, "v1beta1", "ReferenceGrant")
BACKEND_TLS_POLICY = Kind(GATEWAY_API, "v1", "BackendTLSPolicy")

BACKEND = Kind(ENVOY_GATEWAY, "v1alpha1", "Backend")
BACKEND_TRAFFIC_POLICY = Kind(ENVOY_GATEWAY, "v1alpha1", "BackendTrafficPolicy")
CLIENT_TRAFFIC_POLICY = Kind(ENVOY_GATEWAY, "v1alpha1", "ClientTrafficPolicy")
HTTP_ROUTE_FILTER = Kind(ENVOY_GATEWAY, "v1alpha1", "HTTPRouteFilter")
SECURITY_POLICY = Kind(ENVOY_GATEWAY, "v1alpha1", "SecurityPolicy")

INGRESS = Kind("networking.k8s.io", "v1", "Ingress")
INGRESS_CLASS = Kind("networking.k8s.io", "v1", "IngressClass")
SERVICE = Kind(CORE, "v1", "Service")
SECRET = Kind(CORE, "v1", "Secret")
CONFIG_MAP = Kind(CORE, "v1", "ConfigMap")

EMITTED = (
    GATEWAY,
    LISTENER_SET,
    HTTP_ROUTE,
    GRPC_ROUTE,
    TLS_ROUTE,
    REFERENCE_GRANT,
    BACKEND_TLS_POLICY,
    BACKEND,
    BACKEND_TRAFFIC_POLICY,
    CLIENT_TRAFFIC_POLICY,
    HTTP_ROUTE_FILTER,
    SECURITY_POLICY,
)
"""The kinds that gatelift has typed models for and writes."""

READ = (INGRESS, INGRESS_CLASS, SERVICE, SECRET, CONFIG_MAP)
"""The kinds that gatelift looks things up in."""
