"""Names of headers that rules of either side set, so that they are compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gatelift.traffic.answers.compare import Watched
from gatelift.traffic.fields import at, maps, name, namespace, nginx_annotations, of_kind, text, texts
from gatelift.traffic.model import Manifest

_OWN = ("strict-transport-security", "location", "set-cookie", "vary", "host", "connection", "content-length")
"""Compared as attributes of their own, or set by every proxy in its own way."""
_MAP = re.compile(r"(?:([a-z0-9-]+)/)?([a-z0-9.-]+)")


def watched(before: Sequence[Manifest], after: Sequence[Manifest]) -> Watched:
    """What Ingresses and routes set for the backend and for the client."""
    request = {"x-forwarded-prefix"} if _forwards_prefix(before) else set()
    response = set(_custom(before))
    for route in of_kind(after, "HTTPRoute"):
        for rule in maps(at(route, "spec", "rules")):
            for item in maps(rule.get("filters")):
                request.update(_set(item.get("requestHeaderModifier")))
                response.update(_set(item.get("responseHeaderModifier")))
    return Watched(request=_compared(request), response=_compared(response))


def _set(modifier: object) -> Iterator[str]:
    for field in ("set", "add"):
        for item in maps(at(modifier, field)):
            yield text(item.get("name")).lower()
    yield from (each.lower() for each in texts(at(modifier, "remove")))


def _forwards_prefix(objects: Iterable[Manifest]) -> bool:
    return any("x-forwarded-prefix" in nginx_annotations(item) for item in of_kind(objects, "Ingress"))


def _custom(objects: Sequence[Manifest]) -> Iterator[str]:
    """The headers of the ConfigMaps that ``custom-headers`` names."""
    maps_by_name: Mapping[str, Any] = {name(item): item for item in of_kind(objects, "ConfigMap")}
    for ingress in of_kind(objects, "Ingress"):
        found = _MAP.fullmatch(nginx_annotations(ingress).get("custom-headers", ""))
        data = at(maps_by_name.get(f"{found[1] or namespace(ingress)}/{found[2]}"), "data") if found else None
        if isinstance(data, Mapping):
            yield from (str(key).lower() for key in data)


def _compared(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if name and name not in _OWN and not name.startswith("access-control-"))
