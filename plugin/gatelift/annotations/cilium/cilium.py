"""Annotations of Cilium's Ingress."""

from __future__ import annotations

from gatelift.annotations import elsewhere
from gatelift.annotations import replacements as by
from gatelift.annotations.elsewhere import Family, Setting, guarded, idle
from gatelift.ingress.controllers import CILIUM

PREFIX = "ingress.cilium.io/"
SETTINGS = {
    "loadbalancer-mode": Setting(
        "whether it has a load balancer of its own", "a Gateway for each dedicated one, one Gateway for all shared ones"
    ),
    "loadbalancer-class": Setting("the class of its load balancer", by.SERVICE_SETTINGS),
    "service-type": Setting("the type of its Service", "parameters of the GatewayClass (CiliumGatewayClassConfig)"),
    "service-external-traffic-policy": Setting(
        "whether the client's address is kept", "parameters of the GatewayClass (CiliumGatewayClassConfig)"
    ),
    "insecure-node-port": Setting("the node port for HTTP", by.SERVICE_SETTINGS),
    "secure-node-port": Setting("the node port for HTTPS", by.SERVICE_SETTINGS),
    "host-listener-port": Setting("the port on the node", by.LISTENER_PORT),
    "tls-passthrough": Setting("that TLS goes to the backend unopened", by.PASSTHROUGH),
    "force-https": Setting("the redirect to HTTPS", by.TLS_REDIRECT),
    "request-timeout": Setting("how long a request may take", by.REQUEST_TIMEOUT),
}
FAMILY = Family(
    owner=CILIUM.name,
    prefixes=CILIUM.prefixes,
    settings={
        **elsewhere.prefixed(PREFIX, SETTINGS),
        "lbipam.cilium.io/*": Setting("the address of its Service", f"{by.ADDRESS}, or {by.SERVICE_SETTINGS}"),
        "nodeipam.cilium.io/*": Setting("which nodes' addresses its Service has", by.SERVICE_SETTINGS),
    },
    instead="the field of HTTPRoute or Gateway that says the same; Cilium serves Gateway API itself",
)

unit = elsewhere.unit(
    FAMILY,
    "Settings of Cilium's Ingress",
    "https://docs.cilium.io/en/stable/network/servicemesh/ingress/#supported-ingress-annotations",
    (
        idle(f"{PREFIX}force-https", "enabled", "RequestRedirect"),
        idle(f"{PREFIX}tls-passthrough", "enabled", "TLSRoute"),
        idle(f"{PREFIX}loadbalancer-mode", "dedicated", "a Gateway for each"),
        idle("lbipam.cilium.io/ips", "192.0.2.1", "spec.addresses"),
        guarded(f"{PREFIX}allow-new", "x", "does not know by name"),
        idle(f"{PREFIX}force-https", "", "is empty"),
    ),
)
