"""What the template of an Ingress alone decides stands in that of its routes; what values decide is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from chart_trees import chart
from readable_shapes import DEPLOYED, HELPERS, SERVICE
from rewritten import Charting, Outcome

NGINX = "nginx.ingress.kubernetes.io/"
SILENCE = f'    {NGINX}proxy-read-timeout: "90"\n    {NGINX}proxy-send-timeout: "90"\n'
OFFICE = f"    {NGINX}whitelist-source-range: 10.0.0.0/8\n"
CAPTURES = (
    f'    {NGINX}use-regex: "true"\n    {NGINX}rewrite-target: /$2\n    {NGINX}affinity: {{{{ .Values.affinity }}}}\n'
)
TLS = (
    "  {{- if .Values.secret }}\n  tls:\n    - hosts: [{{ .Values.host | quote }}]\n"
    "      secretName: {{ .Values.secret }}\n  {{- end }}\n"
)
VALUES = "service: {port: 8080}\ningress: {}\nhost: shop.example.com\nclass: nginx\naffinity: cookie\nsecret: ''\n"
HOSTS = ("a.example.org", "*.example.org", "www.example.org", "deep.down.example.org")


def template(
    annotations: str, *, path: str = "/", name: str = '{{ include "shop.fullname" . }}', spec: str = "", cls: str = ""
) -> str:
    return (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n"
        f'  name: {name}\n  labels:\n    {{{{- include "shop.labels" . | nindent 4 }}}}\n'
        f"{f'  annotations:{chr(10)}{annotations}' if annotations else ''}"
        f"spec:\n  ingressClassName: {cls or 'nginx'}\n{spec}  rules:\n    - host: {{{{ .Values.host | quote }}}}\n"
        f"      http:\n        paths:\n          - path: {path}\n            pathType: ImplementationSpecific\n"
        "            backend:\n              service:\n                name: web\n"
        "                port: {number: 8080}\n"
    )


def made(text: str, **cases: str) -> tuple[Charting, Outcome]:
    files = {f"values-{key}_yaml": values for key, values in cases.items()}
    parts = {"templates__ingress_yaml": text, "templates__helpers_tpl": HELPERS, "templates__service_yaml": SERVICE}
    charting = Charting(chart(values_yaml=VALUES, **parts, **files))
    outcome = charting.outcome(DEPLOYED, f"{DEPLOYED}/templates/ingress.yaml")
    assert outcome.given_up is None
    assert outcome.wrong == {}
    assert outcome.proved
    return charting, outcome


def answers(found: tuple[Charting, Outcome], *values: dict[str, Any]) -> list[str]:
    return found[0].answers(found[1], DEPLOYED, values)


def helpers(outcome: Outcome) -> set[str]:
    return {
        name
        for name in ("name", "annotations", "parents", "match", "filters", "more", "beside")
        if f'.{name}" ' in outcome.text
    }


def test_nothing_is_left_for_helpers_where_the_values_only_give_a_host() -> None:
    found = made(template(SILENCE))
    assert found[1].prefix not in found[1].text
    assert "kind: BackendTrafficPolicy" in found[1].text
    assert "streamIdleTimeout: 90s" in found[1].text
    assert answers(found, *({"host": host} for host in HOSTS)) == ["equal"] * len(HOSTS)


def test_who_may_come_in_is_written_where_everyone_reads_it() -> None:
    found = made(template(OFFICE, name="'{{ .Release.Name }}-x'"))
    shown = found[1].text[found[1].text.index("kind: SecurityPolicy") :]
    assert '\n      name: {{ printf "%v-x" .Release.Name }}\n' in shown
    assert "- 10.0.0.0/8" in shown
    assert answers(found, *({"host": host} for host in HOSTS)) == ["equal"] * len(HOSTS)


def test_a_class_of_the_values_is_still_asked_about() -> None:
    found = made(template(OFFICE, cls="{{ .Values.class }}"))
    assert helpers(found[1]) == {"annotations", "parents"}
    assert answers(found, {}, {"class": "internal"}) == ["equal", "stops"]


def test_what_hangs_on_certificates_is_asked_for_and_the_policies_are_written() -> None:
    found = made(template(SILENCE, spec=TLS), safe="secret: shop-tls\n")
    assert {"filters", "parents", "beside"} <= helpers(found[1])
    assert "kind: BackendTrafficPolicy" in found[1].text
    assert '"written" true' in found[1].text
    tries = [{"host": host, "secret": secret} for host in HOSTS for secret in ("", "other")]
    assert answers(found, *tries) == ["equal"] * len(tries)
    names = [item.document.value["kind"] for item in found[0].tried(found[1], DEPLOYED, {"secret": "other"}).objects]
    assert names.count("BackendTrafficPolicy") == 1
    assert names.count("HTTPRoute") == 2


def test_a_certificate_that_is_always_there_brings_a_redirect_that_everyone_reads() -> None:
    always = "  tls:\n    - hosts:\n        - {{ .Values.host | quote }}\n      secretName: {{ .Values.secret }}\n"
    found = made(template(OFFICE, spec=always.replace("{{ .Values.secret }}", "shop-tls")))
    assert helpers(found[1]) == {"annotations", "parents"}
    assert "Strict-Transport-Security" in found[1].text
    assert "scheme: https" in found[1].text
    assert found[1].text.count("kind: SecurityPolicy") == 1
    assert answers(found, *({"host": host} for host in HOSTS)) == ["equal"] * len(HOSTS)
    open_ = made(template(OFFICE, spec=always), safe="secret: x\n")
    assert answers(open_, *({"host": host, "secret": "y"} for host in HOSTS)) == ["equal"] * len(HOSTS)
    assert set(answers(open_, *({"host": host} for host in HOSTS))) <= {"equal", "stops"}


def test_a_certificate_for_another_host_leaves_it_to_the_helpers() -> None:
    other = "  tls:\n    - hosts:\n        - {{ .Values.secret | quote }}\n      secretName: s\n"
    found = made(template(OFFICE, spec=other), safe="secret: shop.example.com\n")
    assert {"filters", "beside"} <= helpers(found[1])
    assert answers(found, {"secret": "shop.example.com"}, {"secret": "else.example.com"}) == ["equal", "stops"]


def test_values_may_bring_annotations_that_come_to_the_same_and_others_stop_the_render() -> None:
    text = template(CAPTURES, path="/api(/|$)(.*)")
    found = made(text, again="host: other.example.com\n")
    assert helpers(found[1]) == {"annotations", "parents"}
    assert "type: RegularExpression" in found[1].text
    assert "-rewrite\n" in found[1].text
    assert answers(found, {}, {"affinity": "none"}, {"affinity": ""}) == ["equal", "stops", "stops"]


def test_rules_that_a_path_brings_along_are_written() -> None:
    found = made(template("", path="/api/", cls="{{ .Values.class }}"))
    assert helpers(found[1]) == {"annotations", "parents"}
    assert "replaceFullPath: /api/" in found[1].text
    assert answers(found, {}, {"class": "internal"}) == ["equal", "stops"]


@pytest.mark.parametrize(
    "annotations",
    [
        f"    {{{{- if .Values.secret }}}}\n{SILENCE}    {{{{- end }}}}\n",
        "    {{- toYaml .Values.annotations | nindent 4 }}\n",
    ],
)
def test_where_values_decide_which_annotations_there_are_the_helpers_do(annotations: str) -> None:
    found = made(template(annotations), more="secret: x\nannotations: {example.com/team: web}\n")
    assert "kind: BackendTrafficPolicy" not in found[1].text
    assert {"filters", "beside"} <= helpers(found[1])
