"""Envoy Gateway's policies of one Ingress: one of each kind, on all its routes, never replacing the Gateway's (T39)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gatelift.gateway.consume import Consumed, joined
from gatelift.manifests.backend_traffic import BackendTrafficPolicy, BackendTrafficPolicySpec
from gatelift.manifests.model import Manifest
from gatelift.manifests.references import PolicyTargetReference
from gatelift.manifests.security import SecurityPolicy, SecurityPolicySpec
from gatelift.targets.base import RouteView


def policies(
    consumed: Iterable[Consumed], targets: Sequence[PolicyTargetReference], view: RouteView
) -> tuple[Manifest, ...]:
    """The policies that the contributions ask for. Without a route to attach to there is none."""
    traffic: dict[str, Any] = {}
    security: dict[str, Any] = {}
    for item in consumed:
        traffic = joined(traffic, item.traffic)
        security = joined(security, item.security)
    if not targets:
        return ()
    # A route's policy replaces the Gateway's unless it says that it merges; the Gateway's may restrict access.
    common: dict[str, Any] = {"target_refs": tuple(targets), "merge_type": "StrategicMerge"}
    made: list[Manifest] = []
    if security:
        made.append(SecurityPolicy(metadata=view.meta(), spec=SecurityPolicySpec(**common, **security)))
    if traffic:
        made.append(BackendTrafficPolicy(metadata=view.meta(), spec=BackendTrafficPolicySpec(**common, **traffic)))
    return tuple(made)
