"""A small model of what Envoy Gateway does with a request: hostnames, then its order of routes (trap T3).

https://github.com/envoyproxy/gateway/blob/main/internal/gatewayapi/sort.go
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import re2

Json = Any
_RANKS = {"Exact": 0, "RegularExpression": 1, "PathPrefix": 2}


@dataclass(frozen=True)
class Found:
    """One of the rules that may answer: where it sends the request (nothing: it denies), or that it redirects."""

    route: str
    forwards: tuple[tuple[str, int], ...] = ()
    redirects: bool = False


@dataclass(frozen=True)
class _Candidate:
    order: tuple[int, int, int]
    found: Found


class Envoy:
    """A gateway with one plain and one TLS listener, neither with a hostname, and these HTTPRoutes."""

    def __init__(self, objects: Iterable[Mapping[str, Json]]) -> None:
        self.routes = [item for item in objects if item["kind"] == "HTTPRoute"]

    def ask(self, scheme: str, host: str, path: str, headers: Mapping[str, str]) -> tuple[Found, ...]:
        """The rules that may answer: more than one where they tie, so that age or name decides."""
        routes = [route for route in self.routes if any(_binds(ref, scheme) for ref in route["spec"]["parentRefs"])]
        hostname = _most_specific(host, [name for route in routes for name in _hostnames(route)])
        here = [route for route in routes if hostname in _hostnames(route)]
        candidates = [item for route in here for item in _candidates(route, path, headers)]
        best = min((item.order for item in candidates), default=None)
        return tuple(item.found for item in candidates if item.order == best)


def _binds(parent: Json, scheme: str) -> bool:
    name, port = parent.get("sectionName"), parent.get("port")
    return name in (None, scheme) and port in (None, {"http": 80, "https": 443}[scheme])


def _hostnames(route: Mapping[str, Json]) -> list[str]:
    return route["spec"].get("hostnames") or ["*"]


def _most_specific(host: str, names: list[str]) -> str | None:
    if host in names:
        return host
    fitting = [name for name in names if name.startswith("*") and host.endswith(name[1:])]
    return max(fitting, key=len, default=None)


def _candidates(route: Mapping[str, Json], path: str, headers: Mapping[str, str]) -> Iterator[_Candidate]:
    for rule in route["spec"]["rules"]:
        for match in rule["matches"]:
            kind, value = match["path"]["type"], match["path"]["value"]
            wanted = match.get("headers") or []
            if _path_fits(kind, value, path) and all(_header_fits(item, headers) for item in wanted):
                order = (_RANKS[kind], -len(value), -len(wanted))
                yield _Candidate(order, _found(route["metadata"]["name"], rule))


def _path_fits(kind: str, value: str, path: str) -> bool:
    if kind == "Exact":
        return path == value
    if kind == "RegularExpression":
        return re2.fullmatch(value, path) is not None
    prefix = value.rstrip("/")
    return path == prefix or path.startswith(f"{prefix}/")


def _header_fits(wanted: Json, headers: Mapping[str, str]) -> bool:
    value = headers.get(wanted["name"].lower())
    if value is None:
        return False
    if wanted["type"] == "RegularExpression":
        return re2.fullmatch(wanted["value"], value) is not None
    return bool(value == wanted["value"])


def _found(route: str, rule: Json) -> Found:
    kinds = [item["type"] for item in rule.get("filters") or ()]
    refs = rule.get("backendRefs") or ()
    # A Backend has its port in itself.
    forwards = tuple((ref["name"], ref.get("port", 0)) for ref in refs if ref.get("weight", 1) > 0)
    return Found(route, forwards, "RequestRedirect" in kinds)
