"""The kinds that the stand-in serves: what a controller may list there, and by which path.

Everything that Traefik 3.7 asks for is here, whether or not there are objects of it; a path that nobody knows is
answered with 404, as by an API server that lacks a CRD.
"""

from __future__ import annotations

import msgspec


class Served(msgspec.Struct, frozen=True):
    """A kind as the API server offers it. ``group`` is empty for the core."""

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool = True

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def root(self) -> str:
        return f"/apis/{self.api_version}" if self.group else f"/api/{self.version}"


_GATEWAY = "gateway.networking.k8s.io"

KINDS = (
    Served("", "v1", "Namespace", "namespaces", namespaced=False),
    Served("", "v1", "Node", "nodes", namespaced=False),
    Served("", "v1", "Service", "services"),
    Served("", "v1", "Secret", "secrets"),
    Served("", "v1", "ConfigMap", "configmaps"),
    Served("", "v1", "Endpoints", "endpoints"),
    Served("", "v1", "Pod", "pods"),
    Served("", "v1", "Event", "events"),
    Served("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices"),
    Served("networking.k8s.io", "v1", "Ingress", "ingresses"),
    Served("networking.k8s.io", "v1", "IngressClass", "ingressclasses", namespaced=False),
    Served(_GATEWAY, "v1", "GatewayClass", "gatewayclasses", namespaced=False),
    Served(_GATEWAY, "v1", "Gateway", "gateways"),
    Served(_GATEWAY, "v1", "HTTPRoute", "httproutes"),
    Served(_GATEWAY, "v1", "GRPCRoute", "grpcroutes"),
    Served(_GATEWAY, "v1", "TLSRoute", "tlsroutes"),
    Served(_GATEWAY, "v1", "BackendTLSPolicy", "backendtlspolicies"),
    Served(_GATEWAY, "v1", "ListenerSet", "listenersets"),
    Served(_GATEWAY, "v1", "ReferenceGrant", "referencegrants"),
    Served(_GATEWAY, "v1beta1", "ReferenceGrant", "referencegrants"),
    Served(_GATEWAY, "v1alpha2", "TLSRoute", "tlsroutes"),
    Served(_GATEWAY, "v1alpha3", "TLSRoute", "tlsroutes"),
    Served(_GATEWAY, "v1alpha3", "BackendTLSPolicy", "backendtlspolicies"),
    Served(_GATEWAY, "v1alpha2", "TCPRoute", "tcproutes"),
    Served(_GATEWAY, "v1alpha2", "UDPRoute", "udproutes"),
)
