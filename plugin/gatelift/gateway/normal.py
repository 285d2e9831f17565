"""Normal form of one object: what it has in common with another that means the same.

Here the API server's defaults are filled in and what has no meaning is left out; order is kept, because the order of
rules and matches has one, but for what the specification calls a set. What an object refers to stays a name here:
``proof.forms`` follows references, for whole renders.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gatelift.manifests.defaults import filled
from gatelift.manifests.resource import Resource, escape
from gatelift.manifests.shape import ObjectKey

_UNORDERED = ("parentRefs", "hostnames")


def normal(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """``manifest`` reduced to kind, labels and a specification with its defaults written out."""
    metadata = manifest.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    kind = str(manifest.get("kind"))
    group = str(manifest.get("apiVersion")).partition("/")[0]
    spec = filled(manifest).get("spec")
    if kind == "HTTPRoute" and isinstance(spec, Mapping):
        spec = _http_route(spec)
    return {"group": group, "kind": kind, "labels": metadata.get("labels") or {}, "spec": spec}


def _http_route(spec: Mapping[str, Any]) -> dict[str, Any]:
    # An empty list says "everything" as a missing one does, but the API server fills in the missing one only.
    whole = filled({**_HEAD, "spec": {name: value for name, value in spec.items() if value != []}})["spec"]
    rules = [_http_rule(rule) for rule in _list(whole.get("rules")) if isinstance(rule, Mapping)]
    return {**whole, **{name: _sorted(whole.get(name)) for name in _UNORDERED}, "rules": rules}


_HEAD = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute"}


def _list(value: Any) -> list[Any]:
    """``value`` where it is a list: what stands in a repository may be anything."""
    return value if isinstance(value, list) else []


def _sorted(value: Any) -> list[Any]:
    return sorted(_list(value), key=lambda item: json.dumps(item, sort_keys=True, default=repr))


def _http_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in rule.items() if key != "name" and value not in ([], {})}
    everything = {"spec": {"rules": [kept]}}
    whole: dict[str, Any] = filled({**_HEAD, **everything})["spec"]["rules"][0]
    return whole


def same(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether two objects mean the same."""
    return normal(first) == normal(second)


def satisfied(resource: Resource | None, manifest: Mapping[str, Any]) -> bool:
    """Whether ``resource`` makes writing ``manifest`` needless: ours to the letter, anybody else's by meaning."""
    if resource is None:
        return False
    if resource.mirrors:
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


def first_difference(one: Any, other: Any, pointer: str = "") -> str:
    """The JSON pointer of the first place where two normal forms differ; empty for a whole object, or for none."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in sorted({*one, *other}, key=str):
            if one.get(key) != other.get(key):
                return first_difference(one.get(key), other.get(key), f"{pointer}/{escape(str(key))}")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            if left != right:
                return first_difference(left, right, f"{pointer}/{index}")
    return pointer
