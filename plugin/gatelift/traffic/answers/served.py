"""Which Ingress serves a request: the one order in which ingress-nginx looks for it, for everybody who asks.

A host of its own comes before a wildcard, which is one label (T14), and that before what names no host; no path of one
is looked for on another. Of its paths an exact one comes first, then the longest (T3), then what an Ingress says for
all other paths.
"""

from __future__ import annotations

import msgspec

from gatelift.traffic.model import Request
from gatelift.traffic.places.index import Index
from gatelift.traffic.places.place import PathKind, Place, path_of, path_taken


class Serving(msgspec.Struct, frozen=True):
    """``sure``: the places that take a request, as far as is known.

    ``perhaps``: those with an expression that nobody could hold against it, and that come first if they take it.
    """

    sure: tuple[Place, ...] = ()
    perhaps: tuple[Place, ...] = ()


def server(host: str, index: Index) -> str | None:
    """The host of the places among which nginx looks for a request to ``host``; ``None`` where there are none."""
    host = host.lower()
    asked = (host, f"*.{host.partition('.')[2]}", "")
    return next((pattern for pattern in asked if index.has(pattern)), None)


def serving(request: Request, index: Index, reached: str = "") -> Serving:
    """The places of Ingresses that nginx gives ``request`` to.

    ``reached``: the backend that nginx itself gave it to, which may tell what expressions do not.
    """
    own, path = server(request.host, index), path_of(request.target)
    if own is None:
        return Serving()
    found = [(place, path_taken(place.kind, place.path, path)) for place in index.of_host(own, path)]
    sure = [place for place, taken in found if taken]
    doubtful = [place for place, taken in found if taken is None]
    if doubtful and reached and not any(_reaches(place, reached) for place in sure):
        # The judge knows: what it reached belongs to none of the others.
        sure += [place for place in doubtful if _reaches(place, reached)]
        doubtful = [place for place in doubtful if place not in sure]
    best = max(map(_rank, sure), default=None)
    return Serving(
        sure=tuple(place for place in sure if _rank(place) == best),
        perhaps=tuple(place for place in doubtful if best is None or _rank(place) >= best),
    )


def _reaches(place: Place, backend: str) -> bool:
    return any(name == backend for name, _ in place.backends)


def _rank(place: Place) -> tuple[bool, int, str, bool]:
    exact, said = place.kind is PathKind.EXACT, place.rule[1] >= 0
    if place.kind is PathKind.REGEX:
        # Of equal length the last of the alphabet comes first.
        return exact, len(place.path), place.path, said
    bare = place.path.rstrip("/")
    return exact, len(bare), bare, said
