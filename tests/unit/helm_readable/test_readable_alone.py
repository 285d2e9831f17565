"""Ingresses of one chart that share a host: routes are there where it is known what one means for the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from chart_trees import chart
from rewritten import Charting, Outcome

from gatelift.config.model import Phase

LIST = "nginx.ingress.kubernetes.io/whitelist-source-range"
SNIPPET = "nginx.ingress.kubernetes.io/configuration-snippet"
REGULAR = "nginx.ingress.kubernetes.io/use-regex"
EACH = """\
{{- range $name, $ingress := .Values.ingresses }}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ $name }}
  annotations:
    {{- toYaml $ingress.annotations | nindent 4 }}
spec:
  ingressClassName: nginx
  {{- with $ingress.tls }}
  tls:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  rules:
    - host: {{ $ingress.host }}
      http:
        paths:
          - path: {{ $ingress.path }}
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  number: 80
{{- end }}
"""
ONE = """\
{{- if .Values.@.enabled }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: @
  {{- with .Values.@.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  ingressClassName: nginx
  rules:
    - host: {{ .Values.@.host }}
      http:
        paths:
          - path: {{ .Values.@.path }}
            pathType: Prefix
            backend:
              service:
                name: @
                port:
                  number: 80
{{- end }}
"""
PUBLIC: Mapping[str, Any] = {"host": "a.example.com", "path": "/", "annotations": {}}
ADMIN: Mapping[str, Any] = {"host": "b.example.com", "path": "/admin", "annotations": {LIST: "10.0.0.0/8"}}
TLS = [{"hosts": ["a.example.com"], "secretName": "s"}]
SWITCH = "gateway:\n  enabled: false\n  name: ''\n  namespace: ''\n  sectionName: ''\n"


def _loop(admin_host: str) -> tuple[Charting, Outcome]:
    values = (
        "ingresses:\n  public: {host: a.example.com, path: /, annotations: {}}\n"
        f'  admin: {{host: {admin_host}, path: /admin, annotations: {{{LIST}: "10.0.0.0/8"}}}}\n{SWITCH}'
    )
    made = Charting(chart(values_yaml=values, templates__ingress_yaml=EACH))
    outcome = made.outcome("charts/shop", "charts/shop/templates/ingress.yaml")
    assert outcome.given_up is None
    assert not outcome.wrong
    return made, outcome


@pytest.mark.parametrize(
    ("admin", "answer"),
    [
        ({}, "equal"),
        ({"host": "a.example.com"}, "stops"),
        ({"host": "a.example.com", "path": "/"}, "stops"),
        ({"host": "a.example.com", "tls": TLS}, "stops"),
        ({"tls": TLS}, "stops"),
    ],
)
def test_ingresses_of_a_loop_that_come_to_share_a_host_stop_the_render(admin: Mapping[str, Any], answer: str) -> None:
    made, outcome = _loop("b.example.com")
    values = {"ingresses": {"public": PUBLIC, "admin": {**ADMIN, **admin}}}
    assert made.answers(outcome, "charts/shop", [values]) == [answer]


@pytest.mark.parametrize(
    ("admin", "answer"),
    [
        ({"host": "a.example.com"}, "equal"),
        ({"host": "a.example.com", "path": "/other"}, "equal"),
        ({"host": "a.example.com", "path": "/"}, "stops"),
    ],
)
def test_what_was_seen_together_is_known(admin: Mapping[str, Any], answer: str) -> None:
    made, outcome = _loop("a.example.com")
    values = {"ingresses": {"public": PUBLIC, "admin": {**ADMIN, **admin}}}
    assert made.answers(outcome, "charts/shop", [values]) == [answer]


def _two(**admin: object) -> tuple[Charting, Outcome, dict[str, Any]]:
    values = (
        "public: {enabled: true, host: a.example.com, path: /, annotations: {}}\n"
        f"admin: {{enabled: false, host: b.example.com, path: /admin, annotations: {{}}}}\n{SWITCH}"
    )
    files = chart(
        values_yaml=values,
        templates__ingress_yaml=ONE.replace("@", "public"),
        templates__admin_yaml=ONE.replace("@", "admin"),
    )
    made = Charting(files)
    outcome = made.outcome("charts/shop", "charts/shop/templates/ingress.yaml")
    assert outcome.given_up is None
    assert not outcome.wrong
    return made, outcome, {"admin": {"enabled": True, "path": "/admin", **admin}}


@pytest.mark.parametrize("annotations", [{LIST: "10.0.0.0/8"}, {SNIPPET: "deny all;"}, {REGULAR: "true"}])
def test_another_template_s_ingress_on_the_host_stops_the_render(annotations: Mapping[str, str]) -> None:
    made, outcome, values = _two(host="a.example.com", annotations=annotations)
    assert made.answers(outcome, "charts/shop", [values]) == ["stops"]
    text = made.tried(outcome, "charts/shop", values).findings[0].message
    assert "gatelift: Ingress" in text
    assert "deny all" not in text


def test_another_template_s_ingress_elsewhere_is_of_no_concern() -> None:
    made, outcome, values = _two(host="b.example.com", annotations={SNIPPET: "deny all;"})
    assert not made.tried(outcome, "charts/shop", values).failed


def test_a_template_that_takes_from_the_values_is_not_rendered_once_more() -> None:
    taking = '{{- $_ := unset .Values.admin "annotations" }}\n' + ONE.replace("@", "admin")
    values = f"public: {{enabled: true, host: a.example.com, path: /}}\nadmin: {{enabled: false}}\n{SWITCH}"
    files = chart(values_yaml=values, templates__ingress_yaml=ONE.replace("@", "public"), templates__admin_yaml=taking)
    outcome = Charting(files).outcome("charts/shop", "charts/shop/templates/ingress.yaml")
    assert outcome.given_up is not None
    assert outcome.given_up.place is not None
    assert outcome.given_up.place.path == "charts/shop/templates/admin.yaml"


@pytest.mark.parametrize(("host", "stops"), [("b.example.com", False), ("a.example.com", True)])
def test_where_the_ingress_is_gone_the_hosts_of_a_loop_are_told_apart_too(host: str, stops: bool) -> None:
    values = (
        "ingresses:\n  public: {host: a.example.com, path: /, annotations: {}}\n"
        f'  admin: {{host: b.example.com, path: /admin, annotations: {{{LIST}: "10.0.0.0/8"}}}}\n{SWITCH}'
    )
    made = Charting(chart(values_yaml=values, templates__ingress_yaml=EACH), phase=Phase.RETIRE)
    outcome = made.outcome("charts/shop", "charts/shop/templates/ingress.yaml")
    assert outcome.given_up is None
    assert not outcome.wrong
    tried = made.tried(outcome, "charts/shop", {"ingresses": {"public": PUBLIC, "admin": {**ADMIN, "host": host}}})
    assert tried.failed is stops
    assert not stops or "more than one Ingress of a template serves host" in tried.findings[0].message


@pytest.mark.parametrize(("used", "given_up"), [("web.taken", True), ("web.outer", True), ("web.plain", False)])
def test_a_helper_that_takes_from_the_values_is_not_called_twice(used: str, given_up: bool) -> None:
    helpers = (
        '{{- define "web.taken" }}{{- $_ := unset .Values.public "annotations" }}{{- end }}\n'
        '{{- define "web.outer" }}{{ include "web.taken" . }}{{- end }}\n'
        '{{- define "web.plain" }}{{- $d := dict }}{{- $_ := unset $d "a" }}{{- end }}\n'
    )
    values = f"public: {{enabled: true, host: a.example.com, path: /}}\n{SWITCH}"
    text = f'{{{{- $_ := include "{used}" . }}}}\n' + ONE.replace("@", "public")
    files = chart(values_yaml=values, templates__ingress_yaml=text)
    files["charts/shop/templates/_helpers.tpl"] = helpers
    outcome = Charting(files).outcome("charts/shop", "charts/shop/templates/ingress.yaml")
    assert (outcome.given_up is not None) is given_up
    if outcome.given_up is not None:
        assert outcome.given_up.place is not None
        assert outcome.given_up.place.path == "charts/shop/templates/_helpers.tpl"
