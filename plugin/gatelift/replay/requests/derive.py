"""From the places of both sides to a list of requests: each place gets its share, most telling first."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import msgspec
from msgspec.structs import replace

from gatelift.replay.requests import varied
from gatelift.replay.requests.addresses import networks
from gatelift.traffic.model import Request
from gatelift.traffic.places.index import Index
from gatelift.traffic.places.paths import LONGEST_HOST, around, own, unreadable
from gatelift.traffic.places.place import PathKind, Place, path_fits, path_of

UNKNOWN = "unknown.gatelift.invalid"
"""A host that no rule names."""


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """The requests, the names of places for which none could be made, and whether others found no room."""

    requests: tuple[Request, ...]
    impossible: tuple[str, ...] = ()
    more: bool = False


def derive(places: Sequence[Place], most: int, seed: int, *, withheld: frozenset[str] = frozenset()) -> Derived:
    """At most ``most`` requests for ``places``; the same for the same input.

    Every place gets one request that is meant to hit it before any gets a second. ``seed`` decides which of the less
    telling ones are left out where not all find room. The places of ``withheld`` Ingresses (``namespace/name``) come
    first, and are asked for over HTTP and HTTPS: that they stay closed matters most.
    """
    chance = random.Random(seed)  # noqa: S311 - nothing hangs on its being unforeseeable
    # The stable sort lets a withheld place stand for its likes on the other side.
    distinct = _distinct(sorted(places, key=lambda place: place.ingress not in withheld))
    found: dict[Request, None] = {}
    closed = _dealt([iter(_both(place)) for place in distinct if place.ingress in withheld], found, most)
    queues = [iter(_queue(place, chance)) for place in distinct]
    queues.append(iter(_strangers(places)))
    queues = [*closed, *_dealt(queues, found, most)]
    impossible = tuple(dict.fromkeys(place.name for place in places if unreadable(place)))
    more = any(request not in found for queue in queues for request in queue)
    return Derived(requests=tuple(found), impossible=impossible, more=more)


def _dealt(queues: Sequence[Iterator[Request]], found: dict[Request, None], most: int) -> Sequence[Iterator[Request]]:
    """One request of each queue at a time into ``found``; the queues that have more."""
    while queues and len(found) < most:
        left = []
        for queue in queues:
            full = len(found) >= most
            asked = [] if full else list(islice(queue, 1))
            found.update(dict.fromkeys(asked))
            if full or asked:
                left.append(queue)
        queues = left
    return queues


def hosts_of(place: Place) -> tuple[str, ...]:
    """Hosts that are meant to hit a place, then neighbours that are not."""
    if not place.host:
        return (UNKNOWN,)
    if place.host.startswith("*."):
        parent = place.host[2:]
        return (f"one.{parent}", f"two.one.{parent}", parent)
    return (place.host,)


def informed(after: Sequence[Place], before: Sequence[Place]) -> tuple[Place, ...]:
    """``after`` with what routes do not say: who is let in, how much, and what decides between backends.

    Policies and other rules say that, so it is taken from the Ingress that serves the same place.
    """
    found = []
    index = Index(before)
    for place in after:
        path = path_of(next(iter(own(place)), "/"))
        near = (old for old in index.near(place.host, path) if old.host == place.host)
        same = [old for old in near if path_fits(old.kind, old.path, path)]
        best = max(same, key=lambda old: (old.kind is PathKind.EXACT, len(old.path)), default=None)
        if best is not None:
            place = replace(
                place,
                clients=_unshared(place.clients, (*best.allowed, *best.denied)),
                allowed=best.allowed,
                denied=best.denied,
                login=best.login,
                body=best.body,
                cors=place.cors or best.cors,
                mentions=() if place.conditions else best.mentions,
            )
        found.append(place)
    return tuple(found)


def _unshared(policies: Sequence[str], lists: Sequence[str]) -> tuple[str, ...]:
    """The networks that the policies of a place name and its lists do not, or the other way round."""
    sides = [dict.fromkeys(map(str, networks(each))) for each in (policies, lists)]
    return tuple(each for each in (*sides[0], *sides[1]) if (each in sides[0]) is not (each in sides[1]) and policies)


def _distinct(places: Iterable[Place]) -> list[Place]:
    """Places that ask for different requests: both sides mostly say the same."""
    found: dict[tuple[object, ...], Place] = {}
    for place in places:
        key = msgspec.structs.astuple(replace(place, name="", backends=(), ingress="", rule=(-1, -1)))
        found.setdefault(key, place)
    return list(found.values())


def _queue(place: Place, chance: random.Random) -> Iterator[Request]:
    """The requests of one place: those that must be sent, then the rest in an order of chance."""
    scheme = place.schemes[-1] if place.schemes else "https"
    targets = own(place)
    if not targets:
        return
    hosts = hosts_of(place)
    plain = varied.admitted(place, Request(scheme=scheme, host=hosts[0], target=targets[0]))
    yield varied.satisfying(place, plain)
    yield from varied.conditions(place, plain)
    other = "http" if scheme == "https" else "https"
    yield replace(varied.satisfying(place, plain), scheme=other)
    for near in around(place)[:5]:
        yield varied.satisfying(place, replace(plain, target=near))
    for host in hosts[1:]:
        yield varied.satisfying(place, replace(plain, host=host))
    for family in (varied.logins, varied.clients, varied.origins, varied.bodies):
        yield from family(place, varied.satisfying(place, plain))
    rest = [*_rest(place, plain, other)]
    chance.shuffle(rest)
    yield from rest


def _both(place: Place) -> Iterator[Request]:
    """The plain request of a place, over HTTPS and over HTTP."""
    for target in own(place)[:1]:
        plain = varied.admitted(place, Request(scheme="https", host=hosts_of(place)[0], target=target))
        for scheme in ("https", "http"):
            yield replace(varied.satisfying(place, plain), scheme=scheme)


def _rest(place: Place, plain: Request, other: str) -> Iterator[Request]:
    targets = own(place)
    for near in (*targets[1:], *around(place)):
        yield varied.satisfying(place, replace(plain, target=near))
        yield varied.satisfying(place, replace(plain, target=near, scheme=other))
    yield from varied.methods(plain)
    yield replace(plain, host=plain.host.upper())
    yield replace(plain, target="/gatelift-nowhere")


def _strangers(places: Sequence[Place]) -> Iterator[Request]:
    """Hosts that nobody names, at the paths of hosts that somebody does."""
    for scheme in ("http", "https"):
        yield Request(scheme=scheme, host=UNKNOWN)
    index = Index(places)
    for host in dict.fromkeys(place.host for place in places if place.host and not place.host.startswith("*.")):
        stranger = f"gatelift.{host}"
        if len(stranger) <= LONGEST_HOST and not index.serves(stranger, named=True):
            yield Request(host=stranger)
            yield Request(scheme="https", host=stranger)
    for path in list(dict.fromkeys(target for place in places for target in own(place)[:1]))[:8]:
        yield Request(host=UNKNOWN, target=path)
        yield Request(scheme="https", host=UNKNOWN, target=path)
