"""GRPCRoutes: core Gateway API for gRPC, where the paths are ones that gRPC has (trap T38).

https://gateway-api.sigs.k8s.io/reference/spec/#grpcroute
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from gatelift.gateway.consume import Consumed
from gatelift.gateway.rules import merged
from gatelift.intent.route import Forward, Match, PathKind, Role, RouteIntent, Rule
from gatelift.intent.traffic import BackendProtocol
from gatelift.manifests.filters import (
    ExtensionRefFilter,
    GRPCFilter,
    RequestHeaderModifierFilter,
    ResponseHeaderModifierFilter,
)
from gatelift.manifests.grpc_route import (
    GRPCBackendRef,
    GRPCHeaderMatch,
    GRPCMethodMatch,
    GRPCRoute,
    GRPCRouteMatch,
    GRPCRouteRule,
    GRPCRouteSpec,
)
from gatelift.manifests.http_route import HTTPBackendRef
from gatelift.manifests.model import ObjectMeta
from gatelift.manifests.references import ParentReference

_SERVICE = re.compile(r"/(?P<service>[A-Za-z_][A-Za-z_0-9]*(?:\.[A-Za-z_][A-Za-z_0-9]*)*)/?")
_METHOD = re.compile(r"/(?P<service>[A-Za-z_][A-Za-z_0-9.]*[A-Za-z_0-9])/(?P<method>[A-Za-z_][A-Za-z_0-9]*)")


def as_grpc(route: RouteIntent, protocol: BackendProtocol, consumed: Consumed, mixed_hosts: Collection[str]) -> bool:
    """Whether ``route`` can be a GRPCRoute: gRPC throughout, on a host of its own, without what GRPCRoutes lack."""
    if protocol.protocol not in ("GRPC", "GRPCS") or route.role is not Role.MAIN or (route.host or "") in mixed_hosts:
        return False
    plain = (RequestHeaderModifierFilter, ResponseHeaderModifierFilter, ExtensionRefFilter)
    if any(not isinstance(item, plain) for item in consumed.filters):
        return False
    return all(isinstance(rule.action, Forward) and not rule.intents and _expressible(rule) for rule in route.rules)


def _expressible(rule: Rule) -> bool:
    return all(method_match(match) is not None for match in rule.matches)


def method_match(match: Match) -> GRPCRouteMatch | None:
    """A path as service and method: ``/`` is everything, ``/pkg.Service`` a service, the path of a call a method."""
    headers = tuple(
        GRPCHeaderMatch(type="RegularExpression" if item.regex else "Exact", name=item.name, value=item.value)
        for item in match.headers
    )
    if match.path.kind is PathKind.PREFIX and match.path.value == "/":
        return GRPCRouteMatch(headers=headers)
    if match.path.kind is PathKind.PREFIX:
        found = _SERVICE.fullmatch(match.path.value)
        method = GRPCMethodMatch(type="Exact", service=found["service"]) if found else None
    elif match.path.kind is PathKind.EXACT:
        found = _METHOD.fullmatch(match.path.value)
        method = GRPCMethodMatch(type="Exact", service=found["service"], method=found["method"]) if found else None
    else:
        return None
    return GRPCRouteMatch(method=method, headers=headers) if method else None


def grpc_route(
    meta: ObjectMeta,
    bound: tuple[ParentReference, ...],
    route: RouteIntent,
    rules: Sequence[tuple[Rule, Sequence[HTTPBackendRef]]],
    consumed: Consumed,
) -> GRPCRoute:
    """The GRPCRoute of a route for which ``as_grpc`` holds."""
    made = []
    for rule, backends in rules:
        matches = tuple(match for item in rule.matches if (match := method_match(item)) and match != GRPCRouteMatch())
        made.append(GRPCRouteRule(matches=matches, filters=_filters(consumed), backend_refs=_backends(backends)))
    spec = GRPCRouteSpec(parent_refs=bound, hostnames=route.hostnames, rules=tuple(made))
    return GRPCRoute(metadata=meta, spec=spec)


def _filters(consumed: Consumed) -> tuple[GRPCFilter, ...]:
    kinds = (RequestHeaderModifierFilter, ResponseHeaderModifierFilter, ExtensionRefFilter)
    return tuple(item for item in merged(consumed.filters) if isinstance(item, kinds))


def _backends(backends: Sequence[HTTPBackendRef]) -> tuple[GRPCBackendRef, ...]:
    return tuple(
        GRPCBackendRef(group=item.group, kind=item.kind, name=item.name, port=item.port, weight=item.weight)
        for item in backends
    )
