"""What routes tell of Ingresses that are gone: what was retired in an earlier run is still served."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from gatelift.manifests.resource import Resource


class Retired(msgspec.Struct, frozen=True):
    """``hostnames`` of routes whose Ingress is gone; ``certificates``: hosts that gatelift redirects to HTTPS."""

    hostnames: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()


def retired(existing: Iterable[Resource], present: frozenset[str]) -> Retired:
    """What the marked routes among ``existing`` tell; ``present`` are the Ingresses that are still there."""
    hostnames: set[str] = set()
    certificates: set[str] = set()
    for resource in existing:
        names = existing_hostnames(resource)
        if not resource.mirrors or names is None:
            continue
        if any(_to_https(item) for item in _filters(resource.value)):
            certificates.update(names)
        if resource.mirrors not in present:
            hostnames.update(names)
    return Retired(frozenset(hostnames), frozenset(certificates))


def existing_hostnames(resource: Resource) -> tuple[str, ...] | None:
    """The hostnames of a route that stands in the input; ``None`` for what is no HTTP or gRPC route."""
    if resource.kind not in ("HTTPRoute", "GRPCRoute"):
        return None
    spec = resource.value.get("spec")
    names = spec.get("hostnames") if isinstance(spec, Mapping) else None
    return tuple(str(name) for name in names) if isinstance(names, list) else ()


def existing_paths(resource: Resource) -> frozenset[tuple[str, str]]:
    """The (type, value) of every path that a route in the input matches."""
    found: set[tuple[str, str]] = set()
    for rule in _rules(resource.value):
        matches = rule.get("matches")
        for match in matches if isinstance(matches, list) and matches else [{}]:
            path = match.get("path") if isinstance(match, Mapping) else None
            path = path if isinstance(path, Mapping) else {}
            found.add((str(path.get("type", "PathPrefix")), str(path.get("value", "/"))))
    return frozenset(found)


def _rules(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    spec = manifest.get("spec")
    rules = spec.get("rules") if isinstance(spec, Mapping) else None
    return (rule for rule in (rules if isinstance(rules, list) else []) if isinstance(rule, Mapping))


def _filters(manifest: Mapping[str, Any]) -> Iterator[Any]:
    for rule in _rules(manifest):
        filters = rule.get("filters")
        yield from filters if isinstance(filters, list) else []


def _to_https(item: object) -> bool:
    redirect = item.get("requestRedirect") if isinstance(item, Mapping) else None
    if not isinstance(redirect, Mapping) or redirect.get("scheme") != "https":
        return False
    return "hostname" not in redirect and "path" not in redirect
