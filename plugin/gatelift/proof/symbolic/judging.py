"""Answers of both sides held against each other: what differs, and what explains it."""

from __future__ import annotations

import msgspec

from gatelift.proof.symbolic.model import Reply
from gatelift.proof.symbolic.replies.answers import Shares, answer, shares
from gatelift.traffic.answers.closed import Closed
from gatelift.traffic.answers.compare import Difference, Ends, Watched, compare, left_out
from gatelift.traffic.explained.explain import Ledger, explanation
from gatelift.traffic.model import Answer, Attribute, NotReplayed, Request, Seen

_ENDS = Ends()


class Judging(msgspec.Struct, frozen=True, kw_only=True):
    """What answers are held against. ``missing``: what is not compared. ``closed``: places that must stay closed."""

    watched: Watched = Watched()
    missing: tuple[NotReplayed, ...] = ()
    closed: Closed = Closed()
    ledger: Ledger = Ledger()

    def differences(
        self, request: Request, replies: tuple[Reply, Reply]
    ) -> list[tuple[Difference, tuple[Answer, Answer]]]:
        """What differs, with the answers that show it. Raises ``Undecided``."""
        one, other = (answer(reply, request) for reply in replies)
        missing = left_out(request, self._missing(one)) if self.missing else frozenset[Attribute]()
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
        found = compare(request, (one, _ENDS), (other, _ENDS), self.watched, missing).differences
        return [(each, (one, other)) for each in found]

    def _missing(self, one: Answer) -> list[NotReplayed]:
        return [item for item in self.missing if not item.statuses or one.status in item.statuses]

    def explained(self, request: Request, difference: Difference, answers: tuple[Answer, Answer]) -> str:
        """What explains a difference; empty where nothing does."""
        if difference.closed:
            return ""
        found = explanation(request, difference, answers, self.ledger)
        if found or difference.attribute is not Attribute.BACKEND or "%" not in difference.before + difference.after:
            return found
        names = (part.partition(" % ")[2] for part in f"{difference.before}, {difference.after}".split(", "))
        for name in dict.fromkeys(names):
            reached = Answer(status=200, seen=Seen(backend=name, method=request.method, target=request.target))
            found = explanation(request, difference, (reached, reached), self.ledger)
            if found:
                return found
        return ""


def _uneven(one: Shares, other: Shares) -> Difference:
    if len(one) == len(other) == 1:
        return Difference(Attribute.BACKEND, next(iter(one)), next(iter(other)))
    return Difference(Attribute.BACKEND, _told(one), _told(other))


def _told(shares: Shares) -> str:
    parts = (f"{float(100 * share):g} % {name}" for name, share in sorted(shares.items()))
    return ", ".join(parts)
