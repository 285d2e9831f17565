"""What is not understood is said, with its place, and nothing is offered."""

from __future__ import annotations

import pytest
from plain_parts import TEMPLATE, ingress, reason, rule, text
from readable_shapes import shape

from gatelift.config.model import Phase

OLD = "              serviceName: web\n              servicePort: 80\n"
RESOURCE = "              resource:\n                name: web\n"


@pytest.mark.parametrize(
    ("template", "told", "line"),
    [
        (ingress(spec="  defaultBackend:\n    service: {name: web}\n"), "defaultBackend", 6),
        (ingress(spec="  {{- toYaml .Values.more | nindent 2 }}\n"), "An action writes a part of spec", 6),
        (ingress(metadata="  name: web\n  finalizers: [x]\n"), "finalizers", 5),
        (ingress(rule(backend=OLD)), "networking.k8s.io/v1", 11),
        (ingress(rule(backend=RESOURCE)), "resource", 12),
        (ingress("    - http:\n" + rule().split("      http:\n")[1]), "no host", 7),
        (ingress(rule(host="{{ if .Values.a }}{{ .Values.a }}{{ end }}")), "branch", 7),
        (ingress(rule(path="{{ if .Values.a }}/a{{ else }}/b{{ end }}")), "branch", 10),
        (ingress(after='{{- define "x" }}\n'), "no 'end'", 16),
        ('{{- include "common.ingress" . }}\n', "helper may write it", 1),
        (shape("crossing-branches"), "defaultBackend", 25),
        (shape("block"), "block", 1),
        (shape("helpers-on-own-lines"), "An action writes a part", 1),
    ],
)
def test_the_reason_and_the_place_are_told(template: str, told: str, line: int) -> None:
    why, place = reason(template)
    assert told in why
    assert place is not None
    assert (place.path, place.line) == (TEMPLATE, line)


@pytest.mark.parametrize(
    ("between", "line"),
    [
        ('    {{- if .Values.a }}\n    {{- $x = "1" }}\n    a: b\n    {{- end }}\n', 8),
        ('    a: {{ $x }}\n    {{- $x := "1" }}\n', 8),
        ("    {{- range .Values.a }}\n    {{ . }}: b\n    {{- $x = . }}\n    {{- end }}\n", 9),
    ],
)
def test_a_variable_that_changes_between_what_is_written_is_not_followed(between: str, line: int) -> None:
    metadata = f"  name: web\n  labels:\n{between}"
    why, place = reason(ingress(rule(host="{{ $x }}"), metadata=metadata, before='{{- $x := "0" }}\n'))
    assert "$x gets another value" in why
    assert place is not None
    assert place.line == line


def test_a_variable_that_branches_alone_decide_about_is_carried_over() -> None:
    before = '{{- $x := "0" }}\n{{- if .Values.a }}\n  {{- $x = "1" -}}\n{{- end -}}\n'
    assert '{{- if .Values.a }}\n  {{- $x = "1" -}}\n{{- end }}\n' in text(
        ingress(rule(host="{{ $x }}"), before=before)
    )


def test_a_loop_that_is_left_early_is_not_followed() -> None:
    loop = "    {{- range .Values.hosts }}\n    {{- if .off }}{{ continue }}{{ end }}\n" + rule(host="{{ .name }}")
    why, place = reason(ingress(loop + "    {{- end }}\n"))
    assert "left early" in why
    assert place is not None
    assert place.line == 8


def test_an_ingress_and_another_object_in_one_branch_do_not_part() -> None:
    other = "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n{{- end }}\n"
    why, place = reason(ingress(before="{{- if .Values.on }}\n", after=other), Phase.RETIRE)
    assert "one branch" in why
    assert place is not None
    assert place.line == 1
