"""Strings from input cannot steer a terminal, a log or a table."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_samples import Said, change, report

from gatelift.findings import Finding, Place, Severity
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Disposition, refused
from gatelift.report.safe import harmless
from gatelift.report.text import render, render_findings

NASTY = (
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "\x9b2J",
    "a\nIngress shop/web: converted",
    "a\r\nb",
    "\u202egnp.exe",
    "\u2028next: done",
    "[bold red]x[/]",
    "[link=https://example.com]x[/link]",
    ":warning:",
    "::error::x",
    "  ::set-output name=a::b",
    "##[error]x",
    "\ud800",
    "\x00",
    "\u200b",
)
TEXTS = st.one_of(st.sampled_from(NASTY), st.text(), st.lists(st.sampled_from(NASTY)).map("".join))
STYLE = re.compile(r"\x1b\[[0-9;]*m")
"""What rich writes for a colour; nothing else may begin with an escape."""


@given(TEXTS)
def test_nothing_but_printable_characters_comes_out(text: str) -> None:
    safe = harmless(text)
    assert safe.isprintable()
    assert safe.encode("utf-8").decode("utf-8") == safe
    assert "##[" not in safe
    assert not safe.lstrip().startswith("::")


@given(st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_ordinary_names_are_left_alone(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("\x1b[31m", r"\x1b[31m"),
        ("a\nb\tc", r"a\nb\tc"),
        ("\u202e", r"\u202e"),
        ("::add-mask::x", r"\x3a:add-mask::x"),
        ("x ##[group]", r"x #\x23[group]"),
        ("fd00::1/64", "fd00::1/64"),
        ("[red]", "[red]"),
    ],
)
def test_an_escape_says_what_was_there(text: str, escaped: str) -> None:
    assert harmless(text) == escaped


def _hostile(words: list[str]) -> list[Said]:
    name, text, todo, key = words
    return [
        (f"/metadata/annotations/{key}", Disposition.REFUSED, text, todo),
        (f"/spec/{name}", Disposition.DIFFERS, text, ""),
        (f"configmap:{key}", Disposition.MOVED, text, ""),
        (f"/metadata/annotations/x{key}", Disposition.EXACT, "", ""),
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=4, max_size=4), st.booleans(), st.sampled_from([1, 50]))
def test_a_whole_text_has_only_the_lines_and_colours_that_gatelift_writes(
    words: list[str], colour: bool, count: int
) -> None:
    name, text, todo, key = words
    changes = [
        change(
            f"{name}/{index}{key}",
            _hostile(words),
            root=f"{todo}{index % 2}",
            emitted=[f"HTTPRoute {name}/{key}"],
            keep=True,
            withheld=refused(text, todo, Risk.SECURITY) if index % 2 else None,
            along=[f"/metadata/labels/{key}"],
        )
        for index in range(count)
    ]
    finding = Finding("a/b", Severity.WARNING, text, todo, Place(name, 1, 1), key)
    made = report(*changes, findings=[finding])
    shown = render(made, (), 100, colour)
    for line in STYLE.sub("", shown).split("\n"):
        assert line.isprintable(), line
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
    assert shown.encode("utf-8")


def test_a_line_that_a_narrow_terminal_breaks_is_no_command_either() -> None:
    for pad in range(40):
        hostile = change("a/b", [("/kind", Disposition.DIFFERS, f"{'x' * pad} ::error::y", "")])
        shown = STYLE.sub("", render(report(hostile), (), 40, True))
        assert not re.search(r"^\s*::", shown, re.MULTILINE)


def test_markup_is_shown_as_it_stands() -> None:
    hostile = change("a/b", [("/metadata/annotations/[red]key[/red]", Disposition.DIFFERS, "[link=x]:smile:", "")])
    shown = STYLE.sub("", render(report(hostile), (), 100, True))
    assert "[red]key[/red]: [link=x]:smile:" in shown


def test_a_finding_cannot_add_a_line_of_its_own() -> None:
    finding = Finding("a/b", Severity.NOTE, "one\nerror: two", "::error::fix\nmore", Place("a\nb.yaml", 3, 4))
    assert render_findings([finding]).splitlines() == [
        r"a\nb.yaml:3:4: note: one\nerror: two",
        r"    \x3a:error::fix\nmore",
    ]
