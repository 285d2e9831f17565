"""Shares: what is alike passes, what is not is seen, and chance raises no alarm."""

from __future__ import annotations

import random
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatelift.replay.answers.weights import differs, fisher


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
def test_the_probability_is_that_of_counting(hits: int, misses: int, others: int, other_misses: int) -> None:
    of, of_other, drawn = hits + misses, others + other_misses, hits + others
    total = comb(of + of_other, drawn)

    def chance(count: int) -> Fraction:
        return Fraction(comb(of, count) * comb(of_other, drawn - count), total)

    counts = range(max(0, drawn - of_other), min(of, drawn) + 1)
    expected = sum(float(chance(count)) for count in counts if chance(count) <= chance(hits))
    if of and of_other:
        assert fisher(hits, of, others, of_other) == pytest.approx(min(1.0, expected), rel=1e-6)


def test_a_share_that_moved_is_seen() -> None:
    assert differs({"a": 480, "b": 120}, {"a": 300, "b": 300})
    assert differs({"a": 480, "b": 120}, {"a": 600})
    assert differs({"a": 40}, {"b": 40}, 10)


def test_shares_that_are_alike_raise_no_alarm() -> None:
    chance = random.Random(7)  # noqa: S311 - the same numbers each time
    for _ in range(2000):
        counts = [sum(chance.random() < 0.2 for _ in range(600)) for _ in range(2)]
        assert not differs({"a": 600 - counts[0], "b": counts[0]}, {"a": 600 - counts[1], "b": counts[1]})


def test_proxies_that_take_turns_are_no_difference() -> None:
    assert not differs({"a": 480, "b": 120}, {"a": 490, "b": 110}, 4)
