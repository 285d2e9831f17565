"""What a rule of an HTTPRoute does, as Envoy has it: buildXdsRoute in internal/xds/translator/route.go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from gatelift.traffic.fields import at, items, maps, text

Json = dict[str, Any]
Cluster = Callable[[Mapping[str, Any]], str]
"""The cluster of a backendRef; empty where it may not be used, or is not there."""
_CODES = {
    301: "MOVED_PERMANENTLY",
    302: "FOUND",
    303: "SEE_OTHER",
    307: "TEMPORARY_REDIRECT",
    308: "PERMANENT_REDIRECT",
}
_USUAL = (80, 443)


def action(
    rule: Mapping[str, Any], match: Mapping[str, Any], extensions: Sequence[Mapping[str, Any]], of: Cluster
) -> Json:
    """Fields of a Route. ``extensions``: what the rule's HTTPRouteFilters say (``spec``)."""
    filters = {text(item.get("type")): item for item in maps(rule.get("filters"))}
    direct = next((each for item in extensions if (each := at(item, "directResponse")) is not None), None)
    made: Json = {}
    if direct is not None:
        made["direct_response"] = {"status": direct.get("statusCode", 200)}
    elif "RequestRedirect" in filters:
        made["redirect"] = _redirect(filters["RequestRedirect"].get("requestRedirect") or {}, match)
    else:
        made |= _forwarded(rule, match, [at(filters.get("URLRewrite"), "urlRewrite"), *_rewrites(extensions)], of)
    return {**made, **_headers(filters)}


def _rewrites(extensions: Iterable[Mapping[str, Any]]) -> Iterable[Any]:
    return (at(item, "urlRewrite") for item in extensions)


def _forwarded(rule: Mapping[str, Any], match: Mapping[str, Any], rewrites: Iterable[Any], of: Cluster) -> Json:
    refs = (_weighted(ref, of) for ref in maps(rule.get("backendRefs")))
    clusters = [each for each in refs if each["weight"] > 0]
    if all(each["name"] == NOWHERE for each in clusters):
        return {"direct_response": {"status": 500}}
    made: Json = {
        "weighted_clusters": {"clusters": clusters},
        "cluster_not_found_response_code": "INTERNAL_SERVER_ERROR",
        "upgrade_configs": [{"upgrade_type": "websocket"}],
        "timeout": "0s",
    }
    for said in rewrites:
        made |= _rewritten(said or {}, match)
    return {"route": made}


def _weighted(ref: Mapping[str, Any], of: Cluster) -> Json:
    """A backend with its share; one that may not be used has a share too, and answers 500."""
    weight = ref.get("weight", 1)
    filters = {text(item.get("type")): item for item in maps(ref.get("filters"))}
    return {"name": of(ref) or NOWHERE, "weight": weight if isinstance(weight, int) else 1, **_headers(filters)}


NOWHERE = "gatelift-replay-nowhere"
"""A cluster that does not exist."""


def _rewritten(said: Mapping[str, Any], match: Mapping[str, Any]) -> Json:
    made: Json = {}
    path = said.get("path") or {}
    if (full := at(path, "replaceFullPath")) is not None:
        made["regex_rewrite"] = _substitution("^/.*$", full)
    if (prefix := at(path, "replacePrefixMatch")) is not None:
        made |= _prefix(prefix, match)
    if (regex := at(path, "replaceRegexMatch")) is not None:
        made["regex_rewrite"] = _substitution(text(at(regex, "pattern")), text(at(regex, "substitution")))
    host = said.get("hostname")
    if isinstance(host, str):
        made |= {"host_rewrite_literal": host, "append_x_forwarded_host": True}
    elif at(host, "type") == "Header":
        made |= {"host_rewrite_header": text(at(host, "header")), "append_x_forwarded_host": True}
    return made


def _prefix(replacement: str, match: Mapping[str, Any]) -> Json:
    """Envoy would leave two slashes where a prefix becomes none: so a regular rewrite takes the slashes after it."""
    own = text(at(match, "path", "value")) or "/"
    if (text(at(match, "path", "type")) or "PathPrefix") == "PathPrefix" and replacement in ("", "/"):
        return {"regex_rewrite": _substitution(rf"^{own}\/*", "/")}
    return {"prefix_rewrite": replacement.removesuffix("/") or "/"}


def _substitution(pattern: str, by: str) -> Json:
    return {"pattern": {"regex": pattern}, "substitution": by}


def _redirect(said: Mapping[str, Any], match: Mapping[str, Any]) -> Json:
    made: Json = {"response_code": _CODES.get(said.get("statusCode", 302), "FOUND")}
    if scheme := said.get("scheme"):
        made["scheme_redirect"] = scheme
    if host := said.get("hostname"):
        made["host_redirect"] = host
    if said.get("port") and said["port"] not in _USUAL:
        made["port_redirect"] = said["port"]
    path = said.get("path") or {}
    if (full := at(path, "replaceFullPath")) is not None:
        made["path_redirect"] = full
    if (prefix := at(path, "replacePrefixMatch")) is not None:
        made |= _prefix(prefix, match)
    return made


def _headers(filters: Mapping[str, Mapping[str, Any]]) -> Json:
    made: Json = {}
    for kind, field, there in (
        ("RequestHeaderModifier", "requestHeaderModifier", "request_headers"),
        ("ResponseHeaderModifier", "responseHeaderModifier", "response_headers"),
    ):
        said = at(filters.get(kind), field)
        added = [_header(item, "OVERWRITE_IF_EXISTS_OR_ADD") for item in maps(at(said, "set"))]
        added += [_header(item, "APPEND_IF_EXISTS_OR_ADD") for item in maps(at(said, "add"))]
        if added:
            made[f"{there}_to_add"] = added
        if removed := items(at(said, "remove")):
            made[f"{there}_to_remove"] = list(removed)
    return made


def _header(item: Mapping[str, Any], how: str) -> Json:
    value = text(item.get("value"))
    made: Json = {"header": {"key": text(item.get("name")), "value": value}, "append_action": how}
    return {**made, "keep_empty_value": True} if not value else made
