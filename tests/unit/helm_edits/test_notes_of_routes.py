"""NOTES.txt as Helm prints it, with the switch on and off."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from chart_trees import Files, found_in, sdk, shop, tree

from gatelift.config import Config
from gatelift.config.model import Phase
from gatelift.render.charts import renderer
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.discover import discover
from gatelift.sources.helm.edits import Edited, notes
from gatelift.sources.helm.offer import Part, Seen, Switch
from gatelift.sources.helm.rendering import rendered

TODAY = """\
1. Get the application URL by running these commands:
{{- if .Values.ingress.enabled }}
{{- range $host := .Values.ingress.hosts }}
  {{- range .paths }}
  http{{ if $.Values.ingress.tls }}s{{ end }}://{{ $host.host }}{{ .path }}
  {{- end }}
{{- end }}
{{- else if contains "NodePort" .Values.service.type }}
  export NODE_PORT=$(kubectl get --namespace {{ .Release.Namespace }} svc x)
  echo http://$NODE_IP:$NODE_PORT
{{- end }}
"""
LIKE_BITNAMI = """\
** Please be patient **
{{- if .Values.service.extra }}
extra
{{- else if .Values.ingress.enabled }}
{{- $scheme := "http" }}
{{- if .Values.ingress.tls }}
{{- $scheme = "https" }}
{{- end }}

1. Get the Shop URL and associate its hostname to your cluster external IP:

   export CLUSTER_IP=$(minikube ip)
   echo "Shop URL: {{ $scheme }}://{{ .Values.ingress.hostname }}/"
{{- range .Values.none }}
   nothing of {{ . }}
{{- end }}
   echo "$CLUSTER_IP  {{ .Values.ingress.hostname }}" | sudo tee -a /etc/hosts
{{- else }}
none
{{- end }}
"""
VALUES = """\
service: {type: ClusterIP}
ingress:
  enabled: false
  hostname: shop.example.com
  hosts:
    - host: a.example.com
      paths: [{path: /a}, {path: /b}]
  tls: [x]
