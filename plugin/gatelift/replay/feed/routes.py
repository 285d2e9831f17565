"""Gateway API for Traefik: listeners on the ports of this machine, certificates of our own, a route to probe.

Traefik serves a listener only where its port is that of an entry point, so port 80 (and whatever else a Gateway uses
for HTTP) becomes the one, 443 the other. Of several ports for one protocol on one Gateway only the well-known one, else
the lowest, is served.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gatelift.manifests.shape import GATEWAY, GATEWAY_API, HTTP_ROUTE
from gatelift.replay.backends import items, mapping, place
from gatelift.replay.feed.common import namespaces, secrets, services
from gatelift.replay.ground import PROBE, PROBE_HOST, PROBE_PATH, Ground
from gatelift.traffic.gateway.listeners import served_port
from gatelift.traffic.model import Manifest

CONTROLLER = "traefik.io/gateway-controller"
_SERVED = ("Gateway", "HTTPRoute", "GRPCRoute", "TLSRoute", "BackendTLSPolicy", "ReferenceGrant")
_ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute")
_CLASS = "gatelift-replay"
_PROBE_SECRET = "probe"  # noqa: S105 - the name of a Secret
Ports = Mapping[str, int]
"""protocol of a listener -> port of the entry point"""


def gateway_feed(objects: Sequence[Manifest], ground: Ground, ports: Ports) -> tuple[Manifest, ...]:
    """All that Traefik's provider ``kubernetesgateway`` gets to see."""
    ours = [item for item in objects if item.get("kind") in _SERVED and _ours(item)]
    gateways = {place(item): item for item in ours if item["kind"] == "Gateway"}
    rewritten = [_rewritten(item, gateways, ports) for item in ours]
    served = [*rewritten, *_probe(ports)]
    classes = {_class_of(item) for item in served if item["kind"] == "Gateway"}
    hosts = sorted({str(host) for item in ours for host in mapping(item.get("spec")).get("hostnames") or ()})
    return (
        *(_class(name) for name in sorted(classes)),
        *namespaces([*objects, *ground.services]),
        *services(ground),
        *secrets(_certificates(gateways.values(), hosts), ground),
        *secrets({(PROBE.namespace, _PROBE_SECRET): [PROBE_HOST]}, ground),
        *_authorities(ours, ground),
        *served,
    )


def _ours(item: Manifest) -> bool:
    return str(item.get("apiVersion", "")).startswith(f"{GATEWAY_API}/")


def _class_of(gateway: Manifest) -> str:
    return str(mapping(gateway.get("spec")).get("gatewayClassName") or _CLASS)


def _class(name: str) -> Manifest:
    """Whoever serves a class in the cluster, here it is Traefik."""
    spec = {"controllerName": CONTROLLER}
    return {"apiVersion": GATEWAY.api_version, "kind": "GatewayClass", "metadata": {"name": name}, "spec": spec}


def _rewritten(item: Manifest, gateways: Mapping[tuple[str, str], Manifest], ports: Ports) -> Manifest:
    if item["kind"] == "Gateway":
        listeners = list(_listeners(item, ports))
        changed = {**mapping(item.get("spec")), "gatewayClassName": _class_of(item), "listeners": listeners}
        # Addresses and infrastructure are of the cluster.
        kept = {key: value for key, value in changed.items() if key not in ("addresses", "infrastructure")}
        return {**item, "spec": kept}
    if item["kind"] in _ROUTES:
        spec = mapping(item.get("spec"))
        refs = [_parent(ref, place(item)[0], gateways, ports) for ref in items(spec.get("parentRefs"))]
        return {**item, "spec": {**spec, "parentRefs": refs}}
    return item


def _listeners(gateway: Manifest, ports: Ports) -> Iterator[Mapping[str, Any]]:
    given = items(mapping(gateway.get("spec")).get("listeners"))
    chosen = _chosen(given)
    for listener in given:
        protocol = str(listener.get("protocol"))
        if protocol in ports and listener.get("port") == chosen.get(protocol):
            yield {**listener, "port": ports[protocol]}


