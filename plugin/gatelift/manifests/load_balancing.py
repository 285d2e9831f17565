"""``loadBalancer`` of a BackendTrafficPolicy (https://gateway.envoyproxy.io/docs/api/extension_types/#loadbalancer)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from gatelift.manifests.fields import Duration
from gatelift.manifests.model import Model

TABLE_SIZE = 65537
"""The size of the Maglev table that the API server writes where none is given."""

_TableSize = Annotated[int, Meta(ge=2, le=5_000_011)]


class Cookie(Model, frozen=True, kw_only=True):
    """A cookie to hash; with ``ttl``, ``0s`` being a session cookie, Envoy makes it where a request has none.

    ``attributes`` are written as they stand: ``{"Path": "/", "SameSite": "Lax", "Secure": ""}``.
    """

    name: str
    ttl: Duration | UnsetType = UNSET
    attributes: dict[str, str] = msgspec.field(default_factory=dict)


class NamedHeader(Model, frozen=True, kw_only=True):
    name: str


class NamedQueryParam(Model, frozen=True, kw_only=True):
    name: str


class SourceIPHash(Model, frozen=True, kw_only=True, tag_field="type", tag="SourceIP"):
    table_size: _TableSize


class HeaderHash(Model, frozen=True, kw_only=True, tag_field="type", tag="Header"):
    header: NamedHeader
    table_size: _TableSize


class HeadersHash(Model, frozen=True, kw_only=True, tag_field="type", tag="Headers"):
    headers: Annotated[tuple[NamedHeader, ...], Meta(min_length=1)]
    table_size: _TableSize


class CookieHash(Model, frozen=True, kw_only=True, tag_field="type", tag="Cookie"):
    cookie: Cookie
    table_size: _TableSize


class QueryParamsHash(Model, frozen=True, kw_only=True, tag_field="type", tag="QueryParams"):
    query_params: Annotated[tuple[NamedQueryParam, ...], Meta(min_length=1)]
    table_size: _TableSize


Hash = SourceIPHash | HeaderHash | HeadersHash | CookieHash | QueryParamsHash


class ConsistentHash(Model, frozen=True, kw_only=True, tag_field="type", tag="ConsistentHash"):
    consistent_hash: Hash


class RoundRobin(Model, frozen=True, kw_only=True, tag_field="type", tag="RoundRobin"):
    pass


class LeastRequest(Model, frozen=True, kw_only=True, tag_field="type", tag="LeastRequest"):
    pass


class Random(Model, frozen=True, kw_only=True, tag_field="type", tag="Random"):
    pass


LoadBalancer = ConsistentHash | RoundRobin | LeastRequest | Random
