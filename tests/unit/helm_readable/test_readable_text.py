"""Names, guards, comments and columns of the Ingress's template are those of the routes' template."""

from __future__ import annotations

import pytest
import yaml
from plain_parts import asked, ingress, rule, text

from gatelift.config.model import Phase
from gatelift.sources.helm.offer import GivenUp, Offer

HOSTS = "  {{- range .Values.hosts }}\n" + rule(host="{{ .name }}.{{ .Values.domain }}") + "  {{- end }}\n"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n"


def lines(template: str, phase: Phase = Phase.COEXIST) -> list[str]:
    return [line.strip() for line in text(template, phase).splitlines()]


def test_the_guard_stays_and_the_switch_is_beside_it() -> None:
    guarded = ingress(before="{{- if or .Values.a .Values.b -}}\n", after="{{- end }}\n")
    assert lines(guarded)[0] == "{{- if and (or .Values.a .Values.b) .Values.gateway.enabled }}"
    assert lines(guarded, Phase.RETIRE)[0] == "{{- if or .Values.a .Values.b }}"
    assert lines(ingress())[0] == "{{- if .Values.gateway.enabled }}"


def test_an_else_is_not_taken_because_the_switch_is_off() -> None:
    two = (
        ingress(before="{{- if .Values.a }}\n")
        + "{{- else }}\n---\n"
        + ingress(metadata="  name: b\n")
        + "{{- end }}\n"
    )
    found = lines(two)
    assert found[:2] == ["{{- if .Values.gateway.enabled }}", "{{- if .Values.a }}"]
    assert found.count("{{- else }}") == 1


def test_what_stood_outside_of_a_loop_reads_the_root_and_what_stood_in_it_its_element() -> None:
    metadata = '  name: {{ .Release.Name }}\n  labels:\n    {{- include "l" . | nindent 4 }}\n'
    loop = "    {{- range .Values.hosts }}\n" + rule(host="{{ .name }}", path="{{ .path }}") + "    {{- end }}\n"
    found = lines(ingress(loop, metadata=metadata))
    assert '{{- include "l" $ | nindent 4 }}' in found
    assert "{{- $host := .name }}" in found
    assert "value: {{ .path }}" in found
    assert "{{- range .Values.hosts }}" in found


def test_hosts_with_the_same_rules_share_a_route_that_is_there_only_with_hosts() -> None:
    loop = "    {{- range .Values.hosts }}\n" + rule(host="{{ . | quote }}") + "    {{- end }}\n"
    found = lines(ingress(loop))
    assert found.count("kind: HTTPRoute") == 1
    assert found.count("---") == 1
    at = found.index("---")
    assert "{{- $hosts := .Values.hosts }}" in found[:at]
    assert "{{- if $hosts }}" in found[:at]
    assert found[found.index("hostnames:") + 1 :][:3] == ["{{- range $hosts }}", "- {{ . | quote }}", "{{- end }}"]


def test_comments_go_with_what_they_speak_of() -> None:
    paths = "          # Kept for the old clients.\n          - path: /old\n            backend:\n" + (
        "              service:\n                name: old\n                port:\n                  number: 81\n"
    )
    found = lines(ingress(rule() + paths, before="{{- /* The way in. */ -}}\n# Both teams own this.\n"))
    assert found[:2] == ["{{- /* The way in. */ -}}", "# Both teams own this."]
    at = found.index("# Kept for the old clients.")
    assert "value: /old" in found[at : at + 6]


def test_lists_stand_as_far_in_as_they_did() -> None:
    flat = ingress(rule().replace("\n  ", "\n").removeprefix("  "))
    shown = text(flat)
    assert "\n  hostnames:\n  - " in shown
    assert "\n  rules:\n  {{-" in shown or "\n  rules:\n  - " in shown
    assert "\n    - " in text(ingress())


def test_only_the_documents_of_ingresses_go_where_the_file_holds_more() -> None:
    offer = asked(CONFIG + "---\n" + ingress() + "---\n" + CONFIG, Phase.RETIRE)
    assert isinstance(offer, Offer)
    left = offer.files["c/templates/ingress.yaml"]
    assert left is not None
    assert [item["kind"] for item in yaml.safe_load_all(left.decode())] == ["ConfigMap", "ConfigMap"]
    alone = asked(ingress(), Phase.RETIRE)
    assert isinstance(alone, Offer)
    assert alone.files["c/templates/ingress.yaml"] is None


def test_another_name_is_taken_where_the_usual_one_is() -> None:
    offer = asked(ingress(), httproute="# a person's\n")
    assert isinstance(offer, Offer)
    assert list(offer.files) == ["c/templates/httproute-ingress.yaml"]
    taken = {"httproute": "# a person's\n", "httproute-ingress": "# too\n"}
    both = asked(ingress(), Phase.COEXIST, **taken)
    assert isinstance(both, GivenUp)
    assert "taken" in both.why


def test_line_ends_are_those_of_the_template() -> None:
    shown = text(ingress().replace("\n", "\r\n"))
    assert "\r\n" in shown
    assert "\n" not in shown.replace("\r\n", "")


@pytest.mark.parametrize(
    ("backend", "name", "port"),
    [
        ("              service: {name: web, port: {number: {{ .Values.port }}}}\n", "web", "{{ .Values.port }}"),
        (
            '              service:\n                name: "{{ .a }}"\n                port: {number: 80}\n',
            '"{{ .a }}"',
            "80",
        ),
        (
            "              service:\n                name: web\n                port: {name: http}\n",
            "web",
            '{{ include "P.port" (dict "root" $ "service" "web" "port" "http") }}',
        ),
    ],
)
def test_backends_in_brackets_are_read(backend: str, name: str, port: str) -> None:
    found = lines(ingress(rule(backend=backend)))
    assert found[found.index("kind: Service") + 1 :][:2] == [f"name: {name}", f"port: {port}"]
