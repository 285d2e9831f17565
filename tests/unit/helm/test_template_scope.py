"""What dot and variables stand for, wherever a word ``HERE`` is read."""

from __future__ import annotations

import pytest
from templates_of_tests import of

from gatelift.sources.helm.template.nodes import Action, Block, Control, Define, Node, Pipeline
from gatelift.sources.helm.template.origin import Origin
from gatelift.sources.helm.template.scope import Reads
from gatelift.sources.helm.template.scoping import MAX_NOTED, Mutation, Scopes


def _actions(nodes: tuple[Node, ...]) -> list[Action]:
    found: list[Action] = []
    for node in nodes:
        if isinstance(node, Action):
            found.append(node)
        elif isinstance(node, Control):
            found += [action for clause in node.clauses for action in _actions(clause.body)]
        elif isinstance(node, Define | Block):
            found += _actions(node.body)
    return found


def _last(text: str) -> tuple[Scopes, Pipeline]:
    template = of(text)
    assert template.problem is None
    return Scopes(template), _actions(template.nodes)[-1].pipeline


NAMES = (
    ("{{ . }}", "."),
    ("{{ $ }}", "."),
    ("{{ .Values.a.b }}", ".Values.a.b"),
    ("{{ (.Values.a).b }}", ".Values.a.b"),
    ("{{ ((.Values.a)) }}", ".Values.a"),
    ("{{ $.Release.Name }}", ".Release.Name"),
    ('{{ index .Values "a" "b-c" }}', ".Values.a.b-c"),
    ('{{ (get .Values "a").b }}', ".Values.a.b"),
    ("{{ index .Values.a 0 }}", None),
    ("{{ index .Values.a $.Release.Name }}", None),
    ("{{ .Values.a | quote }}", None),
    ("{{ tpl .Values.a . }}", None),
    ('{{ "text" }}', None),
    ("{{ with .Values.a }}{{ .b }}{{ end }}", ".Values.a.b"),
    ("{{ with .Values.a }}{{ $.b }}{{ end }}", ".b"),
    ("{{ with .Values.a }}{{ else }}{{ .b }}{{ end }}", ".b"),
    ("{{ with .Values.a }}{{ else with .c }}{{ .b }}{{ end }}", ".c.b"),
    ("{{ with .Values.a }}{{ end }}{{ .b }}", ".b"),
    ("{{ with .Values.a | default dict }}{{ .b }}{{ end }}", None),
    ("{{ with $x := .Values.a }}{{ $x.b }}{{ end }}", ".Values.a.b"),
    ("{{ with $x := .Values.a }}{{ else }}{{ $x.b }}{{ end }}", ".Values.a.b"),
    ("{{ if $x := .Values.a }}{{ .b }}{{ end }}", ".b"),
    ("{{ range .Values.hosts }}{{ .host }}{{ end }}", ".Values.hosts[].host"),
    ("{{ range .Values.hosts }}{{ else }}{{ .host }}{{ end }}", ".host"),
    ("{{ range .Values.hosts }}{{ range .paths }}{{ . }}{{ end }}{{ end }}", ".Values.hosts[].paths[]"),
    ("{{ range $h := .Values.hosts }}{{ $h.name }}{{ end }}", ".Values.hosts[].name"),
    ("{{ range $k, $v := .Values.map }}{{ $v.name }}{{ end }}", ".Values.map[].name"),
    ("{{ range $k, $v := .Values.map }}{{ $k }}{{ end }}", ".Values.map[@key]"),
    ("{{ range $k, $v := .Values.map }}{{ .name }}{{ end }}", ".Values.map[].name"),
    ("{{ range $i, $v := until 3 }}{{ $v }}{{ end }}", None),
    ("{{ $x := .Values.a }}{{ $x.b }}", ".Values.a.b"),
    ("{{ $x := .Values.a }}{{ $x := $x.b }}{{ $x.c }}", ".Values.a.b.c"),
    ("{{ $x := .Values.a }}{{ with .b }}{{ $x.c }}{{ end }}", ".Values.a.c"),
    ("{{ $x := .a }}{{ if .c }}{{ $x := .b }}{{ end }}{{ $x }}", ".a"),
    ("{{ $x := .a }}{{ if .c }}{{ $x = .b }}{{ end }}{{ $x }}", None),
    ("{{ $x := .a }}{{ if .c }}{{ $x = .b }}{{ else }}{{ $x = .b }}{{ end }}{{ $x }}", ".b"),
    ("{{ $x := .a }}{{ if .c }}{{ $x = .b }}{{ else }}{{ $x }}{{ end }}", ".a"),
    ("{{ $x := .a }}{{ range .c }}{{ $x }}{{ $x = .b }}{{ $x }}{{ end }}", ".c[].b"),
    ("{{ $x := .a }}{{ range .c }}{{ if . }}{{ $x = .b }}{{ end }}{{ end }}{{ $x }}", None),
    ("{{ $x := .a }}{{ $x = .b }}{{ $x }}", ".b"),
    ('{{ define "a" }}{{ .b }}{{ end }}', "(argument).b"),
    ('{{ define "a" }}{{ $.b }}{{ end }}', "(argument).b"),
    ('{{ with .c }}{{ block "a" .d }}{{ .b }}{{ end }}{{ end }}', "(argument).b"),
    ('{{ define "a" }}{{ with .b }}{{ end }}{{ end }}{{ .c }}', ".c"),
)


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_an_expression_names_a_place_or_none(text: str, name: str | None) -> None:
    scopes, pipeline = _last(text)
    found = scopes.name(pipeline)
    assert (None if found is None else str(found)) == name


