"""Finer points of the skeleton: values, spans, documents, and what is not laid."""

from __future__ import annotations

import pytest
from templates_of_tests import of

from gatelift.sources.helm.template.build import lay, lay_define
from gatelift.sources.helm.template.find import (
    ITEMS,
    entries,
    exclusive,
    find,
    guards,
    loops,
    splices,
    text,
)
from gatelift.sources.helm.template.skeleton import (
    Document,
    Empty,
    Mapping,
    Scalar,
    Sequence,
    Skeleton,
    Spliced,
    Style,
)


def _laid(source: str) -> Skeleton:
    skeleton = lay(of(source))
    assert skeleton.problems == ()
    return skeleton


def _only(source: str) -> Document:
    (document,) = _laid(source).documents
    return document


def _value(source: str) -> Scalar:
    (found,) = find(_only(source).root, "a")
    assert isinstance(found.value, Scalar)
    return found.value


VALUES = (
    ("a: b", Style.PLAIN, "b"),
    ("a: b # c", Style.PLAIN, "b"),
    ("a: b#c", Style.PLAIN, "b#c"),
    ("a: 'it''s' # c", Style.SINGLE, "it's"),
    ('a: "x \\"y\\" \\u00e9"', Style.DOUBLE, 'x "y" é'),
    ("a: http://x:80/y", Style.PLAIN, "http://x:80/y"),
    ("a: b\n  c", Style.PLAIN, None),
    ("a:\n  b", Style.PLAIN, "b"),
    ("a: &x b", Style.PLAIN, "b"),
    ("a: !!str 1", Style.PLAIN, "1"),
    ("a: [b,\n  c]", Style.FLOW, None),
    ("a: {}", Style.FLOW, "{}"),
    ("a: |\n  x: y\n  - z\n", Style.BLOCK, None),
    ("a: x{{ .b }}", Style.PLAIN, None),
    ("a: '{{ .b }}'", Style.SINGLE, None),
    ("a: |\n  x\n  {{- if .b }}\n  y\n  {{- end }}\n", Style.BLOCK, None),
    ("a: [\n  {{- if .b }}\n  x\n  {{- end }}\n  ]", Style.FLOW, None),
)


@pytest.mark.parametrize(("source", "style", "said"), VALUES)
def test_a_value_has_its_style_and_says_what_the_template_alone_tells(
    source: str, style: Style, said: str | None
) -> None:
    value = _value(source)
    assert (value.style, value.text) == (style, said)


@pytest.mark.parametrize(
    ("source", "alone"),
    [
        ("a: {{ .b }}", True),
        ('a: "{{ .b }}"', True),
        ("a: {{ .b }}-c", False),
        ("a: {{ .b }}{{ .c }}", False),
        ("a: {{ if .b }}c{{ end }}", False),
        ("a: ' {{ .b }}'", False),
    ],
)
def test_an_expression_is_told_where_it_is_the_whole_value(source: str, alone: bool) -> None:
    assert (_value(source).expression is not None) == alone


def test_spans_are_those_of_the_text() -> None:
    source = "# c\na: {{ .x }}\nb:\n  - c: {{ .y }}  # d\n  -   d: 'e'\n"
    document = _only(source)
    assert isinstance(document.root, Mapping)
    first, second = entries(document.root)
    assert source[first.start : first.end] == "a: {{ .x }}"
    assert source[second.start : second.end] == "b:\n  - c: {{ .y }}  # d\n  -   d: 'e'"
    items = find(second.value, ITEMS)
    assert [source[item.member.start : item.member.end] for item in items] == ["- c: {{ .y }}", "-   d: 'e'"]
    (found,) = find(document.root, "b", ITEMS, "d")
    assert source[found.value.start : found.value.end] == "'e'"


def test_documents_and_their_markers() -> None:
    source = "{{- if .a }}\na: 1\n---\n{{- if .b }}\nb: 2\n{{- end }}\n{{- end }}\n--- # c\nc: 3\n...\nd: 4\n---\n# e\n"
    documents = _laid(source).documents
    assert [[entry.key.text for entry in entries(document.root)] for document in documents] == [
        ["a"],
        ["b"],
        ["c"],
        ["d"],
    ]
    assert [document.marker for document in documents] == [-1, source.index("---"), source.index("--- #"), -1]
    assert [len(document.path) for document in documents] == [1, 2, 0, 0]


def test_helm_ends_a_document_at_dashes_to_which_trimming_glued_the_next_line() -> None:
    documents = _laid("a: 1\n---\n{{- if .b -}}\nb: 2\n{{- end }}\n").documents
    assert [text(find(document.root, key)[0].value) for document, key in zip(documents, "ab", strict=True)] == [
        "1",
        "2",
    ]


def test_alternatives_exclude_each_other_and_neighbours_do_not() -> None:
    root = _only(
        "{{ if .x }}\na: 1\n{{ else if .y }}\na: 2\n{{ else }}\na: 3\n{{ end }}\n{{ if .z }}\na: 4\n{{ end }}\na: 5\n"
    ).root
    one, two, three, four, five = (found.path for found in find(root, "a"))
    assert exclusive(one, two)
    assert exclusive(two, three)
    assert not exclusive(one, four)
    assert not exclusive(one, five)
    assert not exclusive(one, one)


