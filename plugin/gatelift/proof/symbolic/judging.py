"""Answers of both sides held against each other: what differs, and what explains it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import product

import msgspec

from gatelift.proof.symbolic.model import Authority, Login, Reply
from gatelift.proof.symbolic.nginx.about import OF_NOBODY
from gatelift.proof.symbolic.replies.answers import Shares, answer, shares
from gatelift.proof.symbolic.replies.gates import asks
from gatelift.traffic.answers.closed import Closed
from gatelift.traffic.answers.compare import Difference, Ends, Watched, compare, left_out
from gatelift.traffic.asked import is_somebody
from gatelift.traffic.explained.asked import newly_asked
from gatelift.traffic.explained.explain import explanation, said_by
from gatelift.traffic.explained.ledger import Ledger
from gatelift.traffic.explained.of_case import was_there
from gatelift.traffic.model import Answer, Attribute, NotReplayed, Request, Seen
from gatelift.traffic.places.place import patterns

_ENDS = Ends()


class Judging(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What answers are held against. ``missing``: what is not compared. ``closed``: places that must stay closed."""

    watched: Watched = Watched()
    missing: tuple[NotReplayed, ...] = ()
    closed: Closed = Closed()
    ledger: Ledger = Ledger()
    standing: frozenset[str] = frozenset()
    """Routes (``KIND namespace/name``) that were there before, and are the same after."""

    def differences(
        self, request: Request, replies: tuple[Reply, Reply]
    ) -> list[tuple[Difference, tuple[Answer, Answer]]]:
        """What differs, with the answers that show it. Raises ``Undecided``."""
        one, other = (answer(reply, request) for reply in replies)
        missing = left_out(request, self._missing(request, one))
        if one.seen is not None and other.seen is not None:
            parts = shares(replies[0]), shares(replies[1])
            opened = self.closed.opened(request, one, other, missing)
            if opened is None and parts[0] != parts[1] and Attribute.BACKEND not in missing:
                return [(_uneven(*parts), (one, other))]
            if one.seen.backend != other.seen.backend and parts[0] == parts[1]:
                other = answer(replies[1], request, one.seen.backend)
        opened = self.closed.opened(request, one, other, missing)
        if opened is not None:
            return [(opened, (one, other))]
        found = [*compare(request, (one, _ENDS), (other, _ENDS), self.watched, missing).differences]
        found += _asked(replies, (one, other))
        return [(each, (one, other)) for each in found]

    def _missing(self, request: Request, one: Answer) -> list[NotReplayed]:
        near = (item for pattern in patterns(request.host) for item in self._by_host.get(pattern, ()))
        return [item for item in near if not item.statuses or one.status in item.statuses]

    @cached_property
    def _by_host(self) -> Mapping[str, Sequence[NotReplayed]]:
        """What is not compared, by the hosts that it is about; by none where it is about all."""
        found: dict[str, list[NotReplayed]] = {}
        for item in self.missing:
            for host in item.hosts or ("",):
                found.setdefault(host.lower(), []).append(item)
        return found

    def in_the_way(self, rules: tuple[str, str]) -> str:
        """The route that was there before and takes what an Ingress serves; empty where it is another that does."""
        route = rules[1].partition(":")[0]
        return route if route in self.standing and rules[0].startswith("Ingress ") else ""

    def explained(
        self, request: Request, difference: Difference, answers: tuple[Answer, Answer], rules: tuple[str, str]
    ) -> str:
        """What explains a difference; empty where nothing does. ``rules``: who replies before and after."""
        if difference.closed:
            return ""
        there = was_there(*rules, self.standing)
        if there:
            return there
        by = _answering(rules[0])
        if difference.attribute is Attribute.CHALLENGE and is_somebody(difference.before):
            entry = newly_asked((by,) if by else (), difference.before, difference.after, self.ledger)
            return said_by(entry) if entry is not None else ""
        found = explanation(request, difference, answers, self.ledger, by)
        if found or difference.attribute is not Attribute.BACKEND or "%" not in difference.before + difference.after:
            return found
        # What loses some of its share, and what gains: nothing else is to be explained.
        shares = [_by_name(text) for text in (difference.before, difference.after)]
        for one, other in product(_more(*shares), _more(*reversed(shares))):
            found = explanation(
                request, difference, (_reached(request, one), _reached(request, other)), self.ledger, by
            )
            if not found:
                return ""
        return found


def _answering(rule: str) -> str | None:
    """The Ingress that a rule before is of; empty where it is of none, ``None`` where it is of a whole host."""
    name, mark, _ = rule.removeprefix("Ingress ").partition(":")
    if rule.startswith("Ingress ") and mark:
        return name
    return "" if rule.endswith(OF_NOBODY) else None


def _asked(replies: tuple[Reply, Reply], answers: tuple[Answer, Answer]) -> list[Difference]:
    """Who decides whether somebody comes in, where both sides turn away who did not say who he is."""
    if not all(answer.seen is None and answer.status in _ASKS for answer in answers):
        return []
    asked = [(asks(replies[0].gates, kind), asks(replies[1].gates, kind)) for kind in (Login, Authority)]
    return [Difference(Attribute.CHALLENGE, one, other) for one, other in asked if one and other and one != other]


_ASKS = frozenset((302, 401))


def _reached(request: Request, backend: str) -> Answer:
    return Answer(status=200, seen=Seen(backend=backend, method=request.method, target=request.target))


def _by_name(told: str) -> Mapping[str, str]:
    """Shares as they are told, by backend."""
    return {name: share for share, _, name in (part.partition(" % ") for part in told.split(", "))}


def _more(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """The backends with a greater share than in ``other``."""
    return [name for name, share in one.items() if float(share) > float(other.get(name, 0))]


def _uneven(one: Shares, other: Shares) -> Difference:
    if len(one) == len(other) == 1:
        return Difference(Attribute.BACKEND, next(iter(one)), next(iter(other)))
    return Difference(Attribute.BACKEND, _told(one), _told(other))


def _told(shares: Shares) -> str:
    parts = (f"{float(100 * share):g} % {name}" for name, share in sorted(shares.items()))
    return ", ".join(parts)
