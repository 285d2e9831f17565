"""Further shapes in which charts write their own routes, each rendered with the values that are found for it."""

from __future__ import annotations

import pytest
from own_parts import ENVOY, STANDARD, TWO_HOSTS, chart, differences, part, world
from test_own_five_kinds import HTTP_ROUTE, HTTP_ROUTE_VALUES, ONE_PATH, TLS

from gatelift.findings import Place
from gatelift.sources.helm.offer import GivenUp, Manifest, Offer
from gatelift.sources.helm.own import own

RENDER = """\
{{- define "common.render" -}}
{{- $value := .value -}}
{{- if not (kindIs "string" $value) }}{{ $value = toYaml $value }}{{ end -}}
{{- if contains "{{" $value }}{{ tpl $value .context }}{{ else }}{{ $value }}{{ end -}}
{{- end -}}
{{- define "common.merge" -}}
{{- $all := dict -}}
{{- range .values }}{{ $all = merge $all (. | default dict) }}{{ end -}}
{{ toYaml $all }}
{{- end -}}
"""
RENDERED = """\
{{- if .Values.httproute.enabled }}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {{ include "shop.name" . }}
  labels: {{- include "shop.labels" . | nindent 4 }}
  {{- if or .Values.httproute.annotations .Values.commonAnnotations }}
  {{- $all := list .Values.httproute.annotations .Values.commonAnnotations }}
  {{- $annotations := include "common.merge" (dict "values" $all "context" .) }}
  annotations: {{- include "common.render" (dict "value" $annotations "context" $) | nindent 4 }}
  {{- end }}
spec:
  parentRefs: {{- include "common.render" (dict "value" .Values.httproute.parentRefs "context" $) | nindent 4 }}
  hostnames: {{- include "common.render" (dict "value" .Values.httproute.hostnames "context" $) | nindent 4 }}
  rules: {{- include "common.render" (dict "value" .Values.httproute.rules "context" $) | nindent 4 }}
{{- end }}
"""
RENDERED_VALUES = """\
commonAnnotations: {}
httproute:
  enabled: false
  annotations: {}
  hostnames: []
  parentRefs: []
  rules: []
"""
ONE_GATEWAY = """\
{{- if and .Values.httproute.enabled (not .Values.httproute.paused) }}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {{ include "shop.name" . }}-http-route
  labels:
    {{- include "shop.labels" . | nindent 4 }}
    {{- range $key, $value := .Values.httproute.labels }}
    {{ $key }}: {{ $value }}
    {{- end }}
  {{- if .Values.httproute.annotations }}
  annotations:
    {{- range $key, $value := .Values.httproute.annotations }}
    {{ $key }}: {{ tpl $value $ | quote }}
    {{- end }}
  {{- end }}
spec:
  parentRefs:
  - name: {{ .Values.httproute.gateway | required "a gateway" }}
    {{- if .Values.httproute.gatewayNamespace }}
    namespace: {{ .Values.httproute.gatewayNamespace }}
    {{- end }}
  hostnames:
  {{- range .Values.httproute.hosts }}
  - {{ . }}
  {{- end }}
  rules:
  {{- with .Values.httproute.rules }}
  {{- toYaml . | nindent 2 }}
  {{- else }}
  - backendRefs:
    - name: {{ include "shop.name" . }}
      port: {{ .Values.service.port }}
  {{- end }}
"""
ONE_GATEWAY += "{{- end }}\n"
ONE_GATEWAY_VALUES = """\
httproute:
  enabled: false
  paused: true
  labels: {}
  gateway: ""
  hosts: []
"""
MATCHES = """\
{{- $route := .Values.expose.route }}
{{- if eq .Values.expose.type "route" }}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {{ include "shop.name" . }}
  labels:
{{ include "shop.labels" . | indent 4 }}
{{- if $route.annotations }}
  annotations:
{{ toYaml $route.annotations | indent 4 }}
{{- end }}
spec:
  parentRefs:
  {{- toYaml $route.parentRefs | nindent 2 }}
  hostnames:
  {{- toYaml $route.hosts | nindent 2 }}
  rules:
  - matches:
    {{- range $path := $route.paths }}
    - path:
        type: {{ $path.type | default "PathPrefix" }}
        value: {{ $path.value | quote }}
    {{- end }}
    backendRefs:
    - group: ""
      kind: Service
      weight: 1
      name: {{ template "shop.name" . }}
      port: {{ .Values.service.port }}
{{- end }}
"""
MATCHES_VALUES = """\
expose:
  type: ingress
  route:
    annotations: {}
    parentRefs: []
    hosts: []
    paths: [{value: /}]
"""


def _proved(route: str, values: str, target: str = STANDARD, **files: str) -> Manifest:
    made = world(chart(route, values, **files), target)
    it = part(made, "shop", "shop/templates/ingress.yaml")
    offer = own(it)
    assert isinstance(offer, Offer), offer
    assert differences(made, it, offer) == {}
    (found,) = offer.values.values()
    return found


