"""Policies of somebody else's on the very routes or listeners that a policy of ours is for, or on what is above (T39).

Of two on one target Envoy Gateway takes the older, and one on a single rule of a route counts before one on all of
it; ours would be refused in its status, and what it restricts would be open. Where a route's policy is joined with that
of its Gateway, what both say counts as the route says it, and what the Gateway's restricts would be open:
https://gateway.envoyproxy.io/docs/concepts/gateway_api_extensions/security-policy/
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from gatelift.config.gateway import GatewayRef
from gatelift.gateway.normal import normal
from gatelift.gateway.targeting import Spot, aimed, gateway_spot
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Note, refused
from gatelift.manifests.resource import Resource
from gatelift.manifests.shape import (
    BACKEND_TRAFFIC_POLICY,
    CLIENT_TRAFFIC_POLICY,
    LISTENER_SET,
    SECURITY_POLICY,
    ObjectKey,
)

_KINDS = frozenset((kind.group, kind.kind) for kind in (SECURITY_POLICY, BACKEND_TRAFFIC_POLICY, CLIENT_TRAFFIC_POLICY))
_LIMITS = "rateLimit"
_TARGETS = frozenset({"targetRef", "targetRefs", "targetSelectors", "mergeType"})
_JOINED: Mapping[str, Collection[str]] = {SECURITY_POLICY.kind: (), BACKEND_TRAFFIC_POLICY.kind: (_LIMITS,)}
"""Kinds of policies of which a route's is joined with the Gateway's, and the fields that matter there (none: all)."""


def candidates(existing: Mapping[tuple[str, ObjectKey], Resource]) -> Mapping[str, tuple[Resource, ...]]:
    """Scope -> the policies of ``existing`` that are not gatelift's to the letter, and so stay as they are."""
    found: dict[str, tuple[Resource, ...]] = {}
    for (scope, _), item in existing.items():
        if (item.group, item.kind) in _KINDS and not item.mirrors:
            found[scope] = (*found.get(scope, ()), item)
    return found


def above(objects: Iterable[Mapping[str, Any]], gateway: GatewayRef, existing: Iterable[Resource]) -> tuple[Spot, ...]:
    """What the routes among ``objects`` hang on, whose policies theirs are joined with: the Gateway, ListenerSets."""
    sets = {
        (parent.get("namespace") or item["metadata"].get("namespace", ""), parent["name"])
        for item in objects
        for parent in item.get("spec", {}).get("parentRefs", ())
        if parent["kind"] == LISTENER_SET.kind
    }
    listed = (Spot(kind=LISTENER_SET.kind, namespace=namespace, name=name) for namespace, name in sorted(sets))
    return (gateway_spot(gateway, existing), *listed)


def rival(objects: Iterable[Mapping[str, Any]], others: Iterable[Resource], higher: Sequence[Spot] = ()) -> Note | None:
    """Why a policy among ``objects`` that restricts access may not hold, or would let in whom another keeps out.

    ``others`` are policies of the same scope, ``higher`` what the routes hang on.
    """
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
    return next(filter(None, (_overruling(mine, other, higher) for other in others for mine in written)), None)


def _overruling(mine: Mapping[str, Any], other: Resource, higher: Iterable[Spot]) -> Note | None:
    """Why ``mine`` takes the place of what ``other`` asks on a Gateway: a field that both have is the route's alone.

    Policies are joined field by field, and lists are not joined at all.
    """
    if mine["kind"] != other.kind or mine["kind"] not in _JOINED:
        return None
    spot = next((spot for spot in higher if aimed(other, spot)), None)
    field = _disputed(mine, other) if spot is not None else ""
    if spot is None or not field:
        return None
    where = f"{spot.kind} {spot.namespace}/{spot.name}"
    return refused(
        f"{other} on {where} says something else under {field} than {mine['kind']} {mine['metadata']['name']} would, "
        "and on its routes the route's own counts: whom the other keeps out could come in",
        f"take {field} out of {other}, where the routes of {where} can do without it; or remove the annotation that "
        f"asks for {field} here, where what {other} says is enough; or give this Ingress a Gateway without it",
        Risk.SECURITY,
    )


def _disputed(mine: Mapping[str, Any], other: Resource) -> str:
    ours, theirs = _said(mine), _said(other.value)
    shared = (name for name in sorted(ours) if name in theirs and ours[name] != theirs[name])
    only = _JOINED[other.kind]
    return next((name for name in shared if not only or name in only), "")


def _restricts(manifest: Mapping[str, Any]) -> bool:
    if manifest["kind"] == BACKEND_TRAFFIC_POLICY.kind:
        return _LIMITS in manifest["spec"]
    if manifest["kind"] == SECURITY_POLICY.kind:
        return bool(_asked(manifest))
    return bool(manifest["kind"] == CLIENT_TRAFFIC_POLICY.kind)


def _asked(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in _said(manifest).items() if name != "cors"}


def _said(manifest: Mapping[str, Any]) -> dict[str, Any]:
    spec = normal(manifest)["spec"]
    return {name: value for name, value in spec.items() if name not in _TARGETS} if isinstance(spec, Mapping) else {}


def _alike(mine: Mapping[str, Any], other: Resource) -> bool:
    """Whether both restrict alike, so that it does not matter which of them holds."""
    return _asked(mine) == _asked(other.value)


def _apart(mine: Mapping[str, Any], other: Resource) -> bool:
    """Whether they are two objects; what is wrong with one of a name that is needed is told as a collision."""
    return (other.kind, other.name) != (mine["kind"], mine["metadata"]["name"])


def _meet(mine: Mapping[str, Any], other: Resource, written: Iterable[Mapping[str, Any]]) -> bool:
    if other.kind != mine["kind"]:
        return False
    labels = {(item["kind"], item["metadata"]["name"]): item["metadata"].get("labels") or {} for item in written}
    namespace = mine["metadata"].get("namespace", "")
    return any(
        aimed(
            other,
            Spot(
                kind=target["kind"],
                namespace=namespace,
                name=target["name"],
                section=target.get("sectionName", ""),
                labels=labels.get((target["kind"], target["name"]), {}),
            ),
        )
        for target in mine["spec"]["targetRefs"]
    )
