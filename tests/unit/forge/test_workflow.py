"""What is said to GitHub's runner, and that nothing else speaks to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_markdown import TEXTS

from gatelift.findings import Finding, Place, Severity
from gatelift.forge.workflow import annotated, annotation, append, fenced, outputs
from support.bounds import examples

_COMMAND = re.compile(r"::(error|warning|notice)(?: ((?:[a-z]+=[^:,\r\n]*,?)*))?::[^\r\n]*")


def finding(message: str = "m", severity: Severity = Severity.ERROR, line: int = 3, path: str = "a.yaml") -> Finding:
    return Finding("family/name", severity, message, "do it", Place(path, line, 1))


def test_a_finding_is_one_annotation_at_its_place() -> None:
    assert annotation(finding()) == "::error file=a.yaml,line=3,col=1,title=family/name::m. What to do: do it\n"
    whole = Finding("a/b", Severity.WARNING, "m", place=Place("a.yaml"), object="Ingress a/b")
    assert annotation(whole) == "::warning file=a.yaml,title=a/b::m (Ingress a/b)\n"


def test_what_the_runner_would_read_is_escaped() -> None:
    odd = finding("100%0A::error::x\n::x", path="a:b,c%.yaml")
    assert annotation(odd) == (
        "::error file=a%3Ab%2Cc%25.yaml,line=3,col=1,title=family/name::100%250A::error::x\\n::x. What to do: do it\n"
    )


@given(st.lists(st.tuples(TEXTS, TEXTS, st.sampled_from(list(Severity))), max_size=6))
@examples(200)
def test_every_line_is_one_command_whatever_a_repository_holds(found: list[tuple[str, str, Severity]]) -> None:
    made = annotated(Finding("a/b", severity, text, text, Place(path or "x", 1)) for text, path, severity in found)
    lines = made.split("\n")[:-1]
    told = {item for item in found if item[2] is not Severity.NOTE}
    assert len(lines) == len({(text, path or "x", severity) for text, path, severity in told})
    assert all(_COMMAND.fullmatch(line) for line in lines)


def test_at_most_ten_of_a_level_and_the_last_says_how_many_more() -> None:
    many = [finding(f"m{n:02}", line=n + 1) for n in range(25)]
    lines = annotated([*many, *many, finding("w", Severity.WARNING), finding("n", Severity.NOTE)]).splitlines()
    assert len(lines) == 11
    assert [line.count("m0") for line in lines[:9]] == [1] * 9
    assert lines[9] == "::error::16 more: see the summary of this run"
    assert lines[10].startswith("::warning ")


def test_ten_are_shown_as_they_are() -> None:
    assert len(annotated(finding(line=n + 1) for n in range(10)).splitlines()) == 10


@given(st.dictionaries(st.sampled_from(["a", "b-c"]), TEXTS))
@examples(100)
def test_an_output_cannot_set_another_one(values: dict[str, str]) -> None:
    found: dict[str, str] = {}
    lines = iter(outputs(values).split("\n")[:-1])
    for line in lines:
        name, _, end = line.partition("<<")
        found[name] = next(lines)
        assert next(lines) == end
    assert found.keys() == values.keys()


def test_what_is_appended_stays_behind_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    append(str(file), "a\n")
    append(str(file), "b \ud800\n")
    append("", "nobody asked")
    assert file.read_bytes() == b"a\nb \\ud800\n"


@pytest.mark.parametrize("text", ["~~~\nx", "~~~~~~~~\n# x", "```\n</details>", "::error::x", " ::x", "##[error]x"])
def test_a_block_ends_where_it_should(text: str) -> None:
    made = fenced(["+a", *text.split("\n")], 10_000)
    lines = made.strip("\n").split("\n")
    fence = lines[0].removesuffix("diff")
    assert set(fence) == {"~"}
    assert lines[-1] == fence
    assert not [line for line in lines[1:-1] if fence in line]
    assert not [line for line in lines if line.lstrip().startswith("::") or "##[" in line]


def test_a_long_difference_is_cut_with_a_word() -> None:
    made = fenced(["+x"] * 10_000, 1_000)
    assert len(made) < 1_200
    assert "the rest is left out" in made
