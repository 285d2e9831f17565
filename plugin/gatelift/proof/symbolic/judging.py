"""Answers of both sides held against each other: what differs, and what explains it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product

import msgspec

from gatelift.proof.symbolic.model import Reply
from gatelift.proof.symbolic.replies.answers import answer
from gatelift.traffic.answers.closed import Closed
from gatelift.traffic.answers.compare import Difference, Ends, Watched, compare, left_out
from gatelift.traffic.explained.explain import explanation
from gatelift.traffic.explained.ledger import Ledger
from gatelift.traffic.model import Answer, Attribute, NotReplayed, Request, Seen
from gatelift.traffic.places.place import host_fits

_ENDS = Ends()
Shares = Mapping[str, Fraction]


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
        missing = left_out(request, self._missing(request.host, one)) if self.missing else frozenset[Attribute]()
        if one.seen is not None and other.seen is not None:
            shares = _shares(replies[0]), _shares(replies[1])
            opened = self.closed.opened(request, one, other, missing)
            if opened is None and shares[0] != shares[1] and Attribute.BACKEND not in missing:
                return [(_uneven(*shares), (one, other))]
            if one.seen.backend != other.seen.backend and shares[0] == shares[1]:
                other = answer(replies[1], request, one.seen.backend)
        opened = self.closed.opened(request, one, other, missing)
        if opened is not None:
            return [(opened, (one, other))]
        found = compare(request, (one, _ENDS), (other, _ENDS), self.watched, missing).differences
        return [(each, (one, other)) for each in found]

    def _missing(self, host: str, one: Answer) -> list[NotReplayed]:
        return [item for item in self._of_host(host) if not item.statuses or one.status in item.statuses]

    def _of_host(self, host: str) -> Sequence[NotReplayed]:
        # There are many of them, and of a host most requests follow each other.
        if host not in self._hosts:
            near = [
                item for item in self.missing if not item.hosts or any(host_fits(each, host) for each in item.hosts)
            ]
            self._hosts[host] = near
        return self._hosts[host]

    @cached_property
    def _hosts(self) -> dict[str, Sequence[NotReplayed]]:
        return {}

    def explained(
        self, request: Request, difference: Difference, answers: tuple[Answer, Answer], rules: tuple[str, str]
    ) -> str:
        """What explains a difference; empty where nothing does. ``rules``: who replies before and after."""
        if difference.closed:
            return ""
        route = rules[1].partition(":")[0]
        if route in self.standing and not rules[0].startswith("Ingress "):
            return f"{route} was there before, and takes what no Ingress serves"
        found = explanation(request, difference, answers, self.ledger)
        if found or difference.attribute is not Attribute.BACKEND or "%" not in difference.before + difference.after:
            return found
        # What loses some of its share, and what gains: nothing else is to be explained.
        shares = [_by_name(text) for text in (difference.before, difference.after)]
        for one, other in product(_more(*shares), _more(*reversed(shares))):
            found = explanation(request, difference, (_reached(request, one), _reached(request, other)), self.ledger)
            if not found:
                return ""
        return found


def _is_about(item: NotReplayed, host: str) -> bool:
    return not item.hosts or any(host_fits(each, host) for each in item.hosts)


def _reached(request: Request, backend: str) -> Answer:
    return Answer(status=200, seen=Seen(backend=backend, method=request.method, target=request.target))


def _by_name(told: str) -> Mapping[str, str]:
    """Shares as they are told, by backend."""
    return {name: share for share, _, name in (part.partition(" % ") for part in told.split(", "))}


def _more(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """The backends with a greater share than in ``other``."""
    return [name for name, share in one.items() if float(share) > float(other.get(name, 0))]


def _shares(reply: Reply) -> Shares:
    total = sum(weight for _, weight in reply.backends)
    made: dict[str, Fraction] = {}
    for name, weight in reply.backends:
        made[name] = made.get(name, Fraction()) + Fraction(weight, total or 1)
    return made


def _uneven(one: Shares, other: Shares) -> Difference:
    if len(one) == len(other) == 1:
        return Difference(Attribute.BACKEND, next(iter(one)), next(iter(other)))
    return Difference(Attribute.BACKEND, _told(one), _told(other))


def _told(shares: Shares) -> str:
    parts = (f"{float(100 * share):g} % {name}" for name, share in sorted(shares.items()))
    return ", ".join(parts)
