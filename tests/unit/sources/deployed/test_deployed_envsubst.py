"""Substitution by Flux's rules: the cases are those that its own documentation and operators name."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatelift.sources.deployed import envsubst
from gatelift.sources.deployed.envsubst import SubstitutionError, substitute

VALUES = {"host": "shop.example.com", "mixed": "abcDEF", "path": "/a/b/c.tar.gz", "empty": "", "word": "w"}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("no variables", "no variables"),
        ("${host}", "shop.example.com"),
        ("https://${host}/x${word}", "https://shop.example.com/xw"),
        ("[${missing}]", "[]"),
        ("$host $ $5 cost$", "$host $ $5 cost$"),
        # Escapes: every pair is one, in braces or not.
        ("$${host}", "${host}"),
        ("$$${host}", "$shop.example.com"),
        ("$$$${host}", "$${host}"),
        ("a$$b", "a$b"),
        # Defaults.
        ("${host:=x}|${host:-x}|${host=x}", "shop.example.com|shop.example.com|shop.example.com"),
        ("${missing:=x y}|${missing:-x}|${missing=x}", "x y|x|x"),
        ("${empty:=x}", "x"),
        ("${missing:=}", ""),
        ("${missing:=${word}-${missing2:-z}}", "w-z"),
        ("${missing:=a$$b}", "a$$b"),
        ("${missing:?x}|${missing:+x}|${word:+x}", "x|x|w"),
        # The value's form.
        ("${#host}", "16"),
        ("${mixed^^}|${mixed,,}|${mixed^}|${mixed,}", "ABCDEF|abcdef|AbcDEF|abcDEF"),
        ("${mixed:3}|${mixed:1:2}|${mixed:-2}", "DEF|bc|abcDEF"),
        ("${mixed:9}|${mixed:1:99}|${mixed:x}|${mixed:1:-1}", "|bcDEF|abcDEF|bcDE"),
        ("${host/shop/cart}|${host//e/E}", "cart.example.com|shop.ExamplE.com"),
        ("${host/#shop/www}|${host/%com/org}|${host/.example/}", "www.example.com|shop.example.org|shop.com"),
        ("${path//\\//-}", "-a-b-c.tar.gz"),
        ("${path##*/}|${path#*/}|${path%.*}|${path%%.*}", "c.tar.gz|a/b/c.tar.gz|/a/b/c.tar|/a/b/c"),
    ],
)
def test_expressions(text: str, result: str) -> None:
    assert substitute(text, VALUES) == result


@pytest.mark.parametrize(
    "text",
    [
        "${}",
        "${host",
        "${host-x}",
        "${host+x}",
        "${a.b}",
        "${BASH_SOURCE[0]}",
        "${host:}",
        "${host/x}",
        "${host#}",
        "${ a}",
    ],
)
def test_what_flux_refuses_is_refused_and_says_nothing_of_values(text: str) -> None:
    with pytest.raises(SubstitutionError) as caught:
        substitute(text, VALUES)
    assert "example.com" not in str(caught.value)


def test_unknown_variables_may_stay_as_they_are_written() -> None:
    text = "${host} ${secret:=x} ${missing:=${secret}} $${host}"
    kept = substitute(text, VALUES, keep_unknown=True)
    assert kept == "shop.example.com ${secret:=x} ${missing:=${secret}} ${host}"


@given(st.text(st.sampled_from("ab${}:=-/#%^,\\ \n"), max_size=40))
def test_any_text_is_substituted_or_refused_and_known_values_are_not_read_again(text: str) -> None:
    try:
        result = substitute(text, {"a": "${b}", "b": "$$"})
    except SubstitutionError:
        return
    if "$" not in text:
        assert result == text


def test_bombs_are_refused_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envsubst, "MAX_CHARACTERS", 1 << 20)
    started = time.process_time()
    for text, values in (
        ("${a:=" * 5000 + "}" * 5000, {}),
        ("${x}" * 5000, {"x": "y" * 1000}),
        ("${x#*a*a*a*a*b}", {"x": "a" * 100_000}),
    ):
        with pytest.raises(SubstitutionError):
            substitute(text, values)
    assert time.process_time() - started < 5
