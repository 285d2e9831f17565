"""``GRPCRoute`` (https://gateway-api.sigs.k8s.io/reference/spec/#grpcroute)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar

from msgspec import UNSET, Meta, UnsetType

from gatelift.manifests.fields import HeaderName, HeaderValue, Hostname, MatchType, SectionName
from gatelift.manifests.filters import GRPCFilter, filter_problems
from gatelift.manifests.http_route import MATCHES_PER_ROUTE
from gatelift.manifests.model import Manifest, Model, Problem
from gatelift.manifests.references import BackendRef, ParentReference, parent_problems
from gatelift.manifests.rules import distinct
from gatelift.manifests.shape import GRPC_ROUTE, Kind

GRPCFilters = Annotated[tuple[GRPCFilter, ...], Meta(max_length=16)]
_Identifier = Annotated[str, Meta(max_length=1024)]

_SERVICE = re.compile(r"\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*", re.IGNORECASE | re.ASCII)
_METHOD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")


class GRPCMethodMatch(Model, frozen=True, kw_only=True):
    """A service, a method, or both."""

    type: MatchType
    service: _Identifier | UnsetType = UNSET
    method: _Identifier | UnsetType = UNSET

    def problems(self) -> Iterator[Problem]:
        if self.service is UNSET and self.method is UNSET:
            yield "", "one or both of service and method must be given"
        if self.type == "RegularExpression":
            return
        if self.service is not UNSET and not _SERVICE.fullmatch(self.service):
            yield "/service", f"{self.service!r} is no gRPC service"
        if self.method is not UNSET and not _METHOD.fullmatch(self.method):
            yield "/method", f"{self.method!r} is no gRPC method"


class GRPCHeaderMatch(Model, frozen=True, kw_only=True):
    type: MatchType
    name: HeaderName
    value: HeaderValue


class GRPCRouteMatch(Model, frozen=True, kw_only=True):
    method: GRPCMethodMatch | UnsetType = UNSET
    headers: Annotated[tuple[GRPCHeaderMatch, ...], Meta(max_length=16)] = ()

    def problems(self) -> Iterator[Problem]:
        yield from distinct("/headers", (header.name.lower() for header in self.headers))


class GRPCBackendRef(BackendRef, frozen=True, kw_only=True):
    filters: GRPCFilters = ()

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from filter_problems(self.filters)


class GRPCRouteRule(Model, frozen=True, kw_only=True):
    """Unlike in an HTTPRoute, no matches are the API's own way to say "everything"."""

    name: SectionName | UnsetType = UNSET
    matches: Annotated[tuple[GRPCRouteMatch, ...], Meta(max_length=64)] = ()
    filters: GRPCFilters = ()
    backend_refs: Annotated[tuple[GRPCBackendRef, ...], Meta(max_length=16)] = ()

    def problems(self) -> Iterator[Problem]:
        yield from filter_problems(self.filters)


class GRPCRouteSpec(Model, frozen=True, kw_only=True):
    parent_refs: Annotated[tuple[ParentReference, ...], Meta(max_length=32)] = ()
    hostnames: Annotated[tuple[Hostname, ...], Meta(max_length=16)] = ()
    rules: Annotated[tuple[GRPCRouteRule, ...], Meta(min_length=1, max_length=16)]

    def problems(self) -> Iterator[Problem]:
        yield from parent_problems(self.parent_refs)
        yield from distinct("/rules", (rule.name for rule in self.rules if rule.name is not UNSET))
        matches = sum(len(rule.matches) for rule in self.rules)
        if matches > MATCHES_PER_ROUTE:
            yield "/rules", f"{matches} matches are more than the {MATCHES_PER_ROUTE} that one route may have"


class GRPCRoute(Manifest, frozen=True, kw_only=True):
    KIND: ClassVar[Kind] = GRPC_ROUTE

    spec: GRPCRouteSpec
