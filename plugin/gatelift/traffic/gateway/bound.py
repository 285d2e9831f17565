"""Which routes hang on which listeners, and for which hosts: what Envoy Gateway decides before it writes a route."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.manifests.shape import GATEWAY_API
from gatelift.traffic.fields import at, group, mapping_at, maps, name, namespace, of_kind, text, texts
from gatelift.traffic.model import Manifest
from gatelift.traffic.places.place import host_fits

_SCHEMES = {"HTTP": "http", "HTTPS": "https"}
_NAMESPACE = "kubernetes.io/metadata.name"


class Listener(msgspec.Struct, frozen=True, order=True):
    """A listener of a Gateway; ``hostname`` is empty where it takes all."""

    gateway: str
    section: str
    scheme: str
    hostname: str = ""


class Bound(msgspec.Struct, frozen=True):
    """A route on a listener, for one host; ``*`` is any."""

    listener: Listener
    host: str
    route: Manifest


def bound(objects: Sequence[Manifest]) -> tuple[Bound, ...]:
    """Every route on every listener that takes it. ``objects`` are projected: each parentRef names one listener."""
    labels = {text(at(item, "metadata", "name")): _labels(item) for item in of_kind(objects, "Namespace")}
    gateways = {name(item): item for item in of_kind(objects, "Gateway") if group(item) == GATEWAY_API}
    return tuple(
        Bound(listener, host, route)
        for route in of_kind(objects, "HTTPRoute")
        for listener in _listeners(route, gateways, labels)
        for host in _hosts(listener, route)
    )


def listeners_of(objects: Sequence[Manifest]) -> tuple[Listener, ...]:
    """Every listener of HTTP and HTTPS."""
    return tuple(
        _listener(name(gateway), item)
        for gateway in of_kind(objects, "Gateway")
        for item in maps(at(gateway, "spec", "listeners"))
        if text(item.get("protocol")) in _SCHEMES
    )


def _listener(gateway: str, item: Mapping[str, Any]) -> Listener:
    scheme = _SCHEMES[text(item.get("protocol"))]
    return Listener(gateway, text(item.get("name")), scheme, text(item.get("hostname")).lower())


def _listeners(
    route: Manifest, gateways: Mapping[str, Manifest], labels: Mapping[str, Mapping[str, str]]
) -> Iterator[Listener]:
    for ref in maps(at(route, "spec", "parentRefs")):
        full = f"{text(ref.get('namespace')) or namespace(route)}/{text(ref.get('name'))}"
        for item in maps(at(gateways.get(full), "spec", "listeners")):
            named = ref.get("sectionName") in (None, item.get("name"))
            if named and text(item.get("protocol")) in _SCHEMES and _admits(item, full, route, labels):
                yield _listener(full, item)


def _admits(
    listener: Mapping[str, Any], gateway: str, route: Manifest, labels: Mapping[str, Mapping[str, str]]
) -> bool:
    """Whether a listener takes routes of this kind from this namespace (T21)."""
    kinds = maps(at(listener, "allowedRoutes", "kinds"))
    if kinds and not any(item.get("kind") == "HTTPRoute" for item in kinds):
        return False
    said = mapping_at(listener, "allowedRoutes", "namespaces")
    where = namespace(route)
    admits = text(said.get("from")) or "Same"
    if admits == "Selector":
        return _selects(mapping_at(said, "selector"), {**labels.get(where, {}), _NAMESPACE: where})
    return admits == "All" or (admits == "Same" and gateway.partition("/")[0] == where)


def _selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """A label selector of Kubernetes; an empty one takes all."""
    wanted = mapping_at(selector, "matchLabels")
    expressions = maps(selector.get("matchExpressions"))
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        _holds(item, labels) for item in expressions
    )


def _holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    key, values = text(expression.get("key")), texts(expression.get("values"))
    return {
        "In": labels.get(key) in values,
        "NotIn": labels.get(key) not in values,
        "Exists": key in labels,
        "DoesNotExist": key not in labels,
    }.get(text(expression.get("operator")), False)


def _labels(item: Manifest) -> Mapping[str, str]:
    found = at(item, "metadata", "labels")
    return found if isinstance(found, Mapping) else {}


def _hosts(listener: Listener, route: Manifest) -> Iterable[str]:
    """The hosts that a route and its listener have in common; of a wildcard and a host below it, the host."""
    own = [host.lower() for host in texts(at(route, "spec", "hostnames"))]
    if not own:
        return (listener.hostname or "*",)
    if not listener.hostname:
        return tuple(dict.fromkeys(own))
    common = (_common(listener.hostname, host) for host in own)
    return tuple(dict.fromkeys(host for host in common if host))


def _common(one: str, other: str) -> str:
    if one == other or (one.startswith("*.") and host_fits(one, other)):
        return other
    return one if other.startswith("*.") and host_fits(other, one) else ""


def covers(hostname: str, other: str) -> bool:
    """Whether everything that ``other`` takes is taken by ``hostname`` too; both may be wildcards or empty."""
    return not hostname or bool(other and _common(hostname, other) == other)


def on_chain(hostname: str, found: Sequence[Bound], listeners: Iterable[Listener]) -> tuple[Bound, ...]:
    """Of what hangs on ``listeners``, that which is asked behind the hostname of one of them: which is decided by the
    server name of a client.

    Gateways have addresses of their own, and there is one for all here: none takes a host away from another.
    """
    own = {item.gateway for item in listeners if item.hostname == hostname}
    return tuple(item for item in found if _belongs(item.listener, hostname, own))


def _belongs(listener: Listener, hostname: str, gateways: Collection[str]) -> bool:
    """Whether ``listener`` has this hostname, or is that of a Gateway that has none with it."""
    return listener.hostname == hostname or (listener.gateway not in gateways and covers(listener.hostname, hostname))
