"""Expressions that the readers take differently are undecided, with their name; so is what is hostile, at once."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

import pcre2
import pytest
import re2
from hypothesis import example, given, settings
from hypothesis import strategies as st
from languages_of_tests import envoy, found, nginx

from gatelift.proof.symbolic.automata.alphabet import PATHS
from gatelift.proof.symbolic.automata.walk import Class, classes
from gatelift.proof.symbolic.model import Kind, Path, Undecided

_UNDECIDED = (
    r"a\v", r"\h", r"\H", r"\R", r"\V", r"\K", r"\G", r"\X", r"\C", r"\N", r"\e", r"\cA", r"\c", r"\pL", r"\p{L}",
    r"\u0041", r"\Q.\E", r"a\E", r"\x4", r"\x{41}", r"\8", r"\1", r"(a)\1", r"(a)\12", r"[\8]", r"\400", r"\b",
    r"\Ba", r"[\v]", r"[\h]", r"[\pL]", r"[\x{41}]", r"[\Qa\E]", "[[:alpha:]]", "[[.a.]]", "[[=a=]]",
    "[[:^alpha:]]", "[a--b]", r"[\]--a]", "[a&&b]", "[a~~b]", "[a||b]", r"[a-\d]", r"[\d-a]", "[z-a]", "[]", "[^]",
    "[", "a{,5}", "a{,}", "a{1, 2}", "a{ 1}", "a{2}{3}", "a**", "a*+", "a++", "a?+", "a{2}+", "a{2,1}", "a{1001}",
    "a{999999999999}", "(a{30}){1001}", "a|*", "^*", "$+", "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?>a)", "(?(1)a)",
    "(a)(?(1)b)", "(?P=n)", r"(?P<n>a)\k<n>", "(?R)", "(?1)", "(?&n)", "(?|a)", "(?'n'a)", "(?^:a)", "a(?i)",
    "(?i)b", "(?U)a", "(?J)a", "(?a)a", "(?u:a)", "(?L)a", "(?x)a", "(?x: a )", "(?i-x:a)", "(*UTF8)a", "(*FAIL)",
    "(", ")", "a|(", "(?", "(?<", "(?<n", "(?<n>a)(?<n>b)", "\\", "(?C)", "(?-i)a",
)  # fmt: skip
_ONLY_ENVOY = (r"a\Z", r"[\b]", "(?#x)a", "é", "é?", "[\u212a]", "[^é]", "\u017f")
"""What RE2 does not read, or not byte by byte."""


def _undecided(path: Path) -> str:
    with pytest.raises(Undecided) as caught:
        classes((path,), PATHS)
    return str(caught.value)


@pytest.mark.parametrize("text", _UNDECIDED)
def test_what_not_all_read_alike_is_undecided(text: str) -> None:
    for path in (nginx(f"^/{text}"), envoy(f"/{text}")):
        assert ascii(path.text) in _undecided(path)


@pytest.mark.parametrize("text", _ONLY_ENVOY)
def test_what_re2_does_not_read_is_undecided_on_its_side(text: str) -> None:
    assert ascii(f"/{text}") in _undecided(envoy(f"/{text}"))
    assert classes((nginx(f"^/{text}"),), PATHS).classes


@pytest.mark.parametrize(
    ("text", "taken", "other"),
    [
        (r"\(?<a", "/(%3Ca", "/(a"),
        (r"\(?<a", "/%3Ca", "/P%3Ca"),
        ("[(?<a]", "/%3C", "/P"),
        ("(?<name>a)b", "/ab", "/a"),
        ("(?P<name>a)b", "/ab", "/a"),
        ("[]a]", "/%5D", "/b"),
        ("[[a]", "/%5B", "/b"),
        ("[^]a]b", "/cb", "/%5Db"),
        ("a{", "/a%7B", "/a"),
        ("a{}", "/a%7B%7D", "/a"),
        ("(?s:a.)", "/ab", "/a"),
        ("(?i:A)B", "/aB", "/ab"),
        ("(|a)b", "/b", "/a"),
        ("a||b", "/", "/ab"),
        (r"\101", "/A", "/101"),
        (r"\x41", "/A", "/x41"),
        (r"[\x41-C]", "/B", "/D"),
        (r"[^\W\d]", "/a", "/1"),
        (r"\s", "/%0B", "/s"),
        ("(?:^)*a", "/a", "/"),
    ],
)
def test_what_all_read_alike(text: str, taken: str, other: str) -> None:
    path = nginx(f"^/(?:{text})$", any_case=False)

    _is_right(path, taken, True)
    _is_right(path, other, False)
    assert pcre2.compile(path.text.encode()).search(unquote_to_bytes(taken))
    assert not pcre2.compile(path.text.encode()).search(unquote_to_bytes(other))


_SOUP = st.lists(
    st.sampled_from([
        *"aKk[]^-()|*+?{},128.$\\%é:~&", r"\d", r"\w", r"\W", r"\s", r"\S", r"\A", r"\Z", r"\z", r"\v", r"\x41", r"\n",
        r"\a", r"\101", r"\_", r"\-", r"\]", r"\[", "(?:", "(?i:", "(?-i:", "(?s:", "(?m:", "(?x:", "(?#", "(?<n>",
        "[:alpha:]", "[^", "[a-", "[[", "&&", "--", "{2}", "{,2}", "{,}", "{1,}", "{1, 2}", "\u212a", "\u017f", "{0}",
        "()", "\\\\",
    ]),
    max_size=6,
).map("".join)  # fmt: skip
_ASKED = tuple(f"/{text}" for text in (
    "", "a", "K", "k", "aa", "a-", "-", "1", "18", "%20", "%0B", "%C3%A9", "%C3", "%E2%84%AA", "(", "*", "+", "$",
    ",", ":", "~", "&", "%3F", "%5B", "%5Ba", "%5D", "%5E", "%7B2%7D", "a%7B,2%7D", "_", "A", "alpha", "...", "a.a",
    "K1", "s", "S",
))  # fmt: skip


@settings(deadline=None)
@given(_SOUP, st.booleans())
@example(r"a\v", False)
@example("a{,}", False)
@example(r"\(?<a", False)
def test_any_text_is_read_as_pcre_reads_it_or_is_undecided(text: str, fold: bool) -> None:
    path = nginx(f"^/{text}", any_case=fold)
    made = _found(path)
    if made is None:
        return
    compiled = pcre2.compile(path.text.encode(), pcre2.I if fold else 0)

    for asked in (*_ASKED, *(each for one in made.values() for each in one.texts)):
        taken = compiled.search(unquote_to_bytes(asked)) is not None
        _is_right(path, asked, taken)


@settings(deadline=None)
@given(_SOUP, st.booleans())
def test_any_text_is_read_as_re2_reads_it_or_is_undecided(text: str, fold: bool) -> None:
    path = envoy(f"/{text}", any_case=fold)
    made = _found(path)
    if made is None:
        return
    compiled = re2.compile(f"(?i:{path.text})" if fold else path.text)

    for asked in (*_ASKED, *(each for one in made.values() for each in one.texts)):
        _is_right(path, asked, compiled.fullmatch(asked) is not None)


def _found(path: Path) -> dict[tuple[frozenset[int], bool], Class] | None:
    try:
        return found(path)
    except Undecided:
        assert ascii(path.text) in _undecided(path)
        return None


def _is_right(path: Path, asked: str, taken: bool) -> None:
    alone = Path(Kind.EXACT, asked)
    own = [each.members for each in classes((path, alone), PATHS).classes if 1 in each.members]
    assert own in ([], [frozenset((0, 1) if taken else (1,))]), asked
