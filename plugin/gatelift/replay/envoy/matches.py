"""A match of an HTTPRoute as Envoy has it (envoy.config.route.v3.RouteMatch)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatelift.traffic.fields import at, maps, text
from gatelift.traffic.gateway.expressions import REGULAR

Json = dict[str, Any]


def route_match(match: Mapping[str, Any]) -> Json:
    """``match`` for Envoy. A regular path must fit the whole path, without its query."""
    made = _path(text(at(match, "path", "type")) or "PathPrefix", text(at(match, "path", "value")) or "/")
    headers = [{"name": text(item.get("name")), "string_match": _text(item)} for item in maps(match.get("headers"))]
    if method := text(match.get("method")):
        headers.append({"name": ":method", "string_match": {"exact": method}})
    if headers:
        made["headers"] = headers
    query = [{"name": text(item.get("name")), "string_match": _text(item)} for item in maps(match.get("queryParams"))]
    if query:
        made["query_parameters"] = query
    return made


def _path(kind: str, value: str) -> Json:
    if kind == "Exact":
        return {"path": value}
    if kind == REGULAR:
        return {"safe_regex": {"regex": value}}
    # Envoy takes no slash at the end of a prefix that ends where a segment does.
    bare = value.removesuffix("/")
    return {"path_separated_prefix": bare} if bare else {"prefix": "/"}


def _text(item: Mapping[str, Any]) -> Json:
    value = text(item.get("value"))
    return {"safe_regex": {"regex": value}} if item.get("type") == REGULAR else {"exact": value}
