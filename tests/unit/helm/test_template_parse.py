"""The tree of actions: what Go accepts, with the span of everything."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from templates_of_tests import PIECES, of, put_together, real, spoiled

from gatelift.sources.helm.template.lexer import Kind, lex
from gatelift.sources.helm.template.nodes import (
    Action,
    Block,
    Bool,
    Break,
    Chain,
    Comment,
    Define,
    Dot,
    Field,
    Function,
    If,
    Nil,
    Node,
    Number,
    Pipeline,
    Range,
    String,
    TemplateCall,
    Variable,
    With,
)


def only(text: str) -> Node:
    template = of(text)
    assert template.problem is None
    (node,) = template.nodes
    return node


def pipeline(text: str) -> Pipeline:
    node = only(text)
    assert isinstance(node, Action)
    return node.pipeline


def test_a_pipeline_is_commands_of_operands_with_their_spans() -> None:
    text = "{{- tpl (toYaml .Values.tls | indent 4) $.a -}}"
    node = only(text)
    assert isinstance(node, Action)
    assert (node.trim_left, node.trim_right) == (True, True)
    (command,) = node.pipeline.commands
    function, inner, root = command.args
    assert isinstance(function, Function)
    assert isinstance(inner, Pipeline)
    assert root == Variable(40, 43, "$", ("a",))
    assert text[inner.start : inner.end] == "(toYaml .Values.tls | indent 4)"
    assert [text[c.start : c.end] for c in inner.commands] == ["toYaml .Values.tls", "indent 4"]
    assert inner.commands[0].args[1] == Field(16, 27, ("Values", "tls"))
    assert inner.commands[1].args[1] == Number(37, 38, "4")


def test_every_kind_of_operand() -> None:
    args = pipeline("{{ f . nil true \"a\\n\\x41\" `b` 'c' 1.5 1+2i .a $ (.b).c f.d }}").commands[0].args
    assert [type(arg) for arg in args] == [
        *(Function, Dot, Nil, Bool, String, String, Number, Number, Number, Field, Variable, Chain, Chain)
    ]
    assert [arg.value for arg in args if isinstance(arg, String)] == ["a\nA", "b"]


def test_variables_are_declared_and_assigned() -> None:
    template = of("{{ $x := 1 }}{{ $x = 2 }}{{ $x }}")
    pipelines = [node.pipeline for node in template.nodes if isinstance(node, Action)]
    assert [([v.name for v in p.variables], p.declares) for p in pipelines] == [
        (["$x"], True),
        (["$x"], False),
        ([], False),
    ]


def test_clauses_of_an_if() -> None:
    node = only("{{ if .a }}A{{ else if .b }}B{{ else }}C{{ end }}")
    assert isinstance(node, If)
    assert [clause.tag.words for clause in node.clauses] == ["if", "else if", "else"]
    assert [clause.is_else for clause in node.clauses] == [False, False, True]
    assert node.has_else


def test_with_has_else_with_and_range_two_variables() -> None:
    node = only("{{ with .a }}{{ else with .b }}{{ range $i, $v := . }}{{ break }}{{ else }}-{{ end }}{{ end }}")
    assert isinstance(node, With)
    (inner,) = node.clauses[1].body
    assert isinstance(inner, Range)
    assert inner.clauses[0].pipeline is not None
    assert [variable.name for variable in inner.clauses[0].pipeline.variables] == ["$i", "$v"]
    assert isinstance(inner.clauses[0].body[0], Break)


def test_definitions_blocks_calls_and_comments() -> None:
    nodes = of('{{ define "a" }}x{{ end }}{{ block "b" . }}y{{ end }}{{ template "a" }}{{- /* c */ -}}').nodes
    assert [type(node) for node in nodes] == [Define, Block, TemplateCall, Comment]
    assert nodes[3] == Comment(nodes[3].start, nodes[3].end, True, True)


# What Go takes although one would not think so, and what it refuses although one would not think so: each was tried.
TAKEN = (
    "{{ .a | }}",
    "{{ (.a | ) }}",
    "{{ ($x := 1) }}",
    "{{ $x = 1 }}",
    "{{ if .a }}{{ $x := 1 }}{{ else }}{{ $x }}{{ end }}",
    "{{ $x := $x }}",
    "{{ range $i, $j := . }}{{ end }}",
    "{{ -0 }}{{ +1 }}{{ 0b1_0 }}{{ 1e3 }}{{ 0x1p-2 }}{{ 18446744073709551615 }}",
    '{{ define "a" }}x{{ end }}{{ define "a" }} {{/* nothing */}}{{ end }}',
    "{{\n  .a\n}}",
    "{{- /* a }} b */ -}}",
    "a }} b",
    "{{ `a\nb` }}",
    "{{ unknownFunction 1 }}",
    "{{ nil }}",
)
REFUSED = (
    ("{{ .a", "never closed by '}}'"),
    ("{{ /* c */ }}", "cannot stand here"),
    ("{{/* c }}", "never closed by '*/'"),
    ("{{/* c */ .a }}", "fills its braces alone"),
    ('{{ "a\nb" }}', "not closed on its line"),
    ('{{ "\\q" }}', "escape"),
    ("{{ 'ab' }}", "a number"),
    ("{{ 089 }}", "a number"),
    ("{{ 18446744073709551616 }}", "a number"),
    ("{{ 1e999 }}", "a number"),
    ("{{ 1+2 }}", "'add'"),
    ("{{ .a+1 }}", "without a space"),
    ("{{ (.a }}", "parenthesis of this action"),
    ("{{ .a) }}", "closes nothing"),
    ("{{ | .a }}", "cannot stand here"),
    ("{{ .a | 1 }}", "only a function"),
    ("{{ }}", "needs a value"),
    ("{{ $x }}", "not defined"),
    ("{{ if .a }}{{ $x := 1 }}{{ end }}{{ $x }}", "not defined"),
    ('{{ $x := 1 }}{{ define "a" }}{{ $x }}{{ end }}', "not defined"),
    ("{{ if .a }}", "has no 'end'"),
    ("{{ end }}", "closes nothing"),
    ("{{ else }}", "belongs to nothing"),
    ("{{ if .a }}{{ else }}{{ else }}{{ end }}", "belongs to nothing"),
    ("{{ if .a }}{{ else with .b }}{{ end }}", "cannot follow"),
    ("{{ break }}", "only stand in a range"),
    ("{{ range . }}{{ else }}{{ continue }}{{ end }}", "only stand in a range"),
    ('{{ range . }}{{ block "a" . }}{{ break }}{{ end }}{{ end }}', "only stand in a range"),
    ('{{ if . }}{{ define "a" }}{{ end }}{{ end }}', "top of a file"),
    ('{{ define "a" }}x{{ end }}{{ define "a" }}y{{ end }}', "defined twice"),
    ("{{ define a }}{{ end }}", "name in quotes"),
    ("{{ $a, $b := . }}", "Only a range"),
    ("{{ 1.a }}", "letter follows"),
    ("{{ .a ² }}", "U+00B2"),
    ("{{ " + "(" * 70 + "1" + ")" * 70 + " }}", "60 deep"),
    ("{{ if . }}" * 120 + "{{ end }}" * 120, "100 deep"),
)


@pytest.mark.parametrize("text", TAKEN)
def test_what_go_takes_is_taken_byte_for_byte(text: str) -> None:
    template = of(text)
    assert template.problem is None
    assert put_together(template) == text


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_what_go_refuses_is_a_problem_that_says_why(text: str, words: str) -> None:
    template = of(text)
    assert template.problem is not None
    assert words in template.problem.message
    assert template.problem.fix
    assert template.nodes == ()


def test_a_problem_has_a_place_and_a_line() -> None:
    template = of("a: 1\nb: {{ .x + }}\n")
    assert template.problem is not None
    finding = template.problem.finding(template.source)
    assert str(finding.place) == "templates/ingress.yaml:2:10"


def test_tokens_that_could_not_be_read_keep_the_rest() -> None:
    lexed = lex("a{{ .b }}{{ \x07 }}")
    assert [token.kind for token in lexed.tokens][-1] is Kind.BROKEN
    assert [token.start for token in lexed.tokens[1:]] == [token.end for token in lexed.tokens[:-1]]


@pytest.mark.corpus
def test_every_template_of_the_real_charts_is_read_byte_for_byte() -> None:
    names = []
    for name, text in real():
        template = of(text)
        assert template.problem is None, name
        assert put_together(template) == text, name
        names.append(name)
    assert len(names) > 50


@pytest.mark.corpus
def test_spoiled_real_templates_are_read_or_are_a_problem() -> None:
    random = Random(6)  # noqa: S311 - the same templates each time
    templates = [text for _, text in real()]
    taken = refused = 0
    for _ in range(600):
        text = spoiled(random.choice(templates), random)
        template = of(text)
        if template.problem is None:
            assert put_together(template) == text
            taken += 1
        else:
            assert 0 <= template.problem.start <= template.problem.end <= len(text)
            refused += 1
    assert taken > 100
    assert refused > 100


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=20))
def test_any_text_is_read_whole_or_is_a_problem(pieces: list[str]) -> None:
    text = "".join(pieces)
    template = of(text)
    tokens = lex(text).tokens
    assert "".join(text[token.start : token.end] for token in tokens) == text
    if template.problem is None:
        assert put_together(template) == text
