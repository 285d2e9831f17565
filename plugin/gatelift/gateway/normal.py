"""Normal form: what two objects have in common when they mean the same (the ≡ of DESIGN 6).

Here the API server's defaults are filled in and what has no meaning is left out; order is kept, because the order of
rules and matches has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatelift.manifests.resource import Resource
from gatelift.manifests.shape import GATEWAY_API, ObjectKey

_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "parentRefs": {"group": GATEWAY_API, "kind": "Gateway"},
    "backendRefs": {"group": "", "kind": "Service", "weight": 1},
    "headers": {"type": "Exact"},
    "queryParams": {"type": "Exact"},
    "rules": {},
    "matches": {},
}
_PATH = {"type": "PathPrefix", "value": "/"}


def normal(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """``manifest`` reduced to kind, labels and a specification with its defaults written out."""
    metadata = manifest.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    spec = _value("spec", manifest.get("spec"))
    kind = str(manifest.get("kind"))
    if kind == "HTTPRoute" and isinstance(spec, dict):
        spec = _http_route(spec)
    group = str(manifest.get("apiVersion")).partition("/")[0]
    return {"group": group, "kind": kind, "labels": metadata.get("labels") or {}, "spec": spec}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _value(key, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        defaults = _DEFAULTS.get(name, {})
        return [{**defaults, **_value("", item)} if isinstance(item, Mapping) else item for item in value]
    return value


def _http_route(spec: dict[str, Any]) -> dict[str, Any]:
    return {**spec, "rules": [_http_rule(rule) for rule in _list(spec.get("rules")) or [{}] if isinstance(rule, dict)]}


def _list(value: Any) -> list[Any]:
    """``value`` where it is a list: what stands in a repository may be anything."""
    return value if isinstance(value, list) else []


def _http_rule(rule: dict[str, Any]) -> dict[str, Any]:
    matches = [
        {**match, "path": {**_PATH, **path} if isinstance(path := match.get("path") or {}, dict) else path}
        for match in _list(rule.get("matches")) or [{}]
        if isinstance(match, dict)
    ]
    filters = [_redirect(item) for item in _list(rule.get("filters"))]
    kept = {key: value for key, value in rule.items() if key not in ("name", "filters") and value not in ([], {})}
    return {**kept, "matches": matches, **({"filters": filters} if filters else {})}


def _redirect(item: Any) -> Any:
    if isinstance(item, dict) and isinstance(item.get("requestRedirect"), dict):
        return {**item, "requestRedirect": {"statusCode": 302, **item["requestRedirect"]}}
    return item


def same(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether two objects mean the same."""
    return normal(first) == normal(second)


def satisfied(resource: Resource | None, manifest: Mapping[str, Any]) -> bool:
    """Whether ``resource`` makes writing ``manifest`` needless: ours to the letter, anybody else's by meaning."""
    if resource is None:
        return False
    if resource.mark is not None and resource.mark.intact:
        return resource.value == manifest
    return same(resource.value, manifest)


def key_of(manifest: Mapping[str, Any]) -> ObjectKey:
    """What identifies a manifest, whatever version it is written in."""
    group, slash, _ = str(manifest["apiVersion"]).partition("/")
    metadata = manifest["metadata"]
    return ObjectKey(group if slash else "", manifest["kind"], metadata.get("namespace", ""), metadata["name"])


def identity(manifest: Mapping[str, Any]) -> str:
    """``Kind namespace/name`` of a manifest, for people."""
    return str(key_of(manifest))
