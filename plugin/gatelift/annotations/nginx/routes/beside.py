"""Routes that stand beside the main one: plain HTTP to HTTPS, the www twin, TLS passed through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from gatelift.annotations.evaluate import Rulings
from gatelift.annotations.nginx.host import HostFacts
from gatelift.annotations.nginx.routes.rules import HostPart, Notes, service_backend
from gatelift.annotations.nginx.settings import not_redirected, redirect_code
from gatelift.intent.base import OriginKind, Risk
from gatelift.intent.outcome import Note, differs, inert, refused
from gatelift.intent.redirects import Location, WwwRedirect
from gatelift.intent.route import Binding, Forward, Match, PathKind, PathMatch, Redirection, Role, RouteIntent, Rule
from gatelift.intent.routing import AppRoot, Passthrough

EVERYTHING = Match(PathMatch(PathKind.PREFIX, "/"))


def https_redirect(part: HostPart, main: RouteIntent, rulings: Rulings, notes: Notes) -> Iterator[RouteIntent]:
    """The route on the plain listener that redirects what ``main`` serves, and the one of what is never redirected.

    An Ingress that has the host to itself redirects all of it; one that shares it redirects its own paths only.
    """
    plain = tuple(rule for rule in main.rules if _stays_plain(rule, not_redirected(rulings.controller)))
    if plain:
        yield replace(main, role=Role.PLAIN, binding=Binding.HTTP, rules=plain)
    rest = tuple(rule for rule in main.rules if rule not in plain)
    matches = _paths(rest) if part.facts.shared else (EVERYTHING,)
    if rest:
        code = redirect_code(rulings.controller)
        notes.extend(_root_later(part, code))
        rule = Rule(matches, Redirection(Location(scheme="https"), code))
        yield replace(main, role=Role.HTTPS_REDIRECT, binding=Binding.HTTP, rules=(rule,), intents=())


def _root_later(part: HostPart, code: int) -> Iterator[tuple[str, Note]]:
    """nginx answers for the app root before it runs the code that redirects to HTTPS."""
    item = part.evaluation.get(AppRoot)
    why = f"over plain HTTP the redirect is a {code} to HTTPS, which leads on to the path; nginx goes to the path first"
    yield from ((origin.pointer, differs(why)) for origin in (item.origins if item else ()))


def _stays_plain(rule: Rule, beginnings: tuple[str, ...]) -> bool:
    return all(match.path.value.removeprefix("(?i)^").startswith(beginnings) for match in rule.matches)


def _paths(rules: Iterable[Rule]) -> tuple[Match, ...]:
    return tuple(dict.fromkeys(Match(match.path) for rule in rules for match in rule.matches))


def twin_of(host: str) -> str | None:
    """The host with ``www.`` taken away or put before it; none for a wildcard."""
    if host.startswith("*."):
        return None
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"


def www_redirect(
    part: HostPart, position: int, hosts: Mapping[str, HostFacts], rulings: Rulings, notes: Notes
) -> Iterator[RouteIntent]:
    """The route of the twin host, unless somebody serves it."""
    item = part.evaluation.get(WwwRedirect)
    if item is None:
        return
    pointers = [origin.pointer for origin in item.origins if origin.kind is OriginKind.ANNOTATION]
    twin = twin_of(part.host) if part.host else None
    if twin is None:
        why = "a wildcard, or a rule without a host, has no twin with or without www"
        notes.extend((pointer, inert(why)) for pointer in pointers)
        return
    if twin in hosts:
        notes.extend(
            (pointer, inert(f"{twin} is served by itself, so nginx does not redirect it")) for pointer in pointers
        )
        return
    why = f"the Gateway needs a listener and a certificate for {twin}; a trailing slash is kept, nginx drops it"
    notes.extend((pointer, differs(why)) for pointer in pointers)
    location = Location(hostname=part.host)
    yield RouteIntent(
        ingress=part.ingress.ref,
        role=Role.WWW,
        host=twin,
        hostnames=(twin,),
        binding=Binding.BOTH,
        rules=(Rule((EVERYTHING,), Redirection(location, redirect_code(rulings.controller))),),
        position=position,
    )


def passthrough(part: HostPart, position: int, notes: Notes) -> Iterator[RouteIntent]:
    """The TLS route of a host whose connections are not opened; it voids all other annotations for HTTPS."""
    item = part.evaluation.get(Passthrough)
    if item is None:
        return
    pointers = [origin.pointer for origin in item.origins if origin.pointer]
    root = next((path for path in part.paths if path.path == "/"), None)
    if root is None or part.host is None:
        why = "ingress-nginx passes TLS through only for a host with the path /"
        notes.extend(
            (pointer, refused(why, "add the path /, or remove the annotation", Risk.SECURITY)) for pointer in pointers
        )
        return
    owners = [place.ingress for place in part.facts.places if place.ingress != str(part.ingress.ref)]
    if owners:
        why = f"Ingress {owners[0]} serves HTTP on the same host"
        notes.extend((pointer, refused(why, "give the two hosts of their own", Risk.SECURITY)) for pointer in pointers)
        return
    why = f"the Gateway needs a listener of protocol TLS, mode Passthrough, for {part.host}"
    notes.extend((pointer, differs(why)) for pointer in pointers)
    yield RouteIntent(
        ingress=part.ingress.ref,
        role=Role.PASSTHROUGH,
        host=part.host,
        hostnames=(part.host,),
        binding=Binding.TLS,
        rules=(Rule((EVERYTHING,), Forward((service_backend(part.ingress, root.backend),)), pointer=root.pointer),),
        position=position,
    )
