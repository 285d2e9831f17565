"""Requests whose path is written percent-encoded, for a place that restricts access beside one that does not.

nginx decodes a path before it looks for its place; the gateway leaves reserved characters as the client wrote them. So
such a request passes by a rule for the place, is taken by a shorter one, and decoded by the backend behind that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gatelift.annotations.nginx.host import NO_HOST, HostFacts, Place
from gatelift.annotations.nginx.routes.build import is_clean
from gatelift.annotations.nginx.routes.encoding import ROOT, settled, takes_encoded
from gatelift.annotations.nginx.routes.paths import BadPath
from gatelift.expected.closing import catches, facts_of, match_of_place
from gatelift.expected.context import Context, IngressKey, ingress_key
from gatelift.expected.retired import existing_hostnames, existing_paths
from gatelift.expected.translate import Translation
from gatelift.gateway.rules import PATH_TYPES
from gatelift.ingress.model import Ingress, PathType
from gatelift.intent.base import Intent, Risk
from gatelift.intent.outcome import Note, refused
from gatelift.intent.route import Forward, PathMatch, RouteIntent
from gatelift.intent.routing import Passthrough
from gatelift.intent.tls import BackendClientCertificate, BackendIdentity, ClientCertificates
from gatelift.intent.traffic import ClientAddress

_NOT_BY_PATH = (Passthrough, ClientCertificates, BackendClientCertificate, BackendIdentity, ClientAddress)
"""What secures the whole host, or the way from the gateway to the backend: no path passes by it."""
_KINDS = {name: kind for kind, name in PATH_TYPES.items()}


class Encoded:
    """Which places of a run an encoded path passes by. ``here``: the Ingresses of the run, by name."""

    def __init__(self, context: Context, translations: Mapping[IngressKey, Translation], here: frozenset[str]) -> None:
        self.context = context
        self.translations = translations
        self.here = here

    def passing(self, ingress: Ingress, host: str | None) -> BadPath | None:
        """Why no rule for a place of ``ingress`` on ``host`` is sure to take its requests; nothing if one is."""
        for path in self._unsettled(ingress, host):
            taker = next(self._takers(ingress, host, path, ()), "")
            if taker:
                return BadPath(f"a client may write {path} {_otherwise(path)}, and {taker} would take that", "")
        return None

    def opened(self, item: Translation) -> Note | None:
        """Why what ``item`` restricts would be open to encoded paths, by way of a route that restricts otherwise."""
        asked = self.restrictions(item)
        if item.canary or not item.routes or not asked:
            return None
        for host in item.ingress.hosts or (None,):
            for path in self._unsettled(item.ingress, host):
                taker = next(self._takers(item.ingress, host, path, asked), "")
                if taker:
                    return self._refused(item, path, taker)
        return None

    def away(self, place: Place, item: Translation, host: str, facts: HostFacts) -> bool:
        """Whether a route of ``item`` takes encoded requests for a ``place`` that is withheld elsewhere."""
        regex = self._regex(facts)
        return not settled(place.path, regex, place.path_type is PathType.EXACT) and any(
            takes_encoded(match, place.path, regex) for match in _forwarded(item.routes, (host,))
        )

    def _regex(self, facts: HostFacts) -> bool:
        return facts.regex and not is_clean(facts, self.context.rulings)

    def _unsettled(self, ingress: Ingress, host: str | None) -> Iterator[str]:
        regex = self._regex(facts_of(self.context.hosts(ingress), host))
        for rule in ingress.rules:
            if rule.host == host:
                for path in rule.paths:
                    if not settled(path.path, regex, path.path_type is PathType.EXACT):
                        yield path.path

    def _takers(self, ingress: Ingress, host: str | None, path: str, asked: Sequence[Intent]) -> Iterator[str]:
        """What would take ``path`` encoded, and does not restrict as ``asked``."""
        facts = facts_of(self.context.hosts(ingress), host)
        regex = self._regex(facts)
        for taker, match in self._open(ingress, (host or NO_HOST, *facts.aliases), asked):
            if takes_encoded(match, path, regex):
                yield taker

    def _open(self, ingress: Ingress, names: Sequence[str], asked: Sequence[Intent]) -> Iterator[tuple[str, PathMatch]]:
        for other in self.translations.values():
            if other.ingress is ingress or not self._meet(ingress, other.ingress):
                continue
            same_namespace = other.ingress.ref.namespace == ingress.ref.namespace
            if not (asked and same_namespace and self.restrictions(other) == asked):
                name = f"Ingress {other.ingress.ref}"
                yield from ((name, match) for match in _forwarded(other.routes, names))
        yield from self._existing(self.context.scope(ingress), names)
        yield from self._elsewhere(ingress, names)

    def _meet(self, one: Ingress, other: Ingress) -> bool:
        context = self.context
        return (context.scope(one), context.gateway(one)) == (context.scope(other), context.gateway(other))

    def _existing(self, scope: str, names: Sequence[str]) -> Iterator[tuple[str, PathMatch]]:
        for (where, _), resource in sorted(self.context.existing.items(), key=lambda item: item[0]):
            hostnames = existing_hostnames(resource)
            renewed = resource.mirrors in self.here
            if where != scope or hostnames is None or renewed:
                continue
            if any(catches(hostnames, name) for name in names):
                for kind, value in sorted(existing_paths(resource)):
                    if kind in _KINDS:
                        yield str(resource), PathMatch(_KINDS[kind], value)

    def _elsewhere(self, ingress: Ingress, names: Sequence[str]) -> Iterator[tuple[str, PathMatch]]:
        """Places of applications that are not here, as the facts say: nobody knows what those ask."""
        for host, facts in self.context.hosts(ingress).items():
            if any(catches((host,) if host else (), name) for name in names):
                for place in facts.places:
                    match = match_of_place(place, facts, is_clean(facts, self.context.rulings))
                    if place.ingress not in self.here and isinstance(match, PathMatch):
                        yield f"Ingress {place.ingress}", match

    def restrictions(self, item: Translation) -> tuple[Intent, ...]:
        """What keeps clients out of the places of ``item``, unless it was accepted by name that it may not."""
        accept = self.context.rulings.accept
        found = (
            entry.intent
            for entry in self.context.evaluations[ingress_key(item.ingress)].intents
            if entry.intent.risk is Risk.SECURITY and not isinstance(entry.intent, _NOT_BY_PATH)
            if not all(origin.key in accept for origin in entry.origins)
        )
        return tuple(sorted(found, key=repr))

    def _refused(self, item: Translation, path: str, taker: str) -> Note:
        keys = [
            origin.key
            for entry in self.context.evaluations[ingress_key(item.ingress)].intents
            if entry.intent in self.restrictions(item)
            for origin in entry.origins
        ]
        return refused(
            f"a client may write {path} {_otherwise(path)}: ingress-nginx restricts such a request as any other; the "
            f"gateway would hand it to {taker}, which does not restrict it like that",
            f"{_RENAME[path == ROOT]}, give it a host of its own, or restrict {taker} in the same way; or let the "
            f"backend of {taker} refuse such paths, and name "
            f"{' and '.join(dict.fromkeys(keys))} under accept: with that as the reason",
            Risk.SECURITY,
        )


_RENAME = (
    "rename the path so that it holds letters, digits and -._~ only (a regular one: write a dot as [.], and no class "
    "that takes other characters once)",
    "write Prefix where it says Exact, if what is below may be restricted alike",
)


def _otherwise(path: str) -> str:
    if path == ROOT:
        return "as several slashes, which nginx merges and the gateway does not"
    return "with percent-encoded characters, which nginx decodes and the gateway does not"


def _forwarded(routes: Iterable[RouteIntent], names: Iterable[str]) -> Iterator[PathMatch]:
    """The paths that ``routes`` hand to a backend under one of ``names``."""
    asked = tuple(names)
    for route in routes:
        if any(catches(route.hostnames, name) for name in asked):
            for rule in route.rules:
                if isinstance(rule.action, Forward):
                    yield from (match.path for match in rule.matches)
