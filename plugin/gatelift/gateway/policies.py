"""The policies of one Ingress: what all its intents ask for, put together once, for the target to write (T39)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gatelift.gateway.consume import Consumed, joined
from gatelift.manifests.model import Manifest
from gatelift.manifests.references import PolicyTargetReference
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
