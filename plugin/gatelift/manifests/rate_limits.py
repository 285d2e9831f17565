"""``rateLimit`` of a BackendTrafficPolicy (https://gateway.envoyproxy.io/docs/api/extension_types/#ratelimitspec).

Only ``Local`` limits, which each Envoy counts by itself: ``Global`` ones need a Redis that no Ingress tells of.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from gatelift.manifests.fields import Method, PathValue
from gatelift.manifests.http_route import PathMatchType
from gatelift.manifests.model import Model, Problem
from gatelift.manifests.rules import cidr_problems

_Key = Annotated[str, Meta(min_length=1, max_length=256)]
_Value = Annotated[str, Meta(max_length=1024)]
_Requests = Annotated[int, Meta(ge=1, le=4_294_967_295)]

SelectorMatchType = Literal["Exact", "RegularExpression", "Distinct"]
"""``Distinct`` gives every value a bucket of its own."""


class HeaderSelector(Model, frozen=True, kw_only=True):
    type: SelectorMatchType
    name: _Key
    value: _Value | UnsetType = UNSET
    invert: bool


class QueryParamSelector(Model, frozen=True, kw_only=True):
    type: SelectorMatchType
    name: _Key
    value: _Value | UnsetType = UNSET
    invert: bool


class MethodSelector(Model, frozen=True, kw_only=True):
    value: Method
    invert: bool


class PathSelector(Model, frozen=True, kw_only=True):
    type: PathMatchType
    value: PathValue
    invert: bool


class SourceCIDRSelector(Model, frozen=True, kw_only=True):
    """Clients by address; ``Distinct`` with ``0.0.0.0/0`` counts each address by itself.

    ``invert`` is ``UNSET`` where the release has none.
    """

    type: Literal["Exact", "Distinct"]
    value: Annotated[str, Meta(min_length=1, max_length=256)]
    invert: bool | UnsetType = UNSET

    def problems(self) -> Iterator[Problem]:
        yield from cidr_problems("/value", self.value)


class RateLimitSelector(Model, frozen=True, kw_only=True):
    """Requests that fulfil every condition here."""

    headers: Annotated[tuple[HeaderSelector, ...], Meta(max_length=64)] = ()
    methods: tuple[MethodSelector, ...] = ()
    path: PathSelector | UnsetType = UNSET
    source_cidr: SourceCIDRSelector | UnsetType = msgspec.field(default=UNSET, name="sourceCIDR")
    query_params: Annotated[tuple[QueryParamSelector, ...], Meta(max_length=16)] = ()

    def problems(self) -> Iterator[Problem]:
        single = self.path is UNSET and self.source_cidr is UNSET
        if single and not (self.headers or self.methods or self.query_params):
            yield "", "must state at least one condition"


class RateLimitValue(Model, frozen=True, kw_only=True):
    requests: _Requests
    unit: Literal["Second", "Minute", "Hour", "Day", "Month", "Year"]


class RateLimitRule(Model, frozen=True, kw_only=True):
    client_selectors: Annotated[tuple[RateLimitSelector, ...], Meta(max_length=8)] = ()
    limit: RateLimitValue


class LocalRateLimit(Model, frozen=True, kw_only=True):
    rules: Annotated[tuple[RateLimitRule, ...], Meta(min_length=1, max_length=16)]


class RateLimit(Model, frozen=True, kw_only=True, tag_field="type", tag="Local"):
    local: LocalRateLimit