def test_a_path_is_guards_and_loops() -> None:
    root = _only(
        "{{ with .x }}\n{{ range .y }}\n{{ if .z }}\n- a\n{{ end }}\n{{ else }}\n- b\n{{ end }}\n{{ end }}\n"
    ).root
    first, second = find(root, ITEMS)
    assert [type(branch.control).__name__ for branch in guards(first.path)] == ["With", "If"]
    assert [type(branch.control).__name__ for branch in loops(first.path)] == ["Range"]
    assert [type(branch.control).__name__ for branch in guards(second.path)] == ["With", "Range"]
    assert loops(second.path) == ()


def test_what_actions_write_is_spliced_where_it_stands() -> None:
    root = _only(
        "a:\n  {{- toYaml .x | nindent 2 }}\nb:\n{{ toYaml .y | indent 4 }}\n    c: d\n"
        "e:\n  - f\n  {{- toYaml .z | nindent 2 }}\n{{- include `g` . | nindent 0 }}\n"
    ).root
    kinds = {key: type(found.value) for key in "abe" for found in find(root, key)}
    assert kinds == {"a": Spliced, "b": Mapping, "e": Sequence}
    assert [splice.indent for splice in splices(root, "a")] == [2]
    assert [splice.indent for splice in splices(root, "b")] == [4]
    assert [splice.indent for splice in splices(root, "e", ITEMS)] == [2]
    assert [splice.indent for splice in splices(root)] == [0]


def test_a_block_at_the_column_of_its_key_is_a_list() -> None:
    (found,) = find(_only("x:\n  a:\n  {{- toYaml .b | nindent 2 }}\n  c: d\n").root, "x", "a")
    assert isinstance(found.value, Sequence)


def test_text_that_tells_no_indentation_is_assumed_to_belong_to_the_key_that_waits() -> None:
    (splice,) = splices(_only("a:\n  b:\n{{ .c }}\n").root, "a", "b")
    assert splice.assumed


def test_a_key_without_value_is_empty() -> None:
    found = find(_only("a:\nb: c\n").root, "a")
    assert [type(each.value) for each in found] == [Empty]


def test_a_definition_is_laid_by_itself() -> None:
    template = of('{{ define "x" -}}\na: {{ .b }}\n{{- end }}\n{{ define "y" }}{{ end }}')
    assert lay(template).documents == ()
    skeletons = [lay_define(template, define) for define in template.defines]
    assert [len(skeleton.documents) for skeleton in skeletons] == [1, 0]


def test_a_template_that_go_refuses_is_its_problem_only() -> None:
    skeleton = lay(of("a: {{ .b\n"))
    assert skeleton.documents == ()
    assert [problem.message for problem in skeleton.problems] == ["This action is never closed by '}}'."]


PROBLEMS = (
    ("a: 1\n  b: 2\nc: 3\n", "indentation of nothing", ["a", "c"]),
    ("{{ if .x }}\na:\n{{ else }}\nb:\n{{ end }}\n  d: 1\nc: 3\n", "another branch", ["a", "b", "c"]),
    ("a: x{{ if .y }}\nb: 1\n{{ end -}}\nz: 2\nc: 3\n", "no line break is left", ["a", "b", "c"]),
    ("a: 1\nb:\n  {{- toYaml .x | nindent 2 }} d: 1\nc: 3\n", "last line of a block", ["a", "b", "c"]),
    ("a: 1\nb:\n  {{- toYaml .x | nindent $.y }}\nc: 3\n", "computes the indentation", ["a", "b", "c"]),
    ("a: b: d\nc: 3\n", "second ': '", ["a", "c"]),
    ("a: - b\nc: 3\n", "a '- '", ["a", "c"]),
    ('a: "b" d\nc: 3\n', "follows what closes it", ["a", "c"]),
    ("a: {{ if .x }}b: d{{ end }}\nc: 3\n", "writes a key or an item", ["a", "c"]),
    ("a:\n{{- range .x -}}\n  - b\n    d\n{{- end }}\nc: 3\n", "no line break is left", ["a", "c"]),
    ("{{ range .x -}}\na: 1\nb: 2\n{{- end }}\nc: 3\n", "on which the one before ended", ["a", "b", "c"]),
    ("a:\n{{ if .x }}\n  b\n{{ else }}\n  d\n{{ end }}\nc: 3\n", "branch of its key", ["a", "c"]),
    ("{{ range .x }}- {{ . }}{{ end }}a: 1\nc: 3\n", "writes a key or an item", [None, "c"]),
    ("a: 1\nc: [x\n", "not closed", ["a", "c"]),
    ("a:\n" + "".join(" " * i + "b:\n" for i in range(1, 900)) + "c: 3\n", "60 levels", ["a", "c"]),
    ("a:\n  " + "- " * 900 + "\nc: 3\n", "60 levels", ["a", "c"]),
)


@pytest.mark.parametrize(("source", "words", "keys"), PROBLEMS)
def test_what_cannot_be_laid_is_said_and_the_rest_is_kept(source: str, words: str, keys: list[str | None]) -> None:
    skeleton = lay(of(source))
    assert any(words in problem.message for problem in skeleton.problems)
    assert all(problem.fix and problem.start < problem.end for problem in skeleton.problems)
    assert [entry.key.text for document in skeleton.documents for entry in entries(document.root)] == keys


def test_braces_in_a_literal_text_are_no_problem() -> None:
    source = "a: |\n  x{{ if .y }}\n  b{{ end -}}\n  z\n  # {{ .c }}\nd: e\n"
    assert [entry.key.text for entry in entries(_only(source).root)] == ["a", "d"]


def test_a_long_literal_text_takes_no_time_by_its_square() -> None:
    document = _only("a: |\n" + "  text {{ .x }} more\n" * 5000 + "b: c\n")
    assert [entry.key.text for entry in entries(document.root)] == ["a", "b"]
