"""What changes behind an Ingress, or changes what other templates see, is not written once more."""

from __future__ import annotations

import pytest
from plain_parts import TEMPLATE, ingress, reason, rule, text

from gatelift.config.model import Phase
from gatelift.sources.helm.repeated import changing
from gatelift.sources.helm.template.parse import Template, parse
from gatelift.text.source import Source

ANNOTATED = "  name: web\n  annotations:\n    {{- toYaml $ann | nindent 4 }}\n"
BEFORE = "{{- $ann := .Values.annotations }}\n"
KEY = "nginx.ingress.kubernetes.io/whitelist-source-range"
CLASS = "kubernetes.io/ingress.class"


@pytest.mark.parametrize(
    "after",
    [
        f'{{{{- $ann = omit $ann "{KEY}" }}}}\n',
        f'{{{{- $ann := omit $ann "{KEY}" }}}}\n',
        f'{{{{- if .Values.a }}}}\n{{{{- $ann = omit $ann "{KEY}" }}}}\n{{{{- end }}}}\n',
        f'{{{{- $_ := set .Values "annotations" (omit .Values.annotations "{KEY}") }}}}\n',
    ],
)
def test_a_value_that_changes_behind_its_use_is_not_written_before_it(after: str) -> None:
    why, place = reason(ingress(metadata=ANNOTATED, before=BEFORE, after=after))
    assert "gets another value here" in why
    assert place is not None
    assert place.path == TEMPLATE


def test_a_name_that_two_ingresses_give_to_different_values_is_not_followed() -> None:
    second = "{{- $ann = .Values.admin }}\n" + ingress(metadata=ANNOTATED.replace("web", "admin"))
    why, _ = reason(ingress(metadata=ANNOTATED, before=BEFORE, after="---\n" + second))
    assert "$ann gets another value" in why


def test_a_name_of_a_loop_is_set_anew_in_another_one() -> None:
    looped = (
        "    {{- range .Values.more }}\n    {{- $name := .name }}\n" + rule(host="{{ $name }}") + "    {{- end }}\n"
    )
    assert text(ingress(looped + looped.replace("more", "others"))).count("$name := .name") == 4


def test_a_name_that_is_settled_where_it_begins_is_written() -> None:
    looped = (
        '    {{- range .Values.more }}\n    {{- $name := "" }}\n    {{- if .a }}{{ $name = .a }}{{ end }}\n'
        + rule(host="{{ $name }}")
        + "    {{- end }}\n"
    )
    assert "{{- $name = .a }}" in text(ingress(looped)) or "{{ $name = .a }}" in text(ingress(looped))


def _read(shown: str) -> Template:
    return parse(Source(TEMPLATE, shown))


@pytest.mark.parametrize(
    "shown",
    [
        '{{- $i := .Values.ingress }}{{- $_ := unset $i "whitelist" }}',
        '{{- with .Values.ingress }}{{- $_ := set . "annotations" (dict) }}{{- end }}',
        "{{- $_ := mergeOverwrite .Values.ingress.annotations .Values.more }}",
        '{{- $d := .Values.a | default dict }}{{- $_ := set $d "b" "c" }}',
        '{{- $d := dict "in" .Values.a }}{{- $_ := unset $d.in "b" }}',
        '{{- $_ := set . "Values" "x" }}',
        '{{- if .seen }}a: b{{ end }}{{- $_ := set . "seen" "yes" }}',
        'kind: Ingress\n{{- $_ := set . "seen" "yes" }}',
        '{{- $_ := set . "seen" .Values.a }}',
        '{{- range .Values.list }}{{- $_ := unset . "a" }}{{- end }}',
        '{{- define "x" }}{{- $_ := unset . "a" }}{{- end }}',
        '{{- if (unset .Values.ingress "whitelist") }}a: b{{ end }}',
    ],
)
def test_what_changes_values_that_others_see_is_found(shown: str) -> None:
    assert changing(_read(shown)) is not None


@pytest.mark.parametrize(
    "shown",
    [
        f'{{{{- $_ := set .Values.ingress.annotations "{CLASS}" .Values.ingress.className }}}}',
        "{{- $_ := merge .Values.ingress.annotations .Values.commonAnnotations }}",
        '{{- $d := dict }}{{- $_ := set $d "a" "b" }}{{- $_ := unset $d "a" }}',
        '{{- $d := deepCopy .Values.a }}{{- $_ := set $d "a" "b" }}',
        "{{- $d := mergeOverwrite (dict) .Values.a .Values.b }}{{ $d = merge $d .Values.c }}",
        '{{- if .Values.a }}{{- $_ := set . "path" "/" }}{{- else }}{{- $_ := set . "path" "/*" }}{{- end }}',
    ],
)
def test_what_does_nothing_the_second_time_is_none_of_it(shown: str) -> None:
    assert changing(_read(shown)) is None


def test_it_counts_when_the_ingress_goes_too() -> None:
    why, _ = reason('{{- $_ := unset .Values.ingress "a" }}\n' + ingress(), Phase.RETIRE)
    assert "changed here" in why
