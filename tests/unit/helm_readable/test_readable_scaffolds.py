"""The scaffolds of helm create become templates of routes that mean the same, and stop where nobody knows."""

from __future__ import annotations

from typing import Any

import pytest
from chart_trees import chart
from readable_shapes import DEPLOYED, HELPERS, SERVICE, shape
from rewritten import Charting, Outcome

VALUES = """\
service: {port: 8080}
ingress:
  enabled: false
  className: nginx
  annotations: {}
  hosts:
    - host: shop.example.com
      paths: [{path: /, pathType: Prefix}]
  tls: []
"""
TWO_HOSTS = """\
ingress:
  enabled: true
  hosts:
    - host: shop.example.com
      paths: [{path: /, pathType: Prefix}, {path: /api/, pathType: ImplementationSpecific}]
    - host: www2.example.com
      paths: [{path: /exactly, pathType: Exact}, {path: /untyped}]
"""
TLS = """\
ingress:
  enabled: true
  annotations: {nginx.ingress.kubernetes.io/affinity: cookie, example.com/team: web}
  tls: [{hosts: [shop.example.com], secretName: shop-tls}]
"""
TODAY = """\
{{- if and .Values.ingress.enabled .Values.gateway.enabled }}
{{- $ingress := dict
  "root" $
  "gateway" .Values.gateway
  "name" (include "shop.fullname" .)
  "class" .Values.ingress.className
  "labels" (include "shop.labels" . | fromYaml)
  "annotations" .Values.ingress.annotations
  "tls" .Values.ingress.tls
}}
{{- $hosts := list }}
{{- range .Values.ingress.hosts }}
{{- $hosts = append $hosts .host }}
{{- end }}
{{- $pathsOf := dict }}
{{- range .Values.ingress.hosts }}
{{- $host := .host }}
{{- $paths := list }}
{{- range .paths }}
{{- $paths = append $paths .path }}
{{- end }}
{{- $_ := set $pathsOf $host $paths }}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {{ include "P.name" (dict "ingress" $ingress "host" $host "first" (eq $host (first $hosts))) }}
  labels:
    {{- include "shop.labels" $ | nindent 4 }}
  annotations:
    {{- include "P.annotations" $ingress | nindent 4 }}
spec:
  parentRefs:
    {{- include "P.parents" (dict "ingress" $ingress "host" $host "paths" $paths) | nindent 4 }}
  hostnames:
    - {{ $host | quote }}
  rules:
    {{- range .paths }}
    {{- $place := dict "ingress" $ingress "host" $host "paths" $paths "path" .path \
"pathType" (.pathType | default "ImplementationSpecific") }}
    - matches:
        - path:
            type: {{ ternary "Exact" "PathPrefix" (eq .pathType "Exact") }}
            value: {{ .path }}
      {{- include "P.filters" $place | nindent 6 }}
      backendRefs:
        - group: ""
          kind: Service
          name: {{ include "shop.fullname" $ }}
          port: {{ $.Values.service.port }}
          weight: 1
      timeouts:
        request: 0s
    {{- include "P.more" $place | nindent 4 }}
    {{- end }}
{{- end }}
{{- include "P.beside" (dict "ingress" $ingress "hosts" $hosts "paths" $pathsOf) | nindent 0 }}
{{- end }}
"""


def charting(name: str, **cases: str) -> Charting:
    files = {f"values-{key}_yaml": text for key, text in cases.items()}
    return Charting(
        chart(
            values_yaml=VALUES,
            templates__ingress_yaml=shape(name),
            templates__helpers_tpl=HELPERS,
            templates__service_yaml=SERVICE,
            **files,
        )
    )


def outcome(made: Charting) -> Outcome:
    found = made.outcome(DEPLOYED, f"{DEPLOYED}/templates/ingress.yaml")
    assert found.given_up is None
    return found


@pytest.mark.parametrize("name", ["scaffold-today", "scaffold-2021"])
def test_a_scaffold_is_proved_in_all_its_cases(name: str) -> None:
    found = outcome(charting(name, two=TWO_HOSTS, tls=TLS))
    assert found.wrong == {}
    assert {f"{DEPLOYED} @ values-two.yaml", f"{DEPLOYED} @ values-tls.yaml"} <= set(found.proved)


def test_the_scaffold_of_today_reads_as_a_maintainer_would_have_written_it() -> None:
    found = outcome(charting("scaffold-today", tls=TLS))
    assert found.text.replace(found.prefix, "P") == TODAY
    assert not found.note


def test_branches_for_old_clusters_are_left_out_and_that_is_told() -> None:
    found = outcome(charting("scaffold-2021", two=TWO_HOSTS))
    assert "semverCompare" not in found.text
    assert "ingress.class" not in found.text
    assert "before Kubernetes 1.22" in found.note


def host(**more: Any) -> dict[str, Any]:
    return {"host": "shop.example.com", "paths": [{"path": "/", "pathType": "Prefix"}], **more}


@pytest.mark.parametrize(
    ("ingress", "told"),
    [
        ({"annotations": {"nginx.ingress.kubernetes.io/whitelist-source-range": "10.0.0.0/8"}}, "annotations"),
        ({"annotations": {"nginx.ingress.kubernetes.io/auth-url": "http://auth"}}, "annotations"),
        ({"className": "internal"}, "class"),
        ({"hosts": [host(paths=[])]}, "no paths"),
        ({"hosts": [host(), host()]}, "one twice"),
        ({"hosts": [host(host="")]}, "host"),
        ({"hosts": [host(paths=[{"path": "/a(.*)", "pathType": "Prefix"}])]}, "path"),
    ],
)
def test_values_that_no_case_has_stop_the_render(ingress: dict[str, Any], told: str) -> None:
    """No route stands where the tables do not know what the Ingress asks for."""
    made = charting("scaffold-today", two=TWO_HOSTS)
    found = made.tried(outcome(made), DEPLOYED, {"ingress": {"enabled": True, "hosts": [host()], **ingress}})
    assert found.failed
    message = str(found.findings[0].message)
    assert "gatelift:" in message
    assert told in message


def test_hosts_and_paths_that_no_case_has_become_routes() -> None:
    made = charting("scaffold-today", two=TWO_HOSTS)
    hosts = [host(host=f"{name}.example.org", paths=[{"path": f"/{name}/", "pathType": "Prefix"}]) for name in "ab"]
    found = made.tried(outcome(made), DEPLOYED, {"ingress": {"enabled": True, "hosts": hosts}})
    routes = [item.document.value for item in found.objects if item.document.kind == "HTTPRoute"]
    assert [(route["metadata"]["name"], route["spec"]["hostnames"]) for route in routes] == [
        ("shop-web", ["a.example.org"]),
        ("shop-web-b-example-org", ["b.example.org"]),
    ]