def test_a_variable_that_a_loop_sets_is_unknown_from_its_second_turn_on() -> None:
    template = of("{{ $x := .a }}{{ range .c }}{{ $x }}{{ $x = .b }}{{ end }}")
    read = _actions(template.nodes)[1].pipeline
    assert Scopes(template).name(read) is None


def _reads(*names: str) -> tuple[Origin, ...]:
    return tuple(Origin(tuple(name.split("."))) for name in names)


READS = (
    ("{{ .Values.a | default .Values.b | quote }}", Reads(_reads("Values.a", "Values.b"), complete=True)),
    ("{{ tpl (toYaml .Values.a) $ }}", Reads((*_reads("Values.a"), Origin()), complete=True)),
    ("{{ $x := .Values.a | quote }}{{ $x }}", Reads(_reads("Values.a"), complete=True)),
    ("{{ $x := .Values.a | default dict }}{{ $x.b.c }}", Reads(_reads("Values.a"), complete=True)),
    ("{{ with .Values.a | default dict }}{{ .b }}{{ end }}", Reads(_reads("Values.a"), complete=True)),
    ("{{ range splitList .Values.a }}{{ . }}{{ end }}", Reads(_reads("Values.a"), complete=True)),
    ("{{ (first .Values.a).b }}", Reads(_reads("Values.a"), complete=True)),
    ('{{ index (first .Values.a) "b" }}', Reads(_reads("Values.a"), complete=True)),
    ("{{ .a | quote }}{{ .a | default .a }}", Reads(_reads("a"), complete=True)),
    ("{{ $x := .a }}{{ if .c }}{{ $x = .b }}{{ end }}{{ $x }}", Reads((), complete=False)),
    ('{{ print "a" 1 true nil }}', Reads((), complete=True)),
)


@pytest.mark.parametrize(("text", "reads"), READS)
def test_what_an_expression_reads(text: str, reads: Reads) -> None:
    scopes, pipeline = _last(text)
    assert scopes.reads(pipeline) == reads


def test_the_definition_of_a_variable_is_kept() -> None:
    text = '{{ $name := include "shop.name" . }}{{ with .a }}{{ $name }}{{ end }}'
    scopes, pipeline = _last(text)
    definition = scopes.at(pipeline.start).variables["$name"].definition
    assert definition is not None
    assert text[definition.commands[0].start : definition.end] == 'include "shop.name" .'


def test_variables_end_with_their_structure() -> None:
    text = "{{ if .a }}{{ $x := 1 }} {{ end }}{{ .b }}"
    scopes, pipeline = _last(text)
    assert list(scopes.at(pipeline.start).variables) == ["$"]
    assert list(scopes.at(text.index("{{ end") - 1).variables) == ["$", "$x"]


def test_an_action_does_not_see_the_variable_that_it_sets() -> None:
    text = "{{ $x := .a }}"
    assert list(Scopes(of(text)).at(text.index(".a")).variables) == ["$"]
    assert list(Scopes(of(text)).at(len(text)).variables) == ["$", "$x"]


def test_what_changes_a_map_is_listed() -> None:
    text = (
        '{{ $_ := set .Values.a "k" .b }}{{ if (unset . "x").y }}{{ end }}{{ $_ := merge $.Values.c .d | set (dict) }}'
    )
    found = Scopes(of(text)).mutations
    assert [(m.function, m.target and str(m.target), m.key) for m in found] == [
        ("set", ".Values.a", "k"),
        ("unset", ".", "x"),
        ("merge", ".Values.c", None),
        ("set", None, None),
    ]
    assert isinstance(found[0], Mutation)
    assert text[found[0].start : found[0].end] == 'set .Values.a "k" .b'


def test_an_origin_tells_whether_it_is_in_the_values() -> None:
    assert Origin(("Values", "a")).is_values
    assert not Origin(("Release", "Name")).is_values
    assert not Origin(("Values",), argument=True).is_values


def test_a_template_with_very_many_variables_is_unknown_in_the_end_not_slow() -> None:
    count = int((2 * MAX_NOTED) ** 0.5) + 100
    text = "".join(f"{{{{ $v{i} := .a }}}}" for i in range(count)) + "{{ $v0 }}{{ . }}"
    scopes, pipeline = _last(text)
    assert scopes.name(pipeline) is None
    assert scopes.reads(pipeline) == Reads((), complete=False)
    assert scopes.at(text.index("{{ $v5 ")).variables["$v4"].origin == Origin(("a",))
