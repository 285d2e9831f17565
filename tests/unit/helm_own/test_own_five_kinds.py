"""Five kinds of templates for routes, as charts have them: the values are found, and what they render is proved."""

from __future__ import annotations

from own_parts import ENVOY, STANDARD, World, chart, differences, part, world

from gatelift.sources.helm.offer import Manifest, Offer, Part, Strategy
from gatelift.sources.helm.own import own

HTTP_ROUTE = """\
{{- if .Values.httpRoute.enabled -}}
{{- $name := include "shop.name" . -}}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {{ $name }}
  labels:
    {{- include "shop.labels" . | nindent 4 }}
  {{- with .Values.httpRoute.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  parentRefs:
    {{- with .Values.httpRoute.parentRefs }}
      {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.httpRoute.hostnames }}
  hostnames:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  rules:
    {{- range .Values.httpRoute.rules }}
    {{- with .matches }}
    - matches:
      {{- toYaml . | nindent 8 }}
    {{- end }}
    {{- with .filters }}
      filters:
      {{- toYaml . | nindent 8 }}
    {{- end }}
      backendRefs:
        - name: {{ $name }}
          port: {{ $.Values.service.port }}
          weight: 1
    {{- end }}
{{- end }}
"""
HTTP_ROUTE_VALUES = """\
httpRoute:
  enabled: false
  annotations: {}
  parentRefs:
    - name: gateway
      sectionName: http
  hostnames:
    - chart-example.local
  rules:
    - matches:
        - path: {type: PathPrefix, value: /headers}
"""

ARGO = """\
{{- if .Values.server.httproute.enabled }}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {{ include "shop.name" . }}
  labels:
    {{- include "shop.labels" . | nindent 4 }}
    {{- with .Values.server.httproute.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.server.httproute.annotations }}
  annotations:
    {{- range $key, $value := . }}
    {{ $key }}: {{ tpl $value $ | quote }}
    {{- end }}
  {{- end }}
spec:
  {{- with .Values.server.httproute.parentRefs }}
  parentRefs:
    {{- range . }}
    - group: {{ .group | default "gateway.networking.k8s.io" }}
      kind: {{ .kind | default "Gateway" }}
      name: {{ .name }}
      {{- with .namespace }}
      namespace: {{ . }}
      {{- end }}
      {{- if .sectionName }}
      sectionName: {{ .sectionName }}
      {{- end }}
      {{- if .port }}
      port: {{ .port }}
      {{- end }}
    {{- end }}
  {{- end }}
  {{- with .Values.server.httproute.hostnames }}
  hostnames:
    {{- range . }}
    - {{ tpl . $ | quote }}
    {{- end }}
  {{- end }}
  rules:
    {{- range .Values.server.httproute.rules }}
    - matches:
        {{- toYaml .matches | nindent 8 }}
      {{- if .filters }}
      filters:
        {{- tpl (toYaml .filters) $ | nindent 8 }}
      {{- end }}
      backendRefs:
        - group: ''
          kind: Service
          name: {{ include "shop.name" $ }}
          port: {{ $.Values.service.port }}
          weight: 1
      {{- with .timeouts }}
      timeouts:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    {{- end }}
{{- end }}
"""
ARGO_VALUES = "server:\n  httproute:\n    enabled: false\n    labels: {}\n    annotations: {}\n    parentRefs: []\n"

ROUTE_MAP = """\
{{- range $name, $route := .Values.route }}
{{- if $route.enabled }}
---
apiVersion: {{ $route.apiVersion | default "gateway.networking.k8s.io/v1" }}
kind: {{ $route.kind | default "HTTPRoute" }}
metadata:
  {{- with $route.annotations }}
  annotations: {{ toYaml . | nindent 4 }}
  {{- end }}
  name: {{ include "shop.name" $ }}{{ if ne $name "main" }}{{ printf "-%s" $name }}{{ end }}
  labels:
    {{- include "shop.labels" $ | nindent 4 }}
    {{- with $route.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  {{- with $route.parentRefs }}
  parentRefs: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with $route.hostnames }}
  hostnames: {{ tpl (toYaml .) $ | nindent 4 }}
  {{- end }}
  rules:
    {{- with $route.additionalRules }}
    {{- tpl (toYaml .) $ | nindent 4 }}
    {{- end }}
    {{- if $route.httpsRedirect }}
    - filters:
        - type: RequestRedirect
          requestRedirect:
            scheme: https
            statusCode: 308
    {{- else }}
    - backendRefs:
        - name: {{ include "shop.name" $ }}
          port: {{ $.Values.service.port }}
      {{- with $route.filters }}
      filters: {{ toYaml . | nindent 8 }}
      {{- end }}
      {{- with $route.matches }}
      matches: {{ toYaml . | nindent 8 }}
      {{- end }}
    {{- end }}
{{- end }}
{{- end }}
"""
ROUTE_MAP_VALUES = """\
route:
  main:
    enabled: false
    labels: {}
    annotations: {}
    hostnames: []
    parentRefs: []
    matches:
      - path: {type: PathPrefix, value: /}
    filters: []
    additionalRules: []
    httpsRedirect: false
"""

