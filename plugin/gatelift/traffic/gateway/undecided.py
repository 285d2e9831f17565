"""Policies of Envoy Gateway, routes of other kinds, certificates of clients: what is not shown, and where it acts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from gatelift.manifests.shape import ENVOY_GATEWAY
from gatelift.traffic.fields import at, group, maps, name, namespace, of_kind, text, texts
from gatelift.traffic.gateway.listeners import Listening, key_of
from gatelift.traffic.model import Attribute, Manifest, NotReplayed

Knows = Callable[[str, str, Mapping[str, Any]], bool]
"""Whether a proxy does as Envoy Gateway would, for a field of an object: (kind, path of the field, object)."""

_ACCESS = (Attribute.STATUS, Attribute.BACKEND, Attribute.CHALLENGE)
_LOGIN = (*_ACCESS, Attribute.LOCATION, Attribute.COOKIES, Attribute.REQUEST_HEADERS)

_FIELDS: Mapping[str, Mapping[str, tuple[Attribute, ...]]] = {
    "SecurityPolicy": {
        "basicAuth": (*_ACCESS, Attribute.REQUEST_HEADERS),
        "extAuth": _LOGIN,
        "jwt": _LOGIN,
        "oidc": _LOGIN,
        "apiKeyAuth": _ACCESS,
        "authorization": _ACCESS,
        "cors": (Attribute.CORS,),
    },
    "BackendTrafficPolicy": {
        "rateLimit": (),
        "requestBuffer": (Attribute.STATUS, Attribute.BACKEND),
        "faultInjection": _ACCESS,
        "responseOverride": (Attribute.STATUS, Attribute.LOCATION, Attribute.RESPONSE_HEADERS),
    },
    "ClientTrafficPolicy": {
        "headers": (Attribute.REQUEST_HEADERS, Attribute.RESPONSE_HEADERS, Attribute.HSTS, Attribute.FORWARDED),
        "path": (Attribute.PATH,),
    },
}
"""Kind -> field -> what it decides of an answer. Rate limits answer nothing below the limit, and replay stays below."""
Acts = tuple[tuple[str, ...], tuple[str, ...], str]
"""hosts, paths, route"""


def policies(objects: Sequence[Manifest], found: Listening, knows: Knows) -> Iterator[NotReplayed]:
    """What policies among ``objects`` decide and a proxy does not know, for the hosts and paths of what they target."""
    ours = [item for item in objects if group(item) == ENVOY_GATEWAY and text(item.get("kind")) in _FIELDS]
    routes = {name(item): item for item in of_kind(objects, "HTTPRoute")}
    for policy in ours:
        for field, attributes in _lost(policy):
            if knows(text(policy.get("kind")), field, policy):
                continue
            for hosts, paths, route in reach(policy, routes, found):
                why = f"{field} of {policy['kind']} {name(policy)}"
                for attribute in attributes:
                    yield NotReplayed(attribute=attribute, why=why, hosts=hosts, paths=paths, route=route)


def client_certificates(objects: Sequence[Manifest]) -> Iterator[NotReplayed]:
    """Listeners that ask clients for certificates (``frontendValidation``, or ``spec.tls.frontend`` of a Gateway)."""
    for item in of_kind(objects, "Gateway", "ListenerSet"):
        fields: list[tuple[str, tuple[str, ...]]] = []
        if at(item, "spec", "tls", "frontend") is not None:
            fields.append(("tls.frontend", ()))
        for listener in maps(at(item, "spec", "listeners")):
            if at(listener, "tls", "frontendValidation") is not None:
                fields.append((f"frontendValidation of {listener.get('name')}", texts([listener.get("hostname")])))
        for field, hosts in fields:
            why = f"{field} of {item['kind']} {name(item)}"
            yield from (NotReplayed(attribute=attribute, why=why, hosts=hosts) for attribute in _ACCESS)


def _lost(policy: Manifest) -> Iterator[tuple[str, tuple[Attribute, ...]]]:
    kind = text(policy.get("kind"))
    for field, attributes in _FIELDS[kind].items():
        if at(policy, "spec", field) is not None:
            yield field, attributes
    if at(policy, "spec", "loadBalancer", "consistentHash", "cookie") is not None:
        yield "loadBalancer.consistentHash.cookie", (Attribute.COOKIES,)
    if at(policy, "spec", "tls", "clientValidation") is not None:
        yield "tls.clientValidation", _ACCESS


def reach(policy: Manifest, routes: Mapping[str, Manifest], found: Listening) -> Iterator[Acts]:
    """Hosts and paths for which a policy acts, and the route that it acts on; all empty: everywhere."""
    refs = [*maps(at(policy, "spec", "targetRefs")), *maps([at(policy, "spec", "targetRef")])]
    for ref in refs:
        if ref.get("kind") == "HTTPRoute":
            route = routes.get(f"{namespace(policy)}/{text(ref.get('name'))}")
            if route is not None:
                yield from _of_route(route, ref.get("sectionName"))
        elif ref.get("kind") in ("Gateway", "ListenerSet"):
            yield from _of_parent(policy, ref, routes, found)
    if not refs:
        yield (), (), ""


def _of_route(route: Manifest, section: object) -> Iterator[Acts]:
    hosts = texts(at(route, "spec", "hostnames"))
    for rule in maps(at(route, "spec", "rules")):
        if section in (None, rule.get("name")):
            yield hosts, paths_of(rule), name(route)


def _of_parent(
    policy: Manifest, ref: Mapping[str, Any], routes: Mapping[str, Manifest], found: Listening
) -> Iterator[Acts]:
    """Every route on a Gateway or ListenerSet: those whose parentRef names it, or a set of its."""
    wanted = key_of(ref, namespace(policy))
    for route in routes.values():
        for parent in maps(at(route, "spec", "parentRefs")):
            key = key_of(parent, namespace(route))
            through = ("Gateway", found.gateway.get(key, ""))
            section, own = ref.get("sectionName"), parent.get("sectionName")
            if wanted in (key, through) and (section is None or own in (None, section)):
                yield from _of_route(route, None)
                break


def other_routes(objects: Iterable[Manifest]) -> Iterator[NotReplayed]:
    """Routes of other kinds than HTTPRoute."""
    for route in of_kind(objects, "GRPCRoute", "TLSRoute"):
        hosts = texts(at(route, "spec", "hostnames"))
        for attribute in Attribute:
            yield NotReplayed(attribute=attribute, why=f"{route['kind']} {name(route)}", hosts=hosts)


def gone(route: Manifest, rule: Mapping[str, Any], why: str, attributes: Sequence[Attribute]) -> list[NotReplayed]:
    """That attributes of what a rule answers are not shown."""
    hosts, paths = texts(at(route, "spec", "hostnames")), paths_of(rule)
    return [NotReplayed(attribute=each, why=why, hosts=hosts, paths=paths) for each in attributes]


def paths_of(rule: Mapping[str, Any]) -> tuple[str, ...]:
    """The paths of a rule's matches, as ``NotReplayed`` has them: an exact one after ``=``, a regular one after ``~``.

    Empty where a match has none, for then it takes every path.
    """
    marks = {"Exact": "=", "RegularExpression": "~"}
    found = [
        f"{marks.get(text(at(match, 'path', 'type')), '')}{text(at(match, 'path', 'value')) or '/'}"
        for match in maps(rule.get("matches")) or ({},)
    ]
    return () if "/" in found else tuple(dict.fromkeys(found))
