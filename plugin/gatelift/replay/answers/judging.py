"""From answers of two sides to disagreements: gathered, the smallest request of each, and what explains it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import msgspec
from msgspec.structs import replace

from gatelift.replay.answers.precedence import Precedence
from gatelift.replay.answers.sharing import by_chance
from gatelift.replay.model import Disagreement, Judge
from gatelift.traffic.answers.closed import Closed
from gatelift.traffic.answers.compare import Compared, Difference, Ends, Watched, compare, left_out, reached, status
from gatelift.traffic.answers.smallest import size
from gatelift.traffic.explained.always import redirected, secured
from gatelift.traffic.explained.explain import explanation
from gatelift.traffic.explained.ledger import Ledger
from gatelift.traffic.explained.of_case import was_there
from gatelift.traffic.model import Answer, Attribute, NotReplayed, Request
from gatelift.traffic.places.index import Index
from gatelift.traffic.places.place import PathKind, Place, fits, host_among, path_of
from gatelift.traffic.shown.hiding import names

_NAMED = 3
"""So many matches are named where an order among regular paths decides which takes a request."""


class Rules(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What answers are held against. ``ends``: of the judge and of the side after."""

    judge: Judge
    ends: tuple[Ends, Ends]
    watched: Watched
    ledger: Ledger
    standing: frozenset[str] = frozenset()
    """Routes (``KIND namespace/name``) that were there before, and are the same after."""
    before: tuple[Place, ...]
    after: tuple[Place, ...]
    missing: tuple[NotReplayed, ...] = ()
    by_envoy: frozenset[str] = frozenset()
    """The hosts for which Envoy answers after, in place of Traefik."""
    closed: Closed = Closed()
    precedence: Precedence = Precedence()

    @cached_property
    def _index(self) -> Index:
        return Index(self.after)

    def near(self, request: Request) -> list[Place]:
        """The places after that take a request by host and path, and those of which that is not known."""
        return self._index.near(request.host, path_of(request.target))

    def compared(self, request: Request, one: Answer, other: Answer) -> Compared:
        """What differs; a backend that chance picked is no difference (``sharing`` looks at those)."""
        if self.precedence.deviates(request):
            return Compared(left_out=frozenset(Attribute))
        if one.seen is not None and other.seen is not None and one.seen.backend != other.seen.backend:
            chance = by_chance(request, one, other, self.before) and by_chance(request, one, other, self.after)
            if chance:
                other = replace(other, seen=replace(other.seen, backend=one.seen.backend))
        route = self.precedence.route(request)
        shown = (item for item in self.missing if not item.statuses or one.status in item.statuses)
        missing = left_out(request, (item for item in shown if not route or item.route in ("", route)))
        opened = self.closed.opened(request, one, other, missing)
        if opened is not None:
            return Compared(differences=(opened,), left_out=missing)
        return compare(request, (one, self.ends[0]), (other, self.ends[1]), self.watched, missing)

    def judged(self, request: Request, difference: Difference, answers: tuple[Answer, Answer]) -> Disagreement:
        """A difference with what explains it."""
        return Disagreement(
            request=request,
            attribute=difference.attribute,
            before=difference.before,
            after=difference.after,
            judge=self.judge,
            by=self.after_by(request),
            explained="" if difference.closed else self._explained(request, difference, answers),
        )

    def _explained(self, request: Request, difference: Difference, answers: tuple[Answer, Answer]) -> str:
        before, _ = answers
        nobody = before.seen is None and (not redirected(before) or secured(request, before))
        there = was_there(taking(request, self.before), taking(request, self.after), self.standing) if nobody else ""
        return there or explanation(request, difference, answers, self.ledger)

    def after_by(self, request: Request) -> str:
        """``envoy`` where it was Envoy that answered ``request`` for the routes."""
        return "envoy" if host_among(self.by_envoy, request.host) else ""

    def named(self, item: Disagreement) -> Disagreement:
        """``item`` with the matches that take its request."""
        sides = ((self.before, item.before), (self.after, item.after))
        # A rule with backends says of nothing that it is not found: that answer was nobody's.
        taken = (
            taking(item.request, [p for p in places if not (_is_lost(text) and p.backends)]) for places, text in sides
        )
        before, after = taken
        return replace(item, rules=(before, after))


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Disagreements of one kind: the simplest request that showed it, and how many did.

    ``closed``: whether they open a place that must stay closed.
    """

    first: Disagreement
    times: int
    closed: bool = False


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What came of all requests."""

    groups: tuple[Group, ...]
    agreed: int
    partly: int
    by_order: int