GATEWAY_REF = """\
{{- if .Values.gatewayApi.enabled -}}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {{ template "shop.name" . }}
  labels:
    kept: "here"
{{ include "shop.labels" . | indent 4 }}
{{- with .Values.gatewayApi.annotations }}
  annotations:
{{ tpl (toYaml .) $ | indent 4 }}
{{- end }}
spec:
  {{- with .Values.gatewayApi.gatewayRef }}
  parentRefs:
  - {{ toYaml . | nindent 4 | trim }}
  {{- end }}
  {{- if .Values.gatewayApi.hostnames }}
  hostnames:
  {{- range .Values.gatewayApi.hostnames }}
  - {{ tpl . $ | quote }}
  {{- end }}
  {{- end }}
  rules:
  {{- if .Values.gatewayApi.rules }}
  {{- range .Values.gatewayApi.rules }}
  - {{- if .name }}
    name: {{ .name | quote }}
    {{- end }}
    matches:
    {{- if .matches }}
    {{- toYaml .matches | nindent 4 }}
    {{- else }}
    - path:
        type: PathPrefix
        value: /
    {{- end }}
    backendRefs:
    {{- if .backendRefs }}
    {{- toYaml .backendRefs | nindent 4 }}
    {{- else }}
    - name: {{ include "shop.name" $ }}
      port: {{ $.Values.service.port }}
    {{- end }}
    {{- if .filters }}
    filters:
    {{- toYaml .filters | nindent 4 }}
    {{- end }}
  {{- end }}
  {{- else }}
  - matches:
    - path:
        type: PathPrefix
        value: /
    backendRefs:
    - name: {{ include "shop.name" . }}
      port: {{ .Values.service.port }}
  {{- end }}
{{- end -}}
"""
GATEWAY_REF_VALUES = """\
gatewayApi:
  enabled: false
  gatewayRef: {name: "", namespace: ""}
  hostnames: []
  rules: []
"""

ROUTE_LIST = """\
{{- range .Values.httpRoutes }}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {{ include "shop.name" $ }}-{{ .name }}
  labels:
    {{- include "shop.labels" $ | nindent 4 }}
  annotations:
    {{- toYaml .annotations | nindent 4 }}
spec:
  parentRefs:
    - name: {{ .gateway.name }}
      namespace: {{ .gateway.namespace }}
      {{- if .gateway.sectionName }}
      sectionName: {{ .gateway.sectionName }}
      {{- end }}
      {{- if .gateway.port }}
      port: {{ .gateway.port }}
      {{- end }}
  hostnames: {{ toJson .hosts }}
  rules:
    {{- toYaml .rules | nindent 4 }}
{{- end }}
"""
ROUTE_LIST_VALUES = "httpRoutes: []\n"

TLS = """\
ingress:
  enabled: true
  tls: [{hosts: [shop.example.com], secretName: shop-tls}]
  hosts:
    - host: shop.example.com
      paths: [{path: /, pathType: Prefix}]
"""
ONE_PATH = """\
ingress:
  enabled: true
  hosts:
    - host: shop.example.com
      paths: [{path: /, pathType: Prefix}]
"""


def _offered(made: World, beside: tuple[str, ...] = ("ingress",)) -> tuple[Part, Offer]:
    given = part(made, "shop", "shop/templates/ingress.yaml", beside)
    offer = own(given)
    assert isinstance(offer, Offer), offer
    assert offer.strategy is Strategy.OWN
    assert not offer.files
    return given, offer


def _values(offer: Offer) -> Manifest:
    (found,) = {name: values for name, values in offer.values.items() if "values-prod" in name}.values()
    return found


def test_the_scaffold_of_today_gets_its_rules() -> None:
    made = world(chart(HTTP_ROUTE, HTTP_ROUTE_VALUES))
    given, offer = _offered(made)
    assert differences(made, given, offer) == {}
    values = _values(offer)
    assert set(values) == {"httpRoute"}
    assert values["httpRoute"]["enabled"] is True
    assert values["httpRoute"]["hostnames"] == ["shop.example.com", "www.example.com"]
    assert [rule["matches"][0]["path"]["value"] for rule in values["httpRoute"]["rules"]] == ["/", "/api"]


def test_rules_with_timeouts_run_on_envoy_gateway() -> None:
    made = world(chart(ARGO, ARGO_VALUES), ENVOY)
    given, offer = _offered(made, ("server", "ingress"))
    assert differences(made, given, offer) == {}
    rules = _values(offer)["server"]["httproute"]["rules"]
    assert [rule["timeouts"] for rule in rules] == [{"request": "0s"}, {"request": "0s"}]


def test_a_map_of_routes_gets_the_redirect_as_a_route_of_its_own() -> None:
    made = world(chart(ROUTE_MAP, ROUTE_MAP_VALUES, **{"values-prod_yaml": TLS}))
    given, offer = _offered(made)
    assert differences(made, given, offer) == {}
    values = _values(offer)["route"]
    assert list(values) == ["main", "redirect"]
    assert values["redirect"]["httpsRedirect"] is True


def test_one_gateway_instead_of_a_list_of_parents() -> None:
    made = world(chart(GATEWAY_REF.replace('    kept: "here"\n', ""), GATEWAY_REF_VALUES))
    given, offer = _offered(made)
    assert differences(made, given, offer) == {}
    assert _values(offer)["gatewayApi"]["gatewayRef"]["name"] == "shared"


def test_a_list_of_routes_gets_one_item_each() -> None:
    made = world(chart(ROUTE_LIST, ROUTE_LIST_VALUES, **{"values-prod_yaml": TLS}), ENVOY)
    given, offer = _offered(made)
    assert differences(made, given, offer) == {}
    items = _values(offer)["httpRoutes"]
    assert len(items) == 2
    assert items[0]["gateway"] == {"name": "shared", "namespace": "infra", "sectionName": "https"}
    assert items[1]["gateway"]["port"] == 80
    assert len({item["name"] for item in items}) == 2


def test_one_rule_is_the_templates_own() -> None:
    made = world(chart(ROUTE_MAP, ROUTE_MAP_VALUES, **{"values-prod_yaml": ONE_PATH}), STANDARD)
    given, offer = _offered(made)
    assert differences(made, given, offer) == {}
    assert "additionalRules" not in _values(offer)["route"]["main"]
