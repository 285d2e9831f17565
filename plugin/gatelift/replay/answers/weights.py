"""Whether two sides share requests among backends alike: many requests, and a test that is exact for any number."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, lgamma

FALSE_ALARM = 1e-6
"""With which probability a replay of rules that are alike may complain, over all of its tests together."""


def differs(before: Mapping[str, int], after: Mapping[str, int], tests: int = 1) -> bool:
    """Whether counts by backend cannot come from one distribution.

    ``tests``: how many such tests a replay makes; each backend is one more. Fisher's exact test for each backend
    against the rest holds for any counts; proxies that take turns vary less than chance, which only makes it safer.
    """
    backends = sorted({*before, *after})
    bound = FALSE_ALARM / (max(tests, 1) * max(len(backends), 1))
    one, other = sum(before.values()), sum(after.values())
    return any(fisher(before.get(name, 0), one, after.get(name, 0), other) < bound for name in backends)


def fisher(hits: int, of: int, other_hits: int, of_other: int) -> float:
    """The two-sided probability of counts as uneven as these, or more so, if both sides are alike."""
    total, drawn = of + of_other, hits + other_hits
    if not of or not of_other or drawn in (0, total):
        return 1.0
    lowest, highest = max(0, drawn - of_other), min(of, drawn)
    seen = _chance(hits, of, drawn, total)
    chances = (_chance(count, of, drawn, total) for count in range(lowest, highest + 1))
    # Rounding must not leave out counts that are exactly as likely as those that were seen.
    return min(1.0, sum(chance for chance in chances if chance <= seen * (1 + 1e-9)))


def _chance(hits: int, of: int, drawn: int, total: int) -> float:
    return exp(_choose(of, hits) + _choose(total - of, drawn - hits) - _choose(total, drawn))


def _choose(size: int, count: int) -> float:
    return lgamma(size + 1) - lgamma(count + 1) - lgamma(size - count + 1)
