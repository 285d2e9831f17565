"""Which matches were hit: by a request that the match takes, and an answer that the rule gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gatelift.replay.model import Answer, Coverage, Request
from gatelift.replay.requests.places import Place, fits

_NOBODY = (0, 404)


def coverage(places: Sequence[Place], answers: Mapping[Request, Answer], unmade: Iterable[str] = ()) -> Coverage:
    """How many of ``places`` were hit, and the names of those that were not.

    ``unmade``: places for whose expression no path could be made.
    """
    impossible = frozenset(unmade)
    missed = [place.name for place in places if not _hit(place, answers)]
    shown = tuple(
        f"{name} (no path could be made from its expression)" if name in impossible else name
        for name in dict.fromkeys(missed)
    )
    return Coverage(matches=len(places), hit=len(places) - len(missed), missed=shown)


def _hit(place: Place, answers: Mapping[Request, Answer]) -> bool:
    """A rule with backends is hit where one of them answers, or where everything that it takes is turned away or on."""
    taken = [answer for request, answer in answers.items() if fits(place, request)]
    own = {name for name, _ in place.backends}
    if any(answer.seen is not None and answer.seen.backend in own for answer in taken):
        return True
    by_proxy = [answer for answer in taken if answer.seen is None and answer.status not in _NOBODY]
    return bool(by_proxy) and (not own or all(answer.status < 500 for answer in by_proxy))
