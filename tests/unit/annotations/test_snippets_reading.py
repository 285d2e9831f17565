"""nginx's grammar: what is a word, what ends a directive, and what nginx could not read either."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatelift.annotations.nginx._directives import DEEPEST, Configuration, Directive, parse


def words(text: str) -> list[tuple[str, ...]]:
    """The directives of ``text`` as tuples of words."""
    found = parse(text)
    assert not found.problem, found.problem
    return [(item.name, *item.arguments) for item in found.directives]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b c;d;", [("a", "b", "c"), ("d",)]),
        ("a\tb\r\n\n c ;", [("a", "b", "c")]),
        ("# a b;\nc d; # e f;", [("c", "d")]),
        ("a b#c;", [("a", "b#c")]),
        ("a 'b; {c}' \"d # e\";", [("a", "b; {c}", "d # e")]),
        ("""a 'it''s';""", []),
        (r"""a 'it\'s' "say \"hi\"" tab\tnew\nline;""", [("a", "it's", 'say "hi"', "tab\tnew\nline")]),
        (r"a \d+\.x b\;c d\ e;", [("a", r"\d+\.x", r"b\;c", r"d\ e")]),
        ("a ${b}c;", [("a", "${b}c")]),
        ("a b'c d;", [("a", "b'c", "d")]),
        ("a '' \"\";", [("a", "", "")]),
        ('"a" b;', [("a", "b")]),
        ("a '1\n2';", [("a", "1\n2")]),
        ("a }b;", []),
    ],
)
def test_words(text: str, expected: list[tuple[str, ...]]) -> None:
    if not expected:
        assert parse(text).problem
        return
    assert words(text) == expected


def test_blocks_hold_directives() -> None:
    inner = Directive("return", ("403",))
    expected = (Directive("if", ("($a", "=", "x", ")"), (inner,)), Directive("b"))
    assert parse('if ($a = "x") { return 403; } b;') == Configuration(expected)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a b", "no ; at the end"),
        ("a { b; ", "not closed"),
        ("a { b }", "before the block ends"),
        ("}", "does not open"),
        ("; a;", "; in it stands"),
        ("{ a; }", "{ in it stands"),
        ("a 'b", "quote"),
        ("a 'b'c;", "quote"),
        ("a b\\", "quote or a backslash"),
        ("a {" * (DEEPEST + 1), "deep"),
    ],
)
def test_what_nginx_could_not_read(text: str, problem: str) -> None:
    assert problem in parse(text).problem


def test_names_are_known_up_to_the_problem() -> None:
    assert parse("a1 x; b2 { c3 y; d4 'z").names == ("a1", "b2", "c3", "d4")


def test_lua_is_not_looked_into() -> None:
    found = parse('access_by_lua_block { if a then b = "}" end -- }\n } deny all;')
    assert [item.name for item in found.directives] == ["access_by_lua_block", "deny"]


@given(st.text(alphabet="ab \t\n;{}'\"\\#$()"))
def test_every_text_is_read_or_refused(text: str) -> None:
    found = parse(text)
    assert found.problem or text.count("{") >= sum(item.block is not None for item in found.directives)


def test_hostile_texts_are_read_in_linear_time() -> None:
    for text in ("a {" * 100_000, "'" * 100_001, "\\" * 100_001, "a " * 100_000, "}" * 100_000):
        parse(text)
