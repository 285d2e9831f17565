"""The Services behind both sides: those of the input, and one for each that is only referred to.

An Ingress or a route may name a Service that another application brings. Replay compares where requests go, so each
gets an echo server; a port that is known only by its name gets a number of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeGuard

import msgspec

from gatelift.traffic.model import Manifest

_ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute")
_FIRST_MADE_UP = 60000
_ANY_PORT = 0
_DEFAULT_BACKEND = "nginx.ingress.kubernetes.io/default-backend"
Port = str | int
Wanted = dict[tuple[str, str], set[Port]]


class Backend(msgspec.Struct, frozen=True, order=True):
    """A port of a Service. ``str()`` gives ``namespace/service:port``."""

    namespace: str
    service: str
    port: int

    def __str__(self) -> str:
        return f"{self.namespace}/{self.service}:{self.port}"


def place(manifest: Manifest) -> tuple[str, str]:
    """(namespace, name) of an object; without a namespace it is ``default``."""
    metadata = mapping(manifest.get("metadata"))
    return str(metadata.get("namespace") or "default"), str(metadata.get("name") or "")


def completed(objects: Iterable[Manifest]) -> tuple[Manifest, ...]:
    """All Services that ``objects`` hold or refer to, each with every port that somebody names, sorted by place.

    Of two that share a name the first counts. An ExternalName is an ordinary Service here: nothing outside is asked.
    """
    everything = tuple(objects)
    wanted: Wanted = {}
    for item in everything:
        for key, port in references(item):
            wanted.setdefault(key, set()).add(port)
    given: dict[tuple[str, str], Manifest] = {}
    for item in everything:
        if item.get("kind") == "Service" and item.get("apiVersion") == "v1":
            given.setdefault(place(item), item)
    return tuple(_service(key, given.get(key, {}), wanted.get(key, set())) for key in sorted({*given, *wanted}))


def backends(services: Iterable[Manifest]) -> tuple[Backend, ...]:
    """Every port of ``completed`` Services."""
    found = (
        Backend(*place(service), int(port["port"]))
        for service in services
        for port in items(mapping(service.get("spec")).get("ports"))
    )
    return tuple(sorted(set(found)))


def references(item: Manifest) -> Iterator[tuple[tuple[str, str], Port]]:
    """((namespace, name), port) of each Service that an Ingress or a route sends requests to; port 0 is any."""
    namespace, _ = place(item)
    spec = mapping(item.get("spec"))
    if item.get("kind") == "Ingress":
        annotations = mapping(mapping(item.get("metadata")).get("annotations"))
        if annotations.get(_DEFAULT_BACKEND):
            # It names a Service without a port, and means the first.
            yield (namespace, str(annotations[_DEFAULT_BACKEND])), _ANY_PORT
        for backend in _ingress_backends(spec):
            service = mapping(backend.get("service"))
            port = mapping(service.get("port"))
            chosen = port.get("number") or port.get("name")
            if service.get("name") and (isinstance(chosen, str) or is_port(chosen)):
                yield (namespace, str(service["name"])), chosen
    elif item.get("kind") in _ROUTES:
        for ref in _route_backends(spec):
            if ref.get("kind", "Service") == "Service" and not ref.get("group") and is_port(ref.get("port")):
                yield (str(ref.get("namespace") or namespace), str(ref.get("name"))), ref["port"]


def _ingress_backends(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield mapping(spec.get("defaultBackend"))
    for rule in items(spec.get("rules")):
        for path in items(mapping(rule.get("http")).get("paths")):
            yield mapping(path.get("backend"))


def _route_backends(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for rule in items(spec.get("rules")):
        refs = items(rule.get("backendRefs"))
        for filtered in (rule, *refs):
            for item in items(filtered.get("filters")):
                yield mapping(mapping(item.get("requestMirror")).get("backendRef"))
        yield from refs


def _service(key: tuple[str, str], given: Manifest, wanted: set[Port]) -> Manifest:
    namespace, name = key
    metadata = {**mapping(given.get("metadata")), "name": name, "namespace": namespace}
    spec = {**mapping(given.get("spec"))}
    ports = [dict(port) for port in items(spec.get("ports")) if is_port(port.get("port"))]
    for port in sorted(wanted - {_ANY_PORT}, key=lambda item: (isinstance(item, str), item)):
        if not any(port in (one.get("port"), one.get("name")) for one in ports):
            ports.append(_made_up(port, {int(one["port"]) for one in ports}, bare=not ports and len(wanted) == 1))
    if not ports and _ANY_PORT in wanted:
        ports.append(_made_up(80, set(), bare=True))
    spec.pop("externalName", None)
    spec.update(type="ClusterIP", clusterIP=spec.get("clusterIP") or "10.96.0.1", ports=ports)
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def _made_up(port: Port, used: set[int], *, bare: bool) -> dict[str, Any]:
    if isinstance(port, int):
        # With several ports each needs a name (API of Services).
        return {"port": port, "protocol": "TCP"} if bare else {"name": f"port-{port}", "port": port, "protocol": "TCP"}
    number = next(number for number in range(_FIRST_MADE_UP, 65536) if number not in used)
    return {"name": port, "port": number, "protocol": "TCP"}


def is_port(value: object) -> TypeGuard[int]:
    """Whether ``value`` can be the number of a port."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 65536


def mapping(value: object) -> Mapping[str, Any]:
    """``value`` where it is a mapping, else an empty one: what comes from a repository may be anything."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> tuple[Mapping[str, Any], ...]:
    """The mappings of a list; none where it is no list."""
    return tuple(item for item in value if isinstance(item, Mapping)) if isinstance(value, list | tuple) else ()
