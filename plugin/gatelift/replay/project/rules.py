"""Rules of HTTPRoutes without the filters, backends and fields that only Envoy Gateway has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.manifests.shape import BACKEND, ENVOY_GATEWAY, GATEWAY_API, HTTP_ROUTE_FILTER, REFERENCE_GRANT
from gatelift.traffic.fields import at, group, maps, name, namespace, of_kind, text
from gatelift.traffic.gateway.backends import Backends
from gatelift.traffic.gateway.expressions import with_cookies
from gatelift.traffic.gateway.undecided import Knows, gone
from gatelift.traffic.model import Attribute, Manifest, NotReplayed


class Known(msgspec.Struct, frozen=True):
    """What rules refer to: HTTPRouteFilters by ``namespace/name``, and Backends."""

    filters: Mapping[str, Manifest]
    backends: Backends


class Plain(msgspec.Struct, frozen=True):
    """A route that Traefik can serve, what of it is not replayed, and objects that it needs beside it."""

    route: Manifest
    lost: tuple[NotReplayed, ...]
    beside: tuple[Manifest, ...]


def known(objects: Sequence[Manifest]) -> Known:
    """Everything that a rule may refer to."""
    ours = [item for item in objects if group(item) == ENVOY_GATEWAY]
    return Known(
        filters={name(item): item for item in of_kind(ours, HTTP_ROUTE_FILTER.kind)},
        backends=Backends.of(objects),
    )


def plain(route: Manifest, found: Known, knows: Knows) -> Plain:
    """``route`` as a proxy can serve it, which ``knows`` some of what Envoy Gateway does."""
    lost: list[NotReplayed] = []
    beside: list[Manifest] = []
    rules = []
    for rule in maps(at(route, "spec", "rules")):
        made, said = _rule(route, rule, found, knows)
        lost += said
        refs = []
        for ref in maps(made.get("backendRefs")):
            service, more = _service(route, ref, found)
            refs.append(service)
            beside += more
        if refs:
            made["backendRefs"] = refs
        rules.append(made)
    return Plain({**route, "spec": {**(at(route, "spec") or {}), "rules": rules}}, tuple(lost), tuple(beside))


def _rule(
    route: Manifest, rule: Mapping[str, Any], found: Known, knows: Knows
) -> tuple[dict[str, Any], list[NotReplayed]]:
    out = ("sessionPersistence", "retry", *(() if knows("HTTPRoute", "rules.name", route) else ("name",)))
    made = {key: value for key, value in rule.items() if key not in out}
    lost: list[NotReplayed] = []
    filters: list[Mapping[str, Any]] = []
    for item in maps(rule.get("filters")):
        kind = item.get("type")
        if kind == "ExtensionRef":
            full = f"{namespace(route)}/{text(at(item, 'extensionRef', 'name'))}"
            content = found.filters.get(full)
            made, more = _extended(route, rule, made, full, content, knows)
            lost += more
            if content is not None and any(knows(HTTP_ROUTE_FILTER.kind, field, content) for field in _EXTENDING):
                filters.append(item)
        elif kind == "ExternalAuth":
            lost += gone(route, rule, "the filter ExternalAuth", _ACCESS)
        elif kind != "RequestMirror":
            filters.append(item)
    if "filters" in rule:
        made["filters"] = filters
    if "sessionPersistence" in rule:
        lost += gone(route, rule, "sessionPersistence", (Attribute.COOKIES,))
    return made, lost


_ACCESS = (Attribute.STATUS, Attribute.BACKEND, Attribute.CHALLENGE, Attribute.LOCATION, Attribute.COOKIES)
_ANSWER, _PATH, _HOSTNAME = _EXTENDING = ("directResponse", "urlRewrite.path", "urlRewrite.hostname")
"""Fields of an HTTPRouteFilter that decide what comes of a request."""


def _extended(
    route: Manifest,
    rule: Mapping[str, Any],
    made: dict[str, Any],
    full: str,
    content: Manifest | None,
    knows: Knows,
) -> tuple[dict[str, Any], list[NotReplayed]]:
    """A rule without what an HTTPRouteFilter adds; its matches of cookies become matches of the header."""
    about = f"HTTPRouteFilter {full}"
    if content is None:
        # Envoy Gateway answers 500 where a filter is not there: nothing of the rule is served.
        return {**made, "backendRefs": []}, gone(route, rule, f"{about} (not among the manifests)", (Attribute.STATUS,))
    lost: list[NotReplayed] = []
    kept = {field for field in _EXTENDING if knows(HTTP_ROUTE_FILTER.kind, field, content)}
    if at(content, "spec", "directResponse") is not None and _ANSWER not in kept:
        made = {key: value for key, value in made.items() if key != "backendRefs"}
        answer = (Attribute.STATUS, Attribute.RESPONSE_HEADERS, Attribute.HSTS, Attribute.CORS, Attribute.CHALLENGE)
        lost += gone(route, rule, f"the answer of {about}", answer)
    if at(content, "spec", "urlRewrite", "path") is not None and _PATH not in kept:
        lost += gone(route, rule, f"the rewrite of {about}", (Attribute.PATH,))
    if at(content, "spec", "urlRewrite", "hostname") is not None and _HOSTNAME not in kept:
        lost += gone(route, rule, f"the hostname of {about}", (Attribute.HOST,))
    cookies = [maps(item.get("cookies")) for item in maps(at(content, "spec", "matches"))]
    if cookies:
        made = {**made, "matches": [with_cookies(m, c) for m in maps(rule.get("matches")) or ({},) for c in cookies]}
    return made, lost


def _service(route: Manifest, ref: Mapping[str, Any], found: Known) -> tuple[Mapping[str, Any], list[Manifest]]:
    """A backendRef as one of a Service, and what lets the route name it."""
    plain_ref = {key: value for key, value in ref.items() if key != "filters" or _plain_filters(value)}
    made = found.backends.service(namespace(route), plain_ref)
    stands = ref.get("kind") == BACKEND.kind and "namespace" in made
    return made, [_grant(namespace(route), made["namespace"])] if stands else []


def _plain_filters(filters: object) -> bool:
    return all(item.get("type") not in ("ExtensionRef", "RequestMirror") for item in maps(filters))


def _grant(origin: str, to: str) -> Manifest:
    return {
        "apiVersion": REFERENCE_GRANT.api_version,
        "kind": REFERENCE_GRANT.kind,
        "metadata": {"namespace": to, "name": f"gatelift-replay-services-{origin}"},
        "spec": {
            "from": [{"group": GATEWAY_API, "kind": "HTTPRoute", "namespace": origin}],
            "to": [{"group": "", "kind": "Service"}],
        },
    }


def mirrors(routes: Sequence[Manifest]) -> Iterator[str]:
    """The routes with a filter that sends copies."""
    for route in routes:
        for rule in maps(at(route, "spec", "rules")):
            if any(item.get("type") == "RequestMirror" for item in maps(rule.get("filters"))):
                yield name(route)
                break
