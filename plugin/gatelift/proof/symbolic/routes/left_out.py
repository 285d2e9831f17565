"""What no rule here says: policies and filters without words, each named for its hosts and paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from gatelift.manifests.shape import ENVOY_GATEWAY
from gatelift.proof.symbolic.routes import access
from gatelift.proof.symbolic.routes.headers import filters_of, to_client
from gatelift.proof.symbolic.routes.replies import Refers, broken, same_headers
from gatelift.traffic.fields import at, group, mapping_at, maps, name, namespace, of_kind, text
from gatelift.traffic.gateway.listeners import Listening
from gatelift.traffic.gateway.undecided import client_certificates, gone, other_routes, policies, reach
from gatelift.traffic.model import Attribute, Manifest, NotReplayed

_ACCESS = (Attribute.STATUS, Attribute.BACKEND, Attribute.CHALLENGE, Attribute.LOCATION, Attribute.COOKIES)
_OF_SERVICE = (Attribute.LOCATION, Attribute.COOKIES, Attribute.REQUEST_HEADERS)
"""What a service that authorizes may say itself."""
_TO_CLIENT = (Attribute.RESPONSE_HEADERS, Attribute.HSTS)
_KNOWN = frozenset(
    ("ExtensionRef", "RequestRedirect", "URLRewrite", "RequestHeaderModifier", "ResponseHeaderModifier", "CORS",
     "RequestMirror", "ExternalAuth")
)  # fmt: skip
_TOO_LARGE = 413
_EXTENDING = ("EnvoyExtensionPolicy", "EnvoyPatchPolicy")


def left_out(objects: Sequence[Manifest], found: Listening, refers: Refers) -> tuple[NotReplayed, ...]:
    """Everything that is not compared."""
    routes = {name(item): item for item in of_kind(objects, "HTTPRoute")}
    made = [*other_routes(objects), *client_certificates(objects), *_of_policies(objects, found, refers)]
    for policy in of_kind(objects, *_EXTENDING, access.SECURITY):
        if group(policy) == ENVOY_GATEWAY:
            for why, attributes in _beyond(policy, refers):
                for hosts, paths, acts_on in reach(policy, routes, found):
                    made += [
                        NotReplayed(attribute=each, why=why, hosts=hosts, paths=paths, route=acts_on)
                        for each in attributes
                    ]
    for route in routes.values():
        for rule in maps(at(route, "spec", "rules")):
            for why, attributes in _of_rule(route, rule, refers):
                made += [replace(each, route=name(route)) for each in gone(route, rule, why, attributes)]
    return tuple(sorted(set(made)))


def _of_policies(objects: Sequence[Manifest], found: Listening, refers: Refers) -> Iterator[NotReplayed]:
    def knows(kind: str, field: str, policy: Mapping[str, Any]) -> bool:
        # Paths are compared where nothing in them is to be cleaned, and so no setting of a listener changes them.
        return (kind, field) == ("ClientTrafficPolicy", "path") or (
            kind == access.SECURITY and access.knows(refers.targets, field, policy)
        )

    for item in policies(objects, found, knows):
        # Bodies are not part of what is compared: a limit shows only where nginx has one too.
        yield replace(item, statuses=(_TOO_LARGE,)) if item.why.startswith("requestBuffer ") else item


def _beyond(policy: Manifest, refers: Refers) -> Iterator[tuple[str, Sequence[Attribute]]]:
    """What a policy does that has no words anywhere."""
    called = f"{policy['kind']} {name(policy)}"
    if policy["kind"] != access.SECURITY:
        yield called, tuple(Attribute)
        return
    if at(policy, "spec", "extAuth") is not None and access.knows(refers.targets, "extAuth", policy):
        yield f"extAuth of {called}", _OF_SERVICE
    if at(policy, "spec", "csrf") is not None:
        yield f"csrf of {called}", _ACCESS


def _of_rule(route: Manifest, rule: Mapping[str, Any], refers: Refers) -> Iterator[tuple[str, Sequence[Attribute]]]:
    filters = filters_of(rule)
    for kind in sorted(set(filters) - _KNOWN):
        yield f"the filter {kind}", tuple(Attribute)
    if "ExternalAuth" in filters:
        yield "the filter ExternalAuth", _ACCESS
    if "sessionPersistence" in rule:
        yield "sessionPersistence", (Attribute.COOKIES,)
    if not same_headers(rule):
        yield "headers of single backends", (Attribute.REQUEST_HEADERS, *_TO_CLIENT, Attribute.CORS)
    yield from _of_extensions(route, rule, refers)
    if (
        to_client(filters) != to_client({})
        and access.gates_of(refers.targets, refers.backends, route, rule)
        and _answers(route, rule, refers)
    ):
        yield "headers of an answer for those who do not come in", _TO_CLIENT


def _answers(route: Manifest, rule: Mapping[str, Any], refers: Refers) -> bool:
    """Whether a rule answers by itself."""
    extensions = refers.objects.extensions(route, rule)
    direct = extensions is None or any(at(item, "directResponse") is not None for item in extensions)
    return direct or "RequestRedirect" in filters_of(rule) or broken(route, rule, refers)


def _of_extensions(
    route: Manifest, rule: Mapping[str, Any], refers: Refers
) -> Iterator[tuple[str, Sequence[Attribute]]]:
    for item in maps(rule.get("filters")):
        full = f"{namespace(route)}/{text(at(item, 'extensionRef', 'name'))}"
        content = refers.objects.filters.get(full)
        if item.get("type") == "ExtensionRef" and content is not None:
            spec = mapping_at(content, "spec")
            yield from ((f"{what} of HTTPRouteFilter {full}", said) for what, test, said in _FILTER if test(spec))


def _hostname(spec: Mapping[str, Any]) -> bool:
    return at(spec, "urlRewrite", "hostname") is not None


def _credentials(spec: Mapping[str, Any]) -> bool:
    return at(spec, "credentialInjection") is not None


def _answer_headers(spec: Mapping[str, Any]) -> bool:
    return at(spec, "directResponse", "header") is not None


_FILTER: Sequence[tuple[str, Callable[[Mapping[str, Any]], bool], Sequence[Attribute]]] = (
    ("the hostname", _hostname, (Attribute.HOST,)),
    ("the credentials", _credentials, (Attribute.REQUEST_HEADERS,)),
    ("headers of the answer", _answer_headers, (*_TO_CLIENT, Attribute.LOCATION, Attribute.CHALLENGE, Attribute.CORS)),
)
"""What has no words: how it is called, whether it is there, and what of an answer it decides."""
