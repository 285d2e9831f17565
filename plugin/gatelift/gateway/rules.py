"""From a neutral rule to a rule of an HTTPRoute: matches, filters merged by kind, backends, explicit defaults."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from gatelift.intent.redirects import Location
from gatelift.intent.route import Forward, Match, PathKind, Redirection, Rule
from gatelift.manifests.filters import (
    HTTPFilter,
    HTTPHeaderFilter,
    HTTPRequestRedirect,
    HTTPURLRewrite,
    ReplaceFullPath,
    RequestHeaderModifierFilter,
    RequestRedirectFilter,
    ResponseHeaderModifierFilter,
    URLRewriteFilter,
)
from gatelift.manifests.http_route import (
    HTTPBackendRef,
    HTTPHeaderMatch,
    HTTPPathMatch,
    HTTPRouteMatch,
    HTTPRouteRule,
    HTTPRouteTimeouts,
    PathMatchType,
)

PATH_TYPES: dict[PathKind, PathMatchType] = {
    PathKind.EXACT: "Exact",
    PathKind.PREFIX: "PathPrefix",
    PathKind.REGEX: "RegularExpression",
}


def http_match(match: Match) -> HTTPRouteMatch:
    """One match, with every type written out."""
    return HTTPRouteMatch(
        path=HTTPPathMatch(type=PATH_TYPES[match.path.kind], value=match.path.value),
        headers=tuple(
            HTTPHeaderMatch(type="RegularExpression" if header.regex else "Exact", name=header.name, value=header.value)
            for header in match.headers
        ),
    )


def http_rule(
    rule: Rule, filters: Sequence[HTTPFilter], backends: Sequence[HTTPBackendRef], timeout: str | None
) -> HTTPRouteRule:
    """One rule. ``filters`` are those of all its intents, ``backends`` those of a forwarding rule."""
    matches = tuple(http_match(match) for match in rule.matches)
    if isinstance(rule.action, Redirection):
        kept = tuple(item for item in merged(filters) if isinstance(item, ResponseHeaderModifierFilter))
        return HTTPRouteRule(matches=matches, filters=(*kept, redirect_filter(rule.action)))
    forward = isinstance(rule.action, Forward) and timeout is not None
    return HTTPRouteRule(
        matches=matches,
        filters=merged(filters),
        backend_refs=tuple(backends),
        timeouts=HTTPRouteTimeouts(request=timeout) if forward and timeout else UNSET,
    )


def redirect_filter(action: Redirection) -> RequestRedirectFilter:
    """A redirect; a path that is not kept is replaced as a whole."""
    location: Location = action.location
    redirect = HTTPRequestRedirect(
        scheme=location.scheme if location.scheme in ("http", "https") else UNSET,  # type: ignore[arg-type]  # narrowed by the test
        hostname=location.hostname if location.hostname is not None else UNSET,
        port=location.port if location.port is not None else UNSET,
        path=ReplaceFullPath(replace_full_path=location.path) if location.path is not None else UNSET,
        status_code=action.code,  # type: ignore[arg-type]  # checked with the object
    )
    return RequestRedirectFilter(request_redirect=redirect)


def merged(filters: Sequence[HTTPFilter]) -> tuple[HTTPFilter, ...]:
    """Filters of which Gateway API takes one of a kind, as one: header modifiers and rewrites."""
    found: dict[type[HTTPFilter], HTTPFilter] = {}
    extra: list[HTTPFilter] = []
    for item in filters:
        kind = type(item)
        if kind in _MERGES:
            found[kind] = _MERGES[kind](found[kind], item) if kind in found else item
        else:
            extra.append(item)
    return (*found.values(), *extra)


def _request_headers(a: RequestHeaderModifierFilter, b: RequestHeaderModifierFilter) -> RequestHeaderModifierFilter:
    return RequestHeaderModifierFilter(
        request_header_modifier=_headers(a.request_header_modifier, b.request_header_modifier)
    )


def _response_headers(a: ResponseHeaderModifierFilter, b: ResponseHeaderModifierFilter) -> ResponseHeaderModifierFilter:
    return ResponseHeaderModifierFilter(
        response_header_modifier=_headers(a.response_header_modifier, b.response_header_modifier)
    )


def _headers(a: HTTPHeaderFilter, b: HTTPHeaderFilter) -> HTTPHeaderFilter:
    return HTTPHeaderFilter(set=(*a.set, *b.set), add=(*a.add, *b.add), remove=(*a.remove, *b.remove))


def _rewrites(a: URLRewriteFilter, b: URLRewriteFilter) -> URLRewriteFilter:
    hostname = b.url_rewrite.hostname if a.url_rewrite.hostname is UNSET else a.url_rewrite.hostname
    path = b.url_rewrite.path if a.url_rewrite.path is UNSET else a.url_rewrite.path
    return URLRewriteFilter(url_rewrite=HTTPURLRewrite(hostname=hostname, path=path))


_MERGES: dict[type[HTTPFilter], Callable[[Any, Any], HTTPFilter]] = {
    RequestHeaderModifierFilter: _request_headers,
    ResponseHeaderModifierFilter: _response_headers,
    URLRewriteFilter: _rewrites,
}

RULES_PER_ROUTE = 16
MATCHES_PER_ROUTE = 128


def chunks(rules: Sequence[HTTPRouteRule]) -> list[tuple[HTTPRouteRule, ...]]:
    """``rules`` in parts that fit one route each (T40); rules that share their paths stay together."""
    parts: list[list[HTTPRouteRule]] = [[]]
    for group in _by_path(rules):
        matches = sum(len(rule.matches) for rule in (*parts[-1], *group))
        if parts[-1] and (len(parts[-1]) + len(group) > RULES_PER_ROUTE or matches > MATCHES_PER_ROUTE):
            parts.append([])
        parts[-1].extend(group)
    return [tuple(part) for part in parts if part]


def _by_path(rules: Sequence[HTTPRouteRule]) -> list[list[HTTPRouteRule]]:
    groups: list[list[HTTPRouteRule]] = []
    for rule in rules:
        paths = {match.path for match in rule.matches}
        if groups and {match.path for match in groups[-1][0].matches} == paths:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return groups


def split_matches(rule: Rule, most: int = 64) -> list[Rule]:
    """A rule with more matches than one rule may have, as several."""
    if len(rule.matches) <= most:
        return [rule]
    parts = [rule.matches[i : i + most] for i in range(0, len(rule.matches), most)]
    return [msgspec.structs.replace(rule, matches=part) for part in parts]
