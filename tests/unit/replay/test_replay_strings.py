"""Strings from regular expressions: they match, they are few, and they are always the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatelift.traffic.places.strings import strings


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?i)^/api/(v[12])/(.*)$",
        r"/foo(/|$)(.*)",
        r"(?:.*;\s*)?name=always(?:;.*)?",
        r"^/[^/]+/\d{3,}x?$",
        r"/(?P<name>[a-z]+)/(?:one|two|three)",
        r"/[\w-]+\.(?:png|jpe?g)",
        r"/a{2}b*c+?",
    ],
)
def test_every_string_matches_its_expression(pattern: str) -> None:
    found = strings(pattern)

    assert found
    assert all(re.fullmatch(pattern, text) for text in found)
    assert len(set(found)) == len(found) <= 4


def test_each_branch_is_tried() -> None:
    assert {"/one", "/two", "/three"} <= set(strings("/(?:one|two|three)", 8))


@pytest.mark.parametrize("pattern", [r"(a)\1b\1", "[", "(?P<x", "a" * 10 + "(?!)"])
def test_what_cannot_be_made_is_said_and_not_guessed(pattern: str) -> None:
    assert strings(pattern) == ()


_ATOMS = st.sampled_from(["/", "a", "[a-c]", "[^/]", r"\d", r"\w", ".", "(?:x|y)", "(/|$)", "(.*)", r"\."])
_PATTERNS = st.lists(st.tuples(_ATOMS, st.sampled_from(["", "?", "*", "+", "{2}", "{1,3}"])), min_size=1, max_size=7)


@given(_PATTERNS)
def test_whatever_the_expression_says_strings_match_it(parts: list[tuple[str, str]]) -> None:
    pattern = "".join(f"(?:{atom}){times}" for atom, times in parts)
    found = strings(pattern)

    assert all(re.fullmatch(pattern, text) for text in found)
    assert found == strings(pattern)


def test_repetitions_within_repetitions_stay_short() -> None:
    pattern = "a"
    for _ in range(9):
        pattern = f"({pattern}){{24}}"

    assert strings(f"/{pattern}") == ()
    assert all(len(text) < 3000 for text in strings(f"/({pattern})?b"))