gateway: {enabled: false, name: shared, namespace: infra}
"""
SWITCH = Switch(("gateway",), ("ingress",))
ON = {"ingress": {"enabled": True}, "gateway": {"enabled": True}}
OFF = {"ingress": {"enabled": True}}


def files_of(text: str) -> dict[str, str]:
    return shop(**{"templates__NOTES.txt": text, "values_yaml": VALUES})


def part_of(files: Files, phase: Phase = Phase.COEXIST, switch: Switch = SWITCH, seen: tuple[Seen, ...] = ()) -> Part:
    charts = discover(tree(files))
    return Part(
        tree=tree(files),
        charts=charts,
        chart=charts.by_folder["charts/shop"],
        template="charts/shop/templates/ingress.yaml",
        switch=switch,
        seen=seen,
        phase=phase,
    )


def edited(text: str, **more: Any) -> Edited:
    files = files_of(text)
    part = part_of(files, **more)
    return notes(tree(files), part.chart, [part, part])


def after(text: str, **more: Any) -> str:
    made = edited(text, **more)
    return made.files["charts/shop/templates/NOTES.txt"].decode() if made.files else text


def printed(text: str, values: dict[str, Any]) -> str:
    files = files_of(text)
    made, charts, cases = found_in(files)
    case = msgspec.structs.replace(cases.items[0], values=values)
    with renderer(sdk(), timeout=60) as asked:
        [found] = rendered(asked, made, charts, [case], Config()).values()
    assert found.findings == ()
    return found.notes


@pytest.mark.parametrize("text", [TODAY, LIKE_BITNAMI, TODAY.replace("\n", "\r\n")])
def test_it_prints_as_before_unless_the_switch_is_on(text: str) -> None:
    made = after(text)
    assert made != text
    for values in ({}, OFF, {"gateway": {"enabled": True}}):
        assert printed(made, values) == printed(text, values)
    assert "(Routes on the Gateway infra/shared)" in printed(made, ON)
    assert after(made) == made


def test_the_branch_of_the_ingress_is_repeated_before_itself() -> None:
    body = TODAY.split("{{- if .Values.ingress.enabled }}")[1].split("{{- else")[0]
    assert after(TODAY) == TODAY.replace(
        "{{- if .Values.ingress.enabled }}",
        "{{- if and .Values.ingress.enabled .Values.gateway.enabled }}"
        + body
        + "  (Routes on the Gateway {{ .Values.gateway.namespace }}/{{ .Values.gateway.name }})\n"
        "{{- else if .Values.ingress.enabled }}",
    )
    assert printed(after(TODAY), ON).splitlines()[1:] == [
        "  https://a.example.com/a",
        "  https://a.example.com/b",
        "  (Routes on the Gateway infra/shared)",
    ]


def test_only_lines_with_urls_are_repeated_and_what_announces_them() -> None:
    assert printed(after(LIKE_BITNAMI), ON).splitlines() == [
        "** Please be patient **",
        "",
        "1. Get the Shop URL and associate its hostname to your cluster external IP:",
        "",
        '   echo "Shop URL: https://shop.example.com/"',
        "   (Routes on the Gateway infra/shared)",
    ]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("and .Values.ingress.enabled .Values.x", "and .Values.ingress.enabled .Values.x .Values.gateway.enabled"),
        ("or .Values.ingress.enabled .Values.x", "and (or .Values.ingress.enabled .Values.x) .Values.gateway.enabled"),
        ("$.Values.ingress.enabled", "and $.Values.ingress.enabled .Values.gateway.enabled"),
    ],
)
def test_conditions_are_joined(condition: str, expected: str) -> None:
    assert f"{{{{- if {expected} }}}}" in after(TODAY.replace(".Values.ingress.enabled", condition))


def test_a_guard_that_only_the_template_knows() -> None:
    files = files_of(TODAY.replace(".Values.ingress.enabled", 'eq .Values.expose "ingress"'))
    template = "charts/shop/templates/ingress.yaml"
    files[template] = (
        files[template]
        .replace(".Values.ingress.enabled", '(eq .Values.expose "ingress")')
        .replace('(eq .Values.expose "ingress")', 'eq $.Values.expose  "ingress"')
    )
    part = part_of(files)
    made = notes(tree(files), part.chart, [part])
    text = made.files["charts/shop/templates/NOTES.txt"].decode()
    assert '{{- if and (eq .Values.expose "ingress") .Values.gateway.enabled }}' in text


def test_where_defaults_may_be_gone_the_switch_may_be_nil() -> None:
    files = files_of(TODAY)
    case: Case = msgspec.structs.replace(found_in(files)[2].items[0], empties_defaults=True)
    made = after(TODAY, seen=(Seen(case=case),), switch=Switch(("web", "gateway"), ("ingress",)))
    assert "{{- if and .Values.ingress.enabled ((.Values.web).gateway).enabled }}" in made
    assert printed(made, OFF) == printed(TODAY, OFF)


def test_within_another_scope_the_switch_is_named_from_the_root() -> None:
    text = "{{- with .Values.ingress }}\n{{- if .enabled }}\nhttp://{{ .hostname }}\n{{- end }}\n{{- end }}\n"
    assert "{{- if and .enabled $.Values.gateway.enabled }}" in after(text)
    assert printed(after(text), ON) == "\nhttp://shop.example.com\n(Routes on the Gateway infra/shared)\n"


@pytest.mark.parametrize(
    "text",
    [
        "{{ if .Values.ingress.enabled }}http://{{ .Values.ingress.hostname }}{{ end }}\n",
        '{{- if .Values.ingress.enabled }}\n{{ include "shop.url" . }}\n{{- end }}\n',
        "see {{ .Values.ingress.hostname }}\n",
        "{{- if .Values.ingress.enabled }}\nhttp://x\n",
    ],
)
def test_what_is_not_understood_stays_and_is_said(text: str) -> None:
    made = edited(text)
    assert not made.files
    assert [finding.code for finding in made.findings] == ["helm/notes"]


def test_what_does_not_speak_of_the_ingress_is_not_touched() -> None:
    assert edited("Thank you for installing {{ .Chart.Name }}\nhttps://docs.example.com\n") == Edited()
    files = shop()
    assert notes(tree(files), part_of(files).chart, [part_of(files)]) == Edited()


@pytest.mark.parametrize("text", [TODAY, LIKE_BITNAMI])
def test_where_there_is_no_switch_any_more_its_branch_goes(text: str) -> None:
    assert after(after(text), phase=Phase.RETIRE) == text
    assert after(text, phase=Phase.RETIRE) == text


def test_a_persons_branch_for_the_switch_stays() -> None:
    text = TODAY.replace(
        "{{- if .Values.ing", "{{- if .Values.gateway.enabled }}\nhttps://mine\n{{- else if .Values.ing"
    )
    assert after(text) == text
    assert after(text, phase=Phase.RETIRE) == text


@pytest.mark.parametrize(
    "condition",
    ["not .Values.ingress.enabled", "and .Values.x (not .Values.ingress.enabled)", "eq .Values.ingress.enabled false"],
)
def test_a_branch_for_no_ingress_gets_none_for_routes(condition: str) -> None:
    text = f"{{{{- if {condition} }}}}\nhttp://127.0.0.1:8080\n{{{{- end }}}}\n"
    assert after(text) == text


def test_urls_that_the_shell_fills_in_are_not_repeated() -> None:
    text = (
        "{{- if .Values.ingress.enabled }}\n  export IP=$(kubectl get ingress x)\n  echo http://$IP/\n"
        "  http://{{ .Values.ingress.hostname }}/\n{{- end }}\n"
    )
    assert printed(after(text), ON).splitlines()[1:] == [
        "  http://shop.example.com/",
        "  (Routes on the Gateway infra/shared)",
    ]
    alone = text.replace("  http://{{ .Values.ingress.hostname }}/\n", "")
    assert [finding.code for finding in edited(alone).findings] == ["helm/notes"]


def test_a_link_to_documentation_is_no_url_of_the_chart() -> None:
    text = (
        "{{ if .Values.ingress.enabled }}\n  See https://docs.example.com/install.\n  The URL(s) are:\n"
        "{{- range .Values.ingress.hosts }}\n    http://{{ .host }}\n{{- end }}\n{{ else }}\nnone\n{{ end }}\n"
    )
    assert printed(after(text), ON).splitlines()[1:-1] == [
        "  The URL(s) are:",
        "    http://a.example.com",
        "    (Routes on the Gateway infra/shared)",
    ]
