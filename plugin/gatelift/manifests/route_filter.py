"""Envoy Gateway's ``HTTPRouteFilter`` (https://gateway.envoyproxy.io/docs/api/extension_types/#httproutefilter)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import UNSET, Meta, UnsetType

from gatelift.manifests.fields import AnswerStatus, HeaderValue, MatchType
from gatelift.manifests.model import Manifest, Model
from gatelift.manifests.policy_targets import ResponseBody, ResponseHeaders
from gatelift.manifests.shape import HTTP_ROUTE_FILTER, Kind


class ReplaceRegex(Model, frozen=True, kw_only=True):
    r"""``pattern`` in RE2, found anywhere in the path; ``substitution`` refers to its groups as ``\1``."""

    pattern: Annotated[str, Meta(min_length=1)]
    substitution: str


class ReplaceRegexMatch(Model, frozen=True, kw_only=True, tag_field="type", tag="ReplaceRegexMatch"):
    replace_regex_match: ReplaceRegex


class HostnameFromHeader(Model, frozen=True, kw_only=True, tag_field="type", tag="Header"):
    header: str


class HostnameFromBackend(Model, frozen=True, kw_only=True, tag_field="type", tag="Backend"):
    """The hostname of the backend, of an ``fqdn`` endpoint for instance."""


HTTPHostnameModifier = HostnameFromHeader | HostnameFromBackend


class URLRewrite(Model, frozen=True, kw_only=True):
    hostname: HTTPHostnameModifier | UnsetType = UNSET
    path: ReplaceRegexMatch | UnsetType = UNSET


class DirectResponse(Model, frozen=True, kw_only=True):
    """An answer without a backend; the status is 200 unless given."""

    status_code: AnswerStatus | UnsetType = UNSET
    content_type: str | UnsetType = UNSET
    header: ResponseHeaders | UnsetType = UNSET
    body: ResponseBody | UnsetType = UNSET


class CookieMatch(Model, frozen=True, kw_only=True):
    type: MatchType
    name: Annotated[str, Meta(min_length=1, max_length=256)]
    value: HeaderValue


class FilterMatch(Model, frozen=True, kw_only=True):
    """A request whose cookies all match."""

    cookies: Annotated[tuple[CookieMatch, ...], Meta(min_length=1, max_length=16)]


class HTTPRouteFilterSpec(Model, frozen=True, kw_only=True):
    """``matches`` narrow the rule that refers to this filter."""

    url_rewrite: URLRewrite | UnsetType = UNSET
    direct_response: DirectResponse | UnsetType = UNSET
    matches: Annotated[tuple[FilterMatch, ...], Meta(max_length=8)] = ()


class HTTPRouteFilter(Manifest, frozen=True, kw_only=True):
    KIND: ClassVar[Kind] = HTTP_ROUTE_FILTER

    spec: HTTPRouteFilterSpec