@pytest.mark.parametrize("target", [STANDARD, ENVOY])
def test_values_that_a_helper_renders(target: str) -> None:
    found = _proved(RENDERED, RENDERED_VALUES, target, templates__render_tpl="", **{"templates/_render.tpl": RENDER})
    assert len(found["httproute"]["rules"]) == 2
    assert set(found) == {"httproute"}


def test_a_gateway_by_name_and_namespace() -> None:
    found = _proved(ONE_GATEWAY, ONE_GATEWAY_VALUES)["httproute"]
    assert (found["gateway"], found["gatewayNamespace"]) == ("shared", "infra")
    assert found["enabled"] is True
    assert found["paused"] is False


def test_a_gateway_by_name_has_no_listener() -> None:
    made = world(chart(ONE_GATEWAY, ONE_GATEWAY_VALUES, **{"values-prod_yaml": TLS}))
    found = own(part(made, "shop", "shop/templates/ingress.yaml"))
    assert isinstance(found, GivenUp)
    assert "it has no place for parentRefs[].sectionName" in found.why


def test_labels_that_no_helper_writes() -> None:
    ingress = chart(ONE_GATEWAY, ONE_GATEWAY_VALUES)["shop/templates/ingress.yaml"]
    labelled = ingress.replace(
        "  {{- with .Values.ingress.annotations }}", "    team: payments\n  {{- with .Values.ingress.annotations }}", 1
    )
    found = _proved(ONE_GATEWAY, ONE_GATEWAY_VALUES, templates__ingress_yaml=labelled)
    assert found["httproute"]["labels"] == {"team": "payments"}


def test_one_rule_with_the_matches_of_all_paths() -> None:
    found = _proved(MATCHES, MATCHES_VALUES)["expose"]
    assert found["type"] == "route"
    assert found["route"]["paths"] == [{"type": "PathPrefix", "value": "/"}, {"type": "Exact", "value": "/api"}]


def test_a_type_that_turns_the_ingress_off_is_not_turned() -> None:
    files = chart(MATCHES, MATCHES_VALUES)
    text = files["shop/templates/ingress.yaml"]
    files["shop/templates/ingress.yaml"] = text.replace(
        "if .Values.ingress.enabled", 'if and .Values.ingress.enabled (eq .Values.expose.type "ingress")'
    )
    found = own(part(world(files), "shop", "shop/templates/ingress.yaml"))
    assert isinstance(found, GivenUp)
    assert "expose.type would have to change, and shop/templates/ingress.yaml reads it as well" in found.why


def test_of_two_templates_the_one_beside_the_ingress() -> None:
    other = HTTP_ROUTE.replace(".Values.httpRoute", ".Values.admin.httpRoute").replace(
        "name: {{ $name }}", "name: {{ $name }}-admin"
    )
    values = HTTP_ROUTE_VALUES + "admin:\n" + "".join(f"  {line}\n" for line in HTTP_ROUTE_VALUES.splitlines())
    found = _proved(HTTP_ROUTE, values, **{"templates/admin-httproute.yaml": other})
    assert set(found) == {"httpRoute"}


def test_one_template_for_routes_belongs_to_one_of_two_ingresses() -> None:
    """Each alone would be proved, and both together would overwrite each other's values."""
    files = chart(HTTP_ROUTE, HTTP_ROUTE_VALUES)
    more = files["shop/templates/ingress.yaml"].replace("{{ .host | quote }}", "more.{{ .host }}")
    files["shop/templates/ingress-more.yaml"] = more.replace('"shop.name" . }}', '"shop.name" . }}-more', 1)
    made = world(files)
    assert isinstance(own(part(made, "shop", "shop/templates/ingress.yaml")), Offer)
    found = own(part(made, "shop", "shop/templates/ingress-more.yaml"))
    assert isinstance(found, GivenUp)
    assert "is nearer to shop/templates/ingress.yaml" in found.why


def test_the_words_of_a_value_that_is_there() -> None:
    """Annotations that the chart sets by default and the Ingress lacks are taken away."""
    values = HTTP_ROUTE_VALUES.replace("annotations: {}", "annotations: {example.com/old: kept}")
    found = _proved(HTTP_ROUTE, values, **{"values-prod_yaml": ONE_PATH})
    assert found["httpRoute"]["annotations"]["example.com/old"] is None


def test_routes_that_a_helper_writes_are_not_read() -> None:
    define = '{{- define "shop.route" -}}\n' + HTTP_ROUTE + "{{- end -}}\n"
    files = chart('{{ include "shop.route" . }}\n', HTTP_ROUTE_VALUES) | {"shop/templates/_route.tpl": define}
    found = own(part(world(files), "shop", "shop/templates/ingress.yaml"))
    assert isinstance(found, GivenUp)
    assert found.place == Place("shop/templates/_route.tpl", 1, 1)


def test_two_hosts_share_what_is_equal() -> None:
    assert "www.example.com" in TWO_HOSTS
    assert _proved(HTTP_ROUTE, HTTP_ROUTE_VALUES)["httpRoute"]["hostnames"] == ["shop.example.com", "www.example.com"]
