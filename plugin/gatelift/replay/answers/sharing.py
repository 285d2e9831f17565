"""Rules that leave it to chance which backend answers: many requests to each, and one verdict over all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

import msgspec

from gatelift.replay.answers.weights import differs
from gatelift.replay.model import Disagreement, Judge
from gatelift.replay.requests import varied
from gatelift.replay.requests.derive import hosts_of
from gatelift.traffic.answers.compare import left_out
from gatelift.traffic.model import Answer, Attribute, NotReplayed, Request
from gatelift.traffic.places.paths import own
from gatelift.traffic.places.place import Place, fits

PLAIN = 600
"""So many requests tell one share from another: 20 % from 35 %, with one false alarm in a million replays."""
DECIDED = 240
"""So many tell "never" from a tenth."""
VARIED = 40
"""So many tell "always" from a share, for values that should decide nothing."""

_NOBODY = "no backend"

Send = Callable[[Sequence[Request]], Awaitable[Sequence[Answer]]]


class Shared(msgspec.Struct, frozen=True):
    """A request that is sent many times."""

    request: Request
    times: int


def shared(places: Sequence[Place]) -> tuple[Shared, ...]:
    """What to send to the places that share requests among backends, plain and with what overrides the shares."""
    found: dict[Request, int] = {}
    for place in places:
        targets = own(place)
        if not (place.weighted or place.mentions) or not targets:
            continue
        scheme = place.schemes[-1] if place.schemes else "https"
        asked = Request(scheme=scheme, host=hosts_of(place)[0], target=targets[0])
        plain = varied.satisfying(place, varied.admitted(place, asked))
        found[plain] = PLAIN
        for request in varied.decided(place, plain):
            found.setdefault(request, DECIDED)
        for request in varied.conditions(place, plain):
            found.setdefault(request, VARIED)
    return tuple(Shared(request, times) for request, times in found.items())


def by_chance(request: Request, one: Answer, other: Answer, places: Sequence[Place]) -> bool:
    """Whether two backends are both among those that one rule shares this request among."""
    if one.seen is None or other.seen is None:
        return False
    both = {one.seen.backend, other.seen.backend}
    return any(
        place.weighted and both <= {name for name, weight in place.backends if weight} and fits(place, request)
        for place in places
    )


async def sharing(
    found: Sequence[Shared],
    before: Send,
    after: Send,
    judge: Judge,
    missing: Sequence[NotReplayed] = (),
    places: tuple[Sequence[Place], Sequence[Place]] = ((), ()),
) -> tuple[Disagreement, ...]:
    """The requests whose shares differ between both sides; ``missing``: what is not replayed.

    ``places``: of both sides. A backend that one side cannot reach by chance is reached wrongly, however rarely.
    """
    result = []
    for item in found:
        turned_away = Attribute.BACKEND in left_out(item.request, missing)
        one = _counts(await before([item.request] * item.times), only_backends=turned_away)
        other = _counts(await after([item.request] * item.times), only_backends=turned_away)
        if not (one.total() and other.total()):
            continue
        beyond = _reach(one) - _reach(other, item.request, places[1]) | (
            _reach(other) - _reach(one, item.request, places[0])
        )
        if beyond or differs(one, other, len(found)):
            result.append(
                Disagreement(
                    request=item.request,
                    attribute=Attribute.BACKEND,
                    before=_told(one),
                    after=_told(other),
                    judge=judge,
                    times=item.times,
                )
            )
    return tuple(result)


def _reach(counts: Mapping[str, int], request: Request | None = None, places: Sequence[Place] = ()) -> set[str]:
    """The backends that were reached, and those that chance could have picked for ``request``."""
    sharing = (place for place in places if request is not None and place.weighted and fits(place, request))
    picked = {name for place in sharing for name, weight in place.backends if weight}
    return {name for name, count in counts.items() if count and name != _NOBODY} | picked


def _counts(answers: Sequence[Answer], *, only_backends: bool) -> Counter[str]:
    reached = (answer for answer in answers if answer.seen is not None or not only_backends)
    return Counter(answer.seen.backend if answer.seen is not None else _NOBODY for answer in reached)


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(_shares(counts))


def _shares(counts: Mapping[str, int]) -> Iterator[str]:
    total = sum(counts.values())
    for name, count in sorted(counts.items()):
        yield f"{name} {count} of {total}"
