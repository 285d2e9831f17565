"""Closing the place of a withheld Ingress: a rule that denies, wherever another route would catch its requests.

Security fails closed. Gateway API gives a request to the most specific hostname that has routes, then to
the most specific path over all routes of that hostname, so a rule with the withheld place's own match wins there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Self

import msgspec

from gatelift.annotations.nginx.host import NO_HOST, HostFacts, Place, has_default, is_hidden, place_of, takes_root
from gatelift.annotations.nginx.routes.paths import BadPath, clean_match, match_of, slash_redirect
from gatelift.gateway.parents import covers
from gatelift.ingress.model import Backend, Ingress, IngressPath
from gatelift.intent.route import Binding, Deny, Match, PathKind, PathMatch, Role, RouteIntent, Rule

EVERYTHING = PathMatch(PathKind.PREFIX, "/")


def places(ingress: Ingress, host: str | None, facts: HostFacts, clean: bool) -> tuple[PathMatch, ...] | BadPath:
    """What a withheld Ingress serves on ``host``; the first path that no rule can say, if there is one.

    ``clean``: whether regular paths of the host are written as prefixes.
    """
    found: list[PathMatch] = []
    for path in (path for rule in ingress.rules if rule.host == host for path in rule.paths):
        if is_hidden(place_of(ingress, path), facts):
            continue
        match = clean_match(path) if clean else match_of(path, facts)
        if isinstance(match, BadPath):
            return match
        found.append(match)
        slash = slash_redirect(path, facts)
        if slash:
            found.append(PathMatch(PathKind.EXACT, slash))
    if has_default(ingress, host) and not takes_root(facts.places):
        found.append(PathMatch(PathKind.REGEX, "(?i)^/.*$") if facts.regex and not clean else EVERYTHING)
    if ingress.default_backend is not None and not ingress.rules:
        found.append(EVERYTHING)
    return tuple(dict.fromkeys(found))


def match_of_place(place: Place, facts: HostFacts, clean: bool) -> PathMatch | BadPath:
    """The match of a place that only the facts tell of."""
    path = IngressPath(place.path, place.path_type, Backend("", None, ""), "")
    return clean_match(path) if clean else match_of(path, facts)


def catches(hostnames: Sequence[str], host: str) -> bool:
    """Whether a route with ``hostnames`` (none: every host) takes requests for ``host`` (empty: unknown hosts)."""
    return not hostnames or (bool(host) and any(covers(name, host) for name in hostnames))


class OpenNames(msgspec.Struct, frozen=True):
    """The hostnames of all routes that are open; ``everything``: whether one of them has none."""

    names: frozenset[str]
    everything: bool

    @classmethod
    def of(cls, routes: Iterable[Sequence[str]]) -> Self:
        """From the hostnames of each route."""
        each = [tuple(names) for names in routes]
        return cls(frozenset(name for names in each for name in names), () in each)

    def catch(self, host: str) -> bool:
        """Whether some route takes requests for ``host`` (empty: unknown hosts)."""
        if self.everything or host in self.names:
            return True
        labels = host.removeprefix("*.").split(".")
        return any(f"*.{'.'.join(labels[i:])}" in self.names for i in range(len(labels)))

    def hold(self, host: str | None) -> bool:
        """Whether some route is for this very host (``None``: for every host)."""
        return host in self.names if host else self.everything


def closed_route(
    ingress: Ingress, host: str | None, aliases: tuple[str, ...], position: int, matches: Iterable[PathMatch]
) -> RouteIntent:
    """The route that denies ``matches`` on ``host`` and its aliases, on plain HTTP and HTTPS alike."""
    rule = Rule(tuple(Match(match) for match in matches), Deny())
    return RouteIntent(
        ingress=ingress.ref,
        role=Role.CLOSED,
        host=host,
        hostnames=(host, *aliases) if host else (),
        binding=Binding.BOTH,
        rules=(rule,),
        position=position,
    )


def facts_of(hosts: Mapping[str, HostFacts], host: str | None) -> HostFacts:
    """The facts of a host, ``None`` standing for unknown hosts."""
    return hosts.get(host or NO_HOST, HostFacts())
