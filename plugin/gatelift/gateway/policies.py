"""The policies of one Ingress: what all its intents ask for, put together once, for the target to write (T39)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gatelift.config.gateway import GatewayRef
from gatelift.gateway.consume import Consumed
from gatelift.gateway.merging import joined
from gatelift.gateway.targeting import aimed, gateway_spot
from gatelift.manifests.availability import MERGE_TYPE, has
from gatelift.manifests.model import Manifest
from gatelift.manifests.references import PolicyTargetReference
from gatelift.manifests.resource import Resource
from gatelift.manifests.shape import BACKEND_TRAFFIC_POLICY, SECURITY_POLICY, Kind
from gatelift.targets.base import RouteView, Target


def policies(
    consumed: Iterable[Consumed], routes: Sequence[PolicyTargetReference], target: Target, view: RouteView
) -> tuple[Manifest, ...]:
    """The policies on ``routes`` that the contributions ask for. Without a route to attach to there is none."""
    traffic: dict[str, Any] = {}
    security: dict[str, Any] = {}
    for item in consumed:
        traffic = joined(traffic, item.traffic)
        security = joined(security, item.security)
    return target.policies(traffic, security, routes, view) if routes else ()


def seen_on(gateway: GatewayRef, existing: Iterable[Resource], target: Target) -> frozenset[Kind]:
    """The kinds of policies on ``gateway`` whose place a route's policy takes, because the target cannot join them."""
    replaced = [kind for kind in (SECURITY_POLICY, BACKEND_TRAFFIC_POLICY) if not has(kind, MERGE_TYPE, target.spec)]
    if not replaced:
        return frozenset()
    resources = tuple(existing)
    spot = gateway_spot(gateway, resources)
    return frozenset(
        kind
        for resource in resources
        for kind in replaced
        if (resource.group, resource.kind) == (kind.group, kind.kind) and aimed(resource, spot)
    )
