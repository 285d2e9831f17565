"""Patterns for paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatelift.config.globs import covers, glob_problem, matches, weight


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("clusters/dev/**", "clusters/dev"),
        ("clusters/dev/**", "clusters/dev/a"),
        ("clusters/dev/**", "clusters/dev/a/b/c"),
        ("**", "."),
        ("**", "a/b"),
        ("**/dev", "dev"),
        ("**/dev", "a/b/dev"),
        ("a/**/z", "a/z"),
        ("a/**/z", "a/b/c/z"),
        ("**/a/**/b/**", "x/a/y/b"),
        ("*", "a"),
        ("*", ".github"),
        ("values-*.yaml", "values-prod.yaml"),
        ("a?c", "abc"),
        ("[ab]x", "bx"),
        ("[!ab]x", "cx"),
        (".", "."),
    ],
)
def test_a_pattern_fits(pattern: str, path: str) -> None:
    assert matches(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("clusters/dev/**", "clusters/development"),
        ("clusters/dev", "clusters/dev/a"),
        ("*", "a/b"),
        ("*", "."),
        ("a/*", "a"),
        ("a*", "b/a"),
        ("**/dev", "dev/a"),
        ("a/**/z", "a/b"),
        ("A", "a"),
        ("a?c", "a/c"),
        ("[ab]x", "cx"),
        ("values-*.yaml", "values.yaml"),
        ("a.b", "axb"),
        ("a", "a\n"),
        (".", "a"),
    ],
)
def test_a_pattern_does_not_fit(pattern: str, path: str) -> None:
    assert not matches(pattern, path)


def test_a_folder_covers_what_is_in_it() -> None:
    assert covers("legacy", "legacy/a/b.yaml")
    assert covers("*/legacy", "x/legacy/b.yaml")


@pytest.mark.parametrize("path", ["legacies/a.yaml", "x/legacy/a.yaml", "."])
def test_a_folder_does_not_cover_its_neighbours(path: str) -> None:
    assert not covers("legacy", path)


def test_the_longest_part_before_a_wildcard_is_the_most_specific() -> None:
    patterns = ["**", "clusters/**", "clusters/*/dev/shop", "clusters/prod/**", "clusters/prod/shop"]
    assert sorted(set(patterns), key=weight) == patterns


_SEGMENTS = st.lists(st.sampled_from(["a", "b", "ab", "*", "**", "a*", "?", "[a-b]", "[", "[!", "[z-a]"]), min_size=1)
_PATHS = st.lists(st.sampled_from(["a", "b", "ab", "z", "[", "**"]), min_size=1, max_size=6)


@given(_SEGMENTS, _PATHS)
def test_matching_agrees_with_the_obvious_recursive_definition(pattern: list[str], path: list[str]) -> None:
    from fnmatch import fnmatchcase

    def slow(steps: list[str], parts: list[str]) -> bool:
        if not steps:
            return not parts
        if steps[0] == "**":
            return any(slow(steps[1:], parts[count:]) for count in range(len(parts) + 1))
        return bool(parts) and fnmatchcase(parts[0], steps[0]) and slow(steps[1:], parts[1:])

    short = pattern[:6]
    assert matches("/".join(short), "/".join(path)) == slow(short, path)


@pytest.mark.parametrize(
    "pattern", ["..", "../a", "a/..", "a/../b", "/a", "a//b", "a/", "", "a\\b", "!a", "{a}", "a**"]
)
def test_a_pattern_with_another_meaning_elsewhere_has_a_problem(pattern: str) -> None:
    assert glob_problem(pattern)


@pytest.mark.parametrize("pattern", ["a", ".", "**", "a/**", "..a", "a..b/*", "~/a", "values-*.yaml"])
def test_an_ordinary_pattern_has_none(pattern: str) -> None:
    assert glob_problem(pattern) is None
