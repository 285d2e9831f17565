"""Which matches were hit: by a request that the match takes, and an answer that the rule gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gatelift.replay.model import Coverage
from gatelift.traffic.model import Answer, Request
from gatelift.traffic.places.index import Index
from gatelift.traffic.places.place import Place, fits, path_of

_NOBODY = (0, 404)
MOST_SHOWN = 500
"""So much of a name tells which one it is: one may hold a path of a megabyte."""


def coverage(places: Sequence[Place], answers: Mapping[Request, Answer], unmade: Iterable[str] = ()) -> Coverage:
    """How many of ``places`` were hit, and the names of those that were not.

    ``unmade``: places for which no request could be made.
    """
    impossible = frozenset(unmade)
    taken = _taken(places, answers)
    missed = [place.name for number, place in enumerate(places) if not _hit(place, taken[number])]
    shown = tuple(
        f"{name[:MOST_SHOWN]} (no request could be made for it)" if name in impossible else name[:MOST_SHOWN]
        for name in dict.fromkeys(missed)
    )
    return Coverage(matches=len(places), hit=len(places) - len(missed), missed=shown)


def _taken(places: Sequence[Place], answers: Mapping[Request, Answer]) -> list[list[Answer]]:
    """For each place the answers to the requests that it takes."""
    found: list[list[Answer]] = [[] for _ in places]
    index = Index(places)
    for request, answer in answers.items():
        for number in index.numbers(request.host, path_of(request.target)):
            if fits(places[number], request):
                found[number].append(answer)
    return found


def _hit(place: Place, taken: Sequence[Answer]) -> bool:
    """A rule with backends is hit where one of them answers, or where everything that it takes is turned away or on."""
    own = {name for name, _ in place.backends}
    if any(answer.seen is not None and answer.seen.backend in own for answer in taken):
        return True
    by_proxy = [answer for answer in taken if answer.seen is None and answer.status not in _NOBODY]
    return bool(by_proxy) and (not own or all(answer.status < 500 for answer in by_proxy))
