"""Which rule is asked first: by Gateway API, and by Traefik, which counts otherwise.

Gateway API goes by the hostname, then by the path, the method, and the number of headers and of query parameters
(https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule). Traefik adds all of these up to one number, so that an
exact path of a wildcard comes before the ``/`` of a host, and many headers before a longer path; where no rule of a
host takes a path, it goes on to those of a wildcard. No field of a route changes that. What is answered by such a rule
is Traefik's own affair, and not replayed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import msgspec
from msgspec.structs import replace

from gatelift.traffic.fields import at, maps, name, namespace, of_kind, text
from gatelift.traffic.gateway.listeners import Listening, key_of
from gatelift.traffic.model import Attribute, Manifest, NotReplayed, Request
from gatelift.traffic.places.index import Index
from gatelift.traffic.places.place import PathKind, Place, fits, host_among, host_fits, path_of, patterns
from gatelift.traffic.places.routes import placed

_SCHEMES = {"HTTP": "http", "HTTPS": "https"}
_KINDS = (PathKind.PREFIX, PathKind.REGEX, PathKind.EXACT)
WHY = "Traefik asks another rule first than Gateway API does"
_Key = tuple[object, ...]


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """A match on one listener; of several that take a request, that with the greatest key is asked.

    ``rule``: of equal ones Traefik keeps the first, as Gateway API would. ``does``: what is done with a request, to
    tell rules that do the same from others.
    """

    place: Place
    by_api: _Key
    by_traefik: int
    rule: _Key
    does: str
    route: str = ""


class Precedence(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """All matches, by the host that they are for. ``elsewhere``: hosts for which another proxy than Traefik answers."""

    by_host: Mapping[str, tuple[Ranked, ...]] = {}
    elsewhere: frozenset[str] = frozenset()

    @classmethod
    def of(cls, objects: Sequence[Manifest], listening: Listening) -> Precedence:
        """That of the routes among the projected ``objects``."""
        kept: dict[_Key, Ranked] = {}
        for item in _ranked(objects, listening):
            first = kept.setdefault((item.place.host, item.rule), item)
            if item.by_api > first.by_api:
                kept[item.place.host, item.rule] = item
        found: dict[str, list[Ranked]] = {}
        for item in kept.values():
            found.setdefault(item.place.host, []).append(item)
        return cls(by_host={host: tuple(items) for host, items in found.items()})

    @cached_property
    def _items(self) -> tuple[Ranked, ...]:
        return tuple(item for items in self.by_host.values() for item in items)

    @cached_property
    def _index(self) -> Index:
        return Index([item.place for item in self._items])

    def deviates(self, request: Request) -> bool:
        """Whether Traefik gives ``request`` to another rule than Gateway API would, that does something else."""
        if host_among(self.elsewhere, request.host):
            return False
        known = [host for host in patterns(request.host) if self._serves(host, request.scheme)]
        near = (self._items[number] for number in self._index.numbers(request.host, path_of(request.target)))
        taking = [item for item in near if item.place.host in known and fits(item.place, request)]
        if not taking:
            return False
        # A host that has rules is not left for a wildcard, whatever its rules take.
        own = [item for item in taking if item.place.host == known[0]]
        first = max(item.by_traefik for item in taking)
        asked = {item.does for item in taking if item.by_traefik == first}
        return not own or asked != {max(own, key=lambda item: item.by_api).does}

    def route(self, request: Request) -> str:
        """The route that Gateway API gives ``request``; empty where that is not known, or none takes it."""
        known = next((host for host in patterns(request.host) if self._serves(host, request.scheme)), None)
        near = (self._items[number] for number in self._index.numbers(request.host, path_of(request.target)))
        own = [item for item in near if item.place.host == known and fits(item.place, request, perhaps=True)]
        if not all(fits(item.place, request) for item in own):
            return ""
        return max(own, key=lambda item: item.by_api).route if own else ""

    def _serves(self, host: str, scheme: str) -> bool:
        return any(scheme in item.place.schemes for item in self.by_host.get(host, ()))


def told(requests: Iterable[Request]) -> tuple[NotReplayed, ...]:
    """That ``requests`` are not replayed, by host."""
    paths: dict[str, dict[str, None]] = {}
    for request in requests:
        paths.setdefault(request.host.lower(), {})[f"={path_of(request.target)}"] = None
    return tuple(
        NotReplayed(attribute=attribute, why=WHY, hosts=(host,), paths=tuple(sorted(found)))
        for host, found in sorted(paths.items())
        for attribute in Attribute
    )


def _ranked(objects: Sequence[Manifest], listening: Listening) -> Iterator[Ranked]:
    listeners = {
        (name(gateway), text(each.get("name"))): (text(each.get("protocol")), text(each.get("hostname")).lower())
        for gateway in listening.gateways
        for each in maps(at(gateway, "spec", "listeners"))
    }
    for route in of_kind(objects, "HTTPRoute"):
        for ref in maps(at(route, "spec", "parentRefs")):
            named = (key_of(ref, namespace(route))[1], text(ref.get("sectionName")))
            protocol, hostname = listeners.get(named, ("", ""))
            if protocol in _SCHEMES:
                yield from _on_listener(route, listening, _SCHEMES[protocol], hostname)


def _on_listener(route: Manifest, listening: Listening, scheme: str, hostname: str) -> Iterator[Ranked]:
    found = []
    for number, rule, place in placed(route, listening):
        host = _narrower(place.host.lower(), hostname)
        if host is not None:
            found.append((number, rule, replace(place, host=host, schemes=(scheme,))))
    hosts = tuple(dict.fromkeys(place.host for _, _, place in found))
    born = text(at(route, "metadata", "creationTimestamp"))
    rules = len(maps(at(route, "spec", "rules")))
    for number, rule, place in found:
        does = {key: value for key, value in rule.items() if key not in ("matches", "name")}
        # Of equal ones the oldest counts, then the first by name: what is smaller comes later here.
        last = tuple(-ord(sign) for sign in f"{born}{name(route)}\U0010ffff")
        yield Ranked(
            place=place,
            by_api=(*_of_match(place), last, -number),
            by_traefik=_priority(place) + max(map(len, hosts)) + rules - number,
            rule=(scheme, hosts, place.kind, place.path.removesuffix("/"), place.method, place.conditions),
            does=f"{namespace(route)} {does}",
            route=name(route),
        )


def _narrower(one: str, other: str) -> str | None:
    """The hosts that two patterns share; ``None`` for none."""
    if not one or not other or one == other:
        return one or other
    if host_fits(other, one):
        return one
    return other if host_fits(one, other) else None


def _of_match(place: Place) -> _Key:
    queries = sum(item.where == "query" for item in place.conditions)
    headers = len(place.conditions) - queries
    # Of regular paths Gateway API says nothing: this is Envoy Gateway's way (internal/gatewayapi/sort.go).
    return _KINDS.index(place.kind), len(place.path.rstrip("/")), bool(place.method), headers, queries


def _priority(place: Place) -> int:
    """What Traefik 3.7 gives a match (``buildMatchRule`` in pkg/provider/kubernetes/gateway/httproute.go)."""
    queries = sum(item.where == "query" for item in place.conditions)
    headers = len(place.conditions) - queries
    return _of_path(place) + 1000 * bool(place.method) + 100 * headers + 10 * queries


def _of_path(place: Place) -> int:
    if place.kind is PathKind.EXACT:
        return 100_000
    if place.kind is PathKind.PREFIX and place.path == "/":
        return 1
    return 10_000 + 100 * len(place.path)
