"""Policies of somebody else's on the very routes or listeners that a policy of ours is for (T39).

Of two on one target Envoy Gateway takes the older, and one on a single rule of a route counts before one on all of
it; ours would be refused in its status, and what it restricts would be open:
https://gateway.envoyproxy.io/docs/concepts/gateway_api_extensions/security-policy/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gatelift.gateway.normal import normal
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Note, refused
from gatelift.manifests.resource import Resource
from gatelift.manifests.shape import BACKEND_TRAFFIC_POLICY, CLIENT_TRAFFIC_POLICY, SECURITY_POLICY, ObjectKey

_KINDS = frozenset((kind.group, kind.kind) for kind in (SECURITY_POLICY, BACKEND_TRAFFIC_POLICY, CLIENT_TRAFFIC_POLICY))
_LIMITS = "rateLimit"
_OPEN = frozenset({"targetRef", "targetRefs", "targetSelectors", "mergeType", "cors"})
"""Parts of a SecurityPolicy that keep nobody out."""


def candidates(existing: Mapping[tuple[str, ObjectKey], Resource]) -> Mapping[str, tuple[Resource, ...]]:
    """Scope -> the policies of ``existing`` that are not gatelift's to the letter, and so stay as they are."""
    found: dict[str, tuple[Resource, ...]] = {}
    for (scope, _), item in existing.items():
        if (item.group, item.kind) in _KINDS and not (item.mark is not None and item.mark.intact):
            found[scope] = (*found.get(scope, ()), item)
    return found


def rival(objects: Iterable[Mapping[str, Any]], others: Iterable[Resource]) -> Note | None:
    """Why a policy among ``objects`` that restricts access may not hold; ``others`` are of the same scope."""
    written = tuple(objects)
    policies = tuple(item for item in written if _restricts(item))
    for other in others if policies else ():
        for mine in policies:
            if _apart(mine, other) and _meet(mine, other, written) and not _alike(mine, other):
                return refused(
                    f"{other} is for the same routes as {mine['kind']} {mine['metadata']['name']}, which would be "
                    "written, and of two on one target Envoy Gateway takes the older: what restricts access here may "
                    "not hold",
                    f"leave these routes out of {other.kind} {other.name} (targetRefs, targetSelectors), or remove it",
                    Risk.SECURITY,
                )
    return None


def _restricts(manifest: Mapping[str, Any]) -> bool:
    if manifest["kind"] == BACKEND_TRAFFIC_POLICY.kind:
        return _LIMITS in manifest["spec"]
    if manifest["kind"] == SECURITY_POLICY.kind:
        return bool(_asked(manifest))
    return bool(manifest["kind"] == CLIENT_TRAFFIC_POLICY.kind)


def _asked(manifest: Mapping[str, Any]) -> dict[str, Any]:
    spec = normal(manifest)["spec"]
    return {name: value for name, value in spec.items() if name not in _OPEN} if isinstance(spec, Mapping) else {}


def _alike(mine: Mapping[str, Any], other: Resource) -> bool:
    """Whether both restrict alike, so that it does not matter which of them holds."""
    return _asked(mine) == _asked(other.value)


def _apart(mine: Mapping[str, Any], other: Resource) -> bool:
    """Whether they are two objects; what is wrong with one of a name that is needed is told as a collision."""
    return (other.kind, other.name) != (mine["kind"], mine["metadata"]["name"])


def _meet(mine: Mapping[str, Any], other: Resource, written: Iterable[Mapping[str, Any]]) -> bool:
    namespace = mine["metadata"].get("namespace", "")
    if other.kind != mine["kind"] or (other.namespace and namespace and other.namespace != namespace):
        return False
    labels = {(item["kind"], item["metadata"]["name"]): item["metadata"].get("labels") or {} for item in written}
    return any(_same(target, other.value, labels) for target in mine["spec"]["targetRefs"])


def _same(
    target: Mapping[str, Any], other: Mapping[str, Any], labels: Mapping[tuple[str, str], Mapping[str, str]]
) -> bool:
    """Whether the policy ``other`` is for ``target`` or for a part of it."""
    spec = other.get("spec")
    if not isinstance(spec, Mapping):
        return False
    asked, section = (target["kind"], target["name"]), target.get("sectionName")
    for item in (*_mappings(spec.get("targetRefs")), *_mappings([spec.get("targetRef")])):
        if (item.get("kind"), item.get("name")) == asked and section in (None, item.get("sectionName")):
            return True
    return section is None and any(
        item.get("kind") == asked[0] and _chosen(item, labels.get(asked, {}))
        for item in _mappings(spec.get("targetSelectors"))
    )


def _chosen(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether a selector may choose what has ``labels``; expressions are taken to choose it."""
    wanted = selector.get("matchLabels") or {}
    return isinstance(wanted, Mapping) and all(labels.get(str(key)) == value for key, value in wanted.items())


def _mappings(items: object) -> Iterator[Mapping[str, Any]]:
    yield from (item for item in (items if isinstance(items, list) else ()) if isinstance(item, Mapping))
