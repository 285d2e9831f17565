"""Classes of paths are complete and right: each that a path at random belongs to is there, with paths of its own."""

from __future__ import annotations

from itertools import product

import pcre2
import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st
from languages_of_tests import (
    SIGN,
    envoy,
    expressions,
    found,
    is_clean,
    languages,
    members,
    nginx,
    paths,
    subject,
    takes,
)

from gatelift.proof.symbolic.automata.alphabet import PATHS, VALUES
from gatelift.proof.symbolic.automata.walk import classes
from gatelift.proof.symbolic.model import Kind, Path

_EVERYTHING = [
    text
    for length in range(5)
    for signs in product(("a", "b", "/", ".", "%20"), repeat=length)
    if is_clean(text := "/" + "".join(signs))
]


@settings(deadline=None)
@given(st.lists(languages(), min_size=1, max_size=4), st.lists(paths(), min_size=1, max_size=10))
def test_every_path_is_of_a_class_that_is_found_and_every_text_of_its_class(
    asked: list[Path], texts: list[str]
) -> None:
    made = found(*asked)

    for text in texts:
        assert (members(asked, text), "%" in text) in made
    for (own, encoded), each in made.items():
        assert {(members(asked, text), "%" in text, is_clean(text)) for text in each.texts} == {(own, encoded, True)}


@settings(deadline=None)
@given(st.lists(languages(), min_size=1, max_size=3))
def test_the_first_text_of_a_class_is_its_shortest(asked: list[Path]) -> None:
    made = found(*asked)

    for text in _EVERYTHING:
        known = made[members(asked, text), "%" in text].texts[0]
        assert len(SIGN.findall(known)) <= len(SIGN.findall(text))


@settings(deadline=None)
@given(expressions(ascii_only=True), st.booleans(), st.lists(paths(), min_size=1, max_size=10))
def test_re2_takes_what_a_class_says(text: str, fold: bool, asked: list[str]) -> None:
    path = envoy(f"/(?:{text})", any_case=fold)
    compiled = re2.compile(f"(?i){path.text}" if fold else path.text)
    made = found(path)

    for each in (*asked, *(text for one in made.values() for text in one.texts)):
        own = frozenset((0,)) if compiled.fullmatch(each) else frozenset()
        assert (own, "%" in each) in made
        assert takes(path, each) is bool(own)


@settings(deadline=None)
@given(expressions(ascii_only=False), st.booleans(), st.lists(paths(), min_size=1, max_size=10))
def test_pcre_takes_what_a_class_says(text: str, fold: bool, asked: list[str]) -> None:
    path = nginx(text, any_case=fold)
    compiled = pcre2.compile(path.text.encode(), pcre2.I if fold else 0)
    made = found(path)

    for each in (*asked, *(text for one in made.values() for text in one.texts)):
        own = frozenset((0,)) if compiled.search(subject(path, each).encode("latin-1")) else frozenset()
        assert (own, "%" in each) in made
        assert takes(path, each) is bool(own)


@pytest.mark.parametrize(
    ("path", "taken", "others"),
    [
        (Path(Kind.EXACT, "/a b", decoded=True), ("/a%20b",), ("/a", "/a%20", "/a%20b/")),
        (Path(Kind.EXACT, "/a b"), (), ("/a%20b",)),
        (Path(Kind.EXACT, "/a%20b"), ("/a%20b",), ("/a", "/a%2520b")),
        (Path(Kind.EXACT, "/a%20b", decoded=True), ("/a%2520b",), ("/a%20b",)),
        (Path(Kind.EXACT, "/é", decoded=True), ("/%C3%A9",), ("/%C3",)),
        (Path(Kind.BELOW, "", decoded=True), ("/", "/a", "/%20"), ()),
        (Path(Kind.BELOW, "/a"), ("/a", "/a/", "/a/%20"), ("/ab", "/a%20")),
        (Path(Kind.STARTS, "/a"), ("/a", "/ab", "/a%20"), ("/A", "/b")),
        (Path(Kind.STARTS, "/a%"), ("/a%20",), ("/a", "/ab")),
        (Path(Kind.STARTS, "/a%2"), ("/a%20",), ("/a", "/a%3C")),
        (envoy("/[^/].*"), ("/a", "/%20", "/%20a"), ("/",)),
        (envoy("/.+"), ("/a", "/%20"), ("/",)),
        (envoy("/[^a]{3}"), ("/%20", "/bcd"), ("/a20", "/abc", "/%20%20")),
        (envoy("/%[2-3]C.*"), ("/%2C", "/%3Ca"), ("/%7C", "/2C")),
        (Path(Kind.REGULAR, "^/[^a]"), ("/b", "/%20"), ("/a", "/")),
        (Path(Kind.REGULAR, "0$"), ("/%20", "/0"), ("/%20a",)),
        (nginx("^/[^a]$"), ("/b", "/%20"), ("/a", "/A", "/%C3%A9")),
        (nginx("^/é?$"), ("/%C3", "/%C3%A9"), ("/", "/%A9")),
        (nginx("^/$|x$"), ("/", "/a/x", "/X"), ("/xa",)),
        (nginx("a|^/b"), ("/ca", "/b"), ("/cb",)),
        (nginx("$a"), (), ("/", "/a")),
        (nginx("^/a$.*"), ("/a",), ("/ab",)),
        (nginx("(^/a|b)+$"), ("/a", "/ab", "/cb"), ("/ca",)),
    ],
)
def test_what_a_language_takes(path: Path, taken: tuple[str, ...], others: tuple[str, ...]) -> None:
    # A second language takes one path only: that path is a class.
    for text in (*taken, *others):
        alone = Path(Kind.EXACT, text)
        own = next(each.members for each in classes((path, alone), PATHS).classes if 1 in each.members)
        assert (0 in own) is (text in taken), text


def test_the_universe_holds_each_path_in_one_way() -> None:
    made = classes((nginx(r"^/(\.|\.\.)(/|$)"), nginx("//"), nginx(r"^/%"), envoy("/%41"), nginx(r"\\")), PATHS).classes

    assert {each.members for each in made} == {frozenset(), frozenset((2,))}


def test_values_are_printed_without_blanks_around_them() -> None:
    path = Path(Kind.REGULAR, " ")
    made = {each.members: each.texts for each in classes((path, Path(Kind.REGULAR, "^ | $")), VALUES).classes}

    assert made.keys() == {frozenset(), frozenset((0,))}
    assert all(text == text.strip() and " " in text for text in made[frozenset((0,))])
