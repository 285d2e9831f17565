from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelift.text.documents import Document, split
from gatelift.text.source import Source


def documents(text: str) -> tuple[Document, ...]:
    return split(Source("f.yaml", text))


def chunks(text: str) -> list[str]:
    return [text[document.start : document.end] for document in documents(text)]


def bodies(text: str) -> list[str]:
    return [text[document.body_start : document.body_end] for document in documents(text)]


def test_a_text_without_markers_is_one_document() -> None:
    assert chunks("a: 1\n") == ["a: 1\n"]


def test_an_empty_text_has_no_documents() -> None:
    assert documents("") == ()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_markers_begin_documents_and_belong_to_them(newline: str) -> None:
    text = newline.join(["a: 1", "---", "b: 2", "--- ", "c: 3"])
    assert bodies(text) == [f"a: 1{newline}", f"b: 2{newline}", "c: 3"]
    assert "".join(chunks(text)) == text


def test_comments_and_directives_before_the_first_marker_belong_to_the_first_document() -> None:
    text = "# licence\n%YAML 1.1\n\n---\na: 1\n"
    assert chunks(text) == [text]
    assert bodies(text) == ["a: 1\n"]


def test_a_comment_on_the_markers_line_is_not_part_of_the_body() -> None:
    (document,) = documents("--- # web\na: 1\n")
    assert not document.inline
    assert bodies("--- # web\na: 1\n") == ["a: 1\n"]


@pytest.mark.parametrize("content", ["{a: b}\n", "|\n text\n", "!!map\na: 1\n", "#a\n"[1:]])
def test_content_on_the_markers_line_is_the_body(content: str) -> None:
    (document,) = documents(f"--- {content}")
    assert document.inline
    assert bodies(f"--- {content}") == [content]


@pytest.mark.parametrize(
    "line", ["----", "---a", " ---", "- --", "-----BEGIN CERTIFICATE-----", "....", " ...", "...a"]
)
def test_lines_that_only_resemble_markers_split_nothing(line: str) -> None:
    assert len(documents(f"a: |\n  x\n{line}\nb: 1\n")) == 1


def test_a_marker_ends_a_block_scalar() -> None:
    assert bodies("a: |\n  x\n---\n  y\n") == ["a: |\n  x\n", "  y\n"]


def test_an_indented_marker_in_a_block_scalar_is_text() -> None:
    assert len(documents("a: |\n  ---\n  ...\n")) == 1


def test_an_end_marker_ends_its_document_and_lies_outside_the_body() -> None:
    text = "a: 1\n...\n# next\n---\nb: 2\n... # end\n"
    assert chunks(text) == ["a: 1\n...\n", "# next\n---\nb: 2\n... # end\n"]
    assert bodies(text) == ["a: 1\n", "b: 2\n"]


def test_a_bare_document_may_follow_an_end_marker() -> None:
    assert bodies("a: 1\n...\nb: 2\n") == ["a: 1\n", "b: 2\n"]


def test_blanks_after_the_last_end_marker_make_no_document() -> None:
    assert chunks("a: 1\n...\n\n# bye\n") == ["a: 1\n...\n\n# bye\n"]


def test_documents_of_blanks_and_comments_are_marked_empty() -> None:
    text = "---\n# nothing\n---\n\n--- # c\n---\na: 1\n---"
    assert [document.empty for document in documents(text)] == [True, True, True, False, True]


def test_a_document_that_says_null_is_not_empty() -> None:
    assert [document.empty for document in documents("--- null\n--- ~\n--- ''\n")] == [False, False, False]


def test_concatenated_json_values_are_documents() -> None:
    text = '{"a": 1}{"b": [2]}\n\n[3]\n'
    assert chunks(text) == ['{"a": 1}', '{"b": [2]}\n\n', "[3]\n"]
    assert all(document.json for document in documents(text))


@pytest.mark.parametrize(
    "text",
    ["{a: 1}\n", '{"a": 1} # c\n', '{"a": 1}\n---\n{"b": 2}\n', '{"a": NaN}', '{"a": 1}\nb: 2\n', "{", "[1]\n5\n"],
)
def test_text_that_is_not_a_json_stream_is_left_to_yaml(text: str) -> None:
    assert not any(document.json for document in documents(text))


def test_indices_and_path_are_those_of_the_stream() -> None:
    assert [(d.source_path, d.index) for d in documents("a\n---\nb\n")] == [("f.yaml", 0), ("f.yaml", 1)]


def test_a_hundred_thousand_documents_split_in_well_under_a_second() -> None:
    text = "---\nkind: Ingress\n" * 100_000
    before = time.process_time()
    assert len(documents(text)) == 100_000
    assert time.process_time() - before < 2


PIECES = [
    "---",
    "...",
    "%YAML 1.1",
    "# c",
    "a: 1",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "\x85",
    "\u2028",
    "{",
    "}",
    '"a"',
    "[1]",
]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_the_chunks_of_any_text_are_that_text(text: str) -> None:
    found = documents(text)
    assert "".join(chunks(text)) == text
    assert [document.index for document in found] == list(range(len(found)))
    for document in found:
        assert document.start <= document.body_start <= document.body_end <= document.end