def tally(
    requests: Iterable[Request], before: Mapping[Request, Answer], after: Mapping[Request, Answer], rules: Rules
) -> Tally:
    """Compare every request, and gather equal disagreements: of one host and attribute, and alike in kind."""
    found: dict[tuple[bool, tuple[object, ...]], list[Disagreement]] = {}
    agreed = partly = by_order = 0
    for request in requests:
        one, other = before[request], after[request]
        result = rules.compared(request, one, other)
        if result.differences:
            for difference in result.differences:
                item = rules.judged(request, difference, (one, other))
                found.setdefault((difference.closed, _kind(item, one, other)), []).append(item)
        elif result.left_out:
            partly += 1
        else:
            agreed += 1
            by_order += not rules.after_by(request) and _hangs_on_order(request, rules.near(request))
    groups = [
        Group(first=min(items, key=lambda item: size(item.request)), times=len(items), closed=closed)
        for (closed, _), items in found.items()
    ]
    ordered = sorted(groups, key=lambda group: (bool(group.first.explained), -group.times, group.first.request))
    return Tally(groups=tuple(ordered), agreed=agreed, partly=partly, by_order=by_order)


def _kind(item: Disagreement, one: Answer, other: Answer) -> tuple[object, ...]:
    """What makes two disagreements the same one to a reviewer."""
    backends = tuple(answer.seen.backend if answer.seen is not None else "" for answer in (one, other))
    differing = names(item.attribute, item.before, item.after)
    return (item.request.host.lower(), item.attribute, item.explained, status(one), status(other), differing, *backends)


def _is_lost(text: str) -> bool:
    return text == "404 without a backend"


def taking(request: Request, places: Sequence[Place]) -> str:
    """The names of the places that take a request, as far as host, path, method and headers tell."""
    found = [place for place in places if fits(place, request)]
    best = max(map(_host_rank, found), default=None)
    own = [place for place in found if _host_rank(place) == best]
    if not any(place.kind is PathKind.REGEX for place in own):
        own = sorted(own, key=_rank, reverse=True)[:1]
    return " or ".join(dict.fromkeys(place.name for place in own[:_NAMED]))


def _host_rank(place: Place) -> tuple[bool, int]:
    return (bool(place.host) and not place.host.startswith("*."), len(place.host))


def _rank(place: Place) -> tuple[bool, int, bool, int]:
    exact = place.kind is PathKind.EXACT
    return (exact, len(place.path.rstrip("/")), bool(place.method), len(place.conditions))


def _hangs_on_order(request: Request, places: Sequence[Place]) -> bool:
    """Whether several rules with different backends take a request, one of them by a regular path."""
    taking = [place for place in places if fits(place, request, perhaps=True)]
    return any(place.kind.value == "regular" for place in taking) and len({place.backends for place in taking}) > 1


def merged(items: Iterable[Disagreement]) -> tuple[Disagreement, ...]:
    """``items`` with equal ones (after shrinking) as one."""
    times: Counter[Disagreement] = Counter()
    for item in items:
        times[replace(item, times=1)] += item.times
    return tuple(replace(item, times=count) for item, count in times.items())


def still(one: Disagreement, other: Disagreement) -> bool:
    """Whether a smaller request shows the same: what reached a backend, the attribute, and what explains it."""
    return _sort(one) == _sort(other)


def _sort(item: Disagreement) -> tuple[object, ...]:
    return item.attribute, item.explained, reached(item.before), reached(item.after)
