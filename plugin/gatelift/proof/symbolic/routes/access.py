"""Who comes in, and which origins may read, as SecurityPolicies and filters of routes say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gatelift.proof.symbolic.model import Addresses, Authority, Cors, Gate, Login
from gatelift.traffic.asked import service, users
from gatelift.traffic.fields import at, mapping_at, maps, name, namespace, text, texts
from gatelift.traffic.gateway.access import networks_of, origin, seconds
from gatelift.traffic.gateway.backends import Backends
from gatelift.traffic.gateway.targets import Targets
from gatelift.traffic.model import Manifest

SECURITY = "SecurityPolicy"
# Envoy calls what it protects by its address (source/extensions/filters/http/basic_auth).
_CHALLENGE = 'Basic realm="$scheme://$host$request_uri"'
_OF_FILTER = "5"
"""Seconds that the schema of HTTPRoute has for ``maxAge`` where a filter says nothing."""
_ASKED = "$requested"


def knows(targets: Targets, field: str, policy: Mapping[str, Any]) -> bool:
    """Whether a field of a SecurityPolicy is expressed here."""
    there = field in ("cors", "basicAuth", "extAuth")
    if field == "authorization":
        rules = maps(at(policy, "spec", field, "rules"))
        there = not targets.told and all(networks_of(rule) is not None for rule in rules)
    return there and (SECURITY, name(policy)) in targets.alone


def gates_of(targets: Targets, backends: Backends, route: Manifest, rule: Mapping[str, Any]) -> tuple[Gate, ...]:
    """What decides who comes in, in the order of Envoy's filters (internal/xds/translator/httpfilters.go)."""
    return tuple(gate for policy in targets.on(SECURITY, route, rule) for gate in _gates(targets, backends, policy))


def _gates(targets: Targets, backends: Backends, policy: Manifest) -> Iterator[Gate]:
    def said(field: str) -> bool:
        return at(policy, "spec", field) is not None and knows(targets, field, policy)

    if said("extAuth"):
        yield Authority(who=_service(backends, policy))
    if said("basicAuth"):
        secret = mapping_at(policy, "spec", "basicAuth", "users")
        yield Login(_CHALLENGE, users(f"{secret.get('namespace') or namespace(policy)}/{secret.get('name')}"))
    if said("authorization"):
        yield _addresses(at(policy, "spec", "authorization"))


def _service(backends: Backends, policy: Manifest) -> str:
    """What is asked over HTTP: the first of its backends, at a path of its own or at that of the request."""
    said = mapping_at(policy, "spec", "extAuth", "http")
    ref = next(iter(maps(said.get("backendRefs"))), mapping_at(said, "backendRef"))
    if not ref:
        return ""
    path = text(said.get("pathOverride")) or f"{text(said.get('path')).rstrip('/')}$request_uri"
    host, port = backends.address(namespace(policy), ref)
    return service(host, port, path)


def _addresses(said: object) -> Addresses:
    rules = tuple(
        (rule.get("action") == "Allow", tuple(map(str, networks_of(rule) or ()))) for rule in maps(at(said, "rules"))
    )
    return Addresses(rules, at(said, "defaultAction") == "Allow")


def cors_of(targets: Targets, route: Manifest, rule: Mapping[str, Any]) -> Cors | None:
    """What other origins may do; what a rule says itself counts more than a policy."""
    for item in maps(rule.get("filters")):
        said = item.get("cors")
        if item.get("type") == "CORS" and isinstance(said, Mapping):
            return _cors(said, _OF_FILTER)
    for policy in targets.on(SECURITY, route, rule):
        said = at(policy, "spec", "cors")
        if isinstance(said, Mapping) and knows(targets, "cors", policy):
            return _cors(said, "")
    return None


def _cors(said: Mapping[str, Any], usual: str) -> Cors:
    return Cors(
        origins=tuple(map(_origin, texts(said.get("allowOrigins")))),
        methods=_listed(said.get("allowMethods")),
        headers=_listed(said.get("allowHeaders")),
        exposed=", ".join(texts(said.get("exposeHeaders"))),
        credentials=bool(said.get("allowCredentials")),
        max_age=seconds(said.get("maxAge")) or usual,
        forwards=False,
    )


def _origin(value: str) -> str:
    return origin(value) if "*" in value else re.escape(value)


def _listed(value: object) -> str:
    """A list for a header; of a ``*`` Envoy makes what the client asked for."""
    found = texts(value)
    return _ASKED if "*" in found else ", ".join(found)