def _chosen(listeners: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """protocol -> the port of a Gateway that is served."""
    found: dict[str, set[int]] = {}
    for listener in listeners:
        if isinstance(listener.get("port"), int):
            found.setdefault(str(listener.get("protocol")), set()).add(listener["port"])
    return {protocol: served_port(protocol, numbers) for protocol, numbers in found.items()}


def _parent(
    ref: Mapping[str, Any], namespace: str, gateways: Mapping[tuple[str, str], Manifest], ports: Ports
) -> Mapping[str, Any]:
    """A reference that names a port names the one that it became."""
    if not isinstance(ref.get("port"), int):
        return ref
    gateway = gateways.get((str(ref.get("namespace") or namespace), str(ref.get("name"))), {})
    for listener in items(mapping(gateway.get("spec")).get("listeners")):
        if listener.get("port") == ref["port"] and listener.get("protocol") in ports:
            return {**ref, "port": ports[str(listener["protocol"])]}
    return ref


def _certificates(gateways: Iterable[Manifest], hosts: Sequence[str]) -> dict[tuple[str, str], list[str]]:
    """Every Secret that a listener names -> the hosts that it is for."""
    wanted: dict[tuple[str, str], list[str]] = {}
    for gateway in gateways:
        for listener in items(mapping(gateway.get("spec")).get("listeners")):
            hostname = listener.get("hostname")
            for ref in items(mapping(listener.get("tls")).get("certificateRefs")):
                key = (str(ref.get("namespace") or place(gateway)[0]), str(ref.get("name")))
                wanted.setdefault(key, []).extend([str(hostname)] if hostname else hosts)
    return wanted


def _authorities(objects: Iterable[Manifest], ground: Ground) -> Iterator[Manifest]:
    """ConfigMaps and Secrets with the authority that backends are checked against: the one that signed the echoes'."""
    authority = ground.certificates.authority
    wanted: dict[tuple[str, str, str], None] = {}
    for item in objects:
        if item["kind"] == "BackendTLSPolicy":
            for ref in items(mapping(mapping(item.get("spec")).get("validation")).get("caCertificateRefs")):
                wanted[str(ref.get("kind") or "ConfigMap"), place(item)[0], str(ref.get("name"))] = None
    for kind, namespace, name in wanted:
        metadata = {"name": name, "namespace": namespace}
        if kind == "ConfigMap":
            data = {"ca.crt": authority.certificate.decode()}
            yield {"apiVersion": "v1", "kind": kind, "metadata": metadata, "data": data}
        else:
            yield from secrets({(namespace, name): ["localhost"]}, ground)


def _probe(ports: Ports) -> Iterator[Manifest]:
    """A route of our own: when it answers, so do all others, for Traefik takes over one state of all objects."""
    namespace = PROBE.namespace
    metadata = {"name": "probe", "namespace": namespace}
    plain = {"name": "http", "port": ports["HTTP"], "protocol": "HTTP", "hostname": PROBE_HOST}
    tls = {"certificateRefs": [{"name": _PROBE_SECRET}]}
    secure = {"name": "https", "port": ports["HTTPS"], "protocol": "HTTPS", "hostname": PROBE_HOST, "tls": tls}
    spec = {"gatewayClassName": _CLASS, "listeners": [plain, secure]}
    yield {"apiVersion": GATEWAY.api_version, "kind": "Gateway", "metadata": metadata, "spec": spec}
    match = {"path": {"type": "Exact", "value": PROBE_PATH}, "method": "GET"}
    rules = [{"matches": [match], "backendRefs": [{"name": PROBE.service, "port": PROBE.port}]}]
    route = {"parentRefs": [{"name": "probe"}], "hostnames": [PROBE_HOST], "rules": rules}
    yield {"apiVersion": HTTP_ROUTE.api_version, "kind": "HTTPRoute", "metadata": metadata, "spec": route}
