"""``HTTPRoute`` (https://gateway-api.sigs.k8s.io/reference/spec/#httproute)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from msgspec import UNSET, Meta, UnsetType

from gatelift.manifests.durations import milliseconds
from gatelift.manifests.fields import (
    Duration,
    HeaderName,
    HeaderValue,
    Hostname,
    MatchType,
    Method,
    PathValue,
    QueryParamValue,
    SectionName,
)
from gatelift.manifests.filters import HTTPFilter, RequestRedirectFilter, filter_problems, replaces_prefix
from gatelift.manifests.model import Manifest, Model, Problem
from gatelift.manifests.paths import path_problems
from gatelift.manifests.references import BackendRef, ParentReference, parent_problems
from gatelift.manifests.rules import distinct
from gatelift.manifests.shape import HTTP_ROUTE, Kind

MATCHES_PER_ROUTE = 128
"""No route may have more matches, over all its rules."""

PathMatchType = Literal["Exact", "PathPrefix", "RegularExpression"]
HTTPFilters = Annotated[tuple[HTTPFilter, ...], Meta(max_length=16)]


class HTTPPathMatch(Model, frozen=True, kw_only=True):
    type: PathMatchType
    value: PathValue

    def problems(self) -> Iterator[Problem]:
        if self.type != "RegularExpression":
            yield from (("/value", sentence) for sentence in path_problems(self.value))


class HTTPHeaderMatch(Model, frozen=True, kw_only=True):
    type: MatchType
    name: HeaderName
    value: HeaderValue


class HTTPQueryParamMatch(Model, frozen=True, kw_only=True):
    type: MatchType
    name: HeaderName
    value: QueryParamValue


class HTTPRouteMatch(Model, frozen=True, kw_only=True):
    """Requests that fulfil every condition here."""

    path: HTTPPathMatch
    headers: Annotated[tuple[HTTPHeaderMatch, ...], Meta(max_length=16)] = ()
    query_params: Annotated[tuple[HTTPQueryParamMatch, ...], Meta(max_length=16)] = ()
    method: Method | UnsetType = UNSET

    def problems(self) -> Iterator[Problem]:
        yield from distinct("/headers", (header.name.lower() for header in self.headers))
        yield from distinct("/queryParams", (param.name for param in self.query_params))


class HTTPBackendRef(BackendRef, frozen=True, kw_only=True):
    filters: HTTPFilters = ()

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from filter_problems(self.filters)


class HTTPRouteTimeouts(Model, frozen=True, kw_only=True):
    """``0s`` means none. ``backend_request`` is each attempt's part of ``request``."""

    request: Duration | UnsetType = UNSET
    backend_request: Duration | UnsetType = UNSET

    def problems(self) -> Iterator[Problem]:
        if self.request is UNSET or self.backend_request is UNSET:
            return
        if 0 < milliseconds(self.request) < milliseconds(self.backend_request):
            yield "/backendRequest", "cannot be longer than the request timeout"


class HTTPRouteRule(Model, frozen=True, kw_only=True):
    """Matches (one suffices), what to do to the request, and where to send it. ``name`` is what policies target."""

    name: SectionName | UnsetType = UNSET
    matches: Annotated[tuple[HTTPRouteMatch, ...], Meta(min_length=1, max_length=64)]
    filters: HTTPFilters = ()
    backend_refs: Annotated[tuple[HTTPBackendRef, ...], Meta(max_length=16)] = ()
    timeouts: HTTPRouteTimeouts | UnsetType = UNSET

    def problems(self) -> Iterator[Problem]:
        yield from filter_problems(self.filters)
        if self.backend_refs and any(isinstance(item, RequestRedirectFilter) for item in self.filters):
            yield "/backendRefs", "must be empty beside a RequestRedirect"
        if self._replaces_prefix() and not self._matches_one_prefix():
            yield "/matches", "must be exactly one PathPrefix match, because a filter replaces the prefix"

    def _replaces_prefix(self) -> bool:
        behind = (item for backend in self.backend_refs for item in backend.filters)
        return any(map(replaces_prefix, self.filters)) or any(map(replaces_prefix, behind))

    def _matches_one_prefix(self) -> bool:
        return [match.path.type for match in self.matches] == ["PathPrefix"]


class HTTPRouteSpec(Model, frozen=True, kw_only=True):
    parent_refs: Annotated[tuple[ParentReference, ...], Meta(max_length=32)] = ()
    hostnames: Annotated[tuple[Hostname, ...], Meta(max_length=16)] = ()
    rules: Annotated[tuple[HTTPRouteRule, ...], Meta(min_length=1, max_length=16)]

    def problems(self) -> Iterator[Problem]:
        yield from parent_problems(self.parent_refs)
        yield from distinct("/rules", (rule.name for rule in self.rules if rule.name is not UNSET))
        matches = sum(len(rule.matches) for rule in self.rules)
        if matches > MATCHES_PER_ROUTE:
            yield "/rules", f"{matches} matches are more than the {MATCHES_PER_ROUTE} that one route may have"


class HTTPRoute(Manifest, frozen=True, kw_only=True):
    KIND: ClassVar[Kind] = HTTP_ROUTE

    spec: HTTPRouteSpec
