"""Generated charts in five shapes, with what most charts hold besides: the same files on every run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_HELPERS = """\
{{- define "app.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "app.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "app.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "app.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "app.backend" -}}
service:
  name: {{ include "app.fullname" . }}
  port:
    number: {{ .Values.service.port }}
{{- end }}

{{- define "app.rule" -}}
- host: {{ .host | quote }}
  http:
    paths:
      - path: {{ .path | default "/" }}
        pathType: Prefix
        backend:
          {{- include "app.backend" .root | nindent 10 }}
{{- end }}
"""
_DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "app.fullname" . }}
  labels:
    {{- include "app.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicaCount }}
  selector:
    matchLabels:
      {{- include "app.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "app.selectorLabels" . | nindent 8 }}
      {{- with .Values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "app.fullname" . }}
      securityContext:
        {{- toYaml .Values.podSecurityContext | nindent 8 }}
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          ports:
            - name: http
              containerPort: {{ .Values.service.port }}
          env:
            {{- range $name, $value := .Values.env }}
            - name: {{ $name }}
              value: {{ $value | quote }}
            {{- end }}
          livenessProbe:
            httpGet: {path: /healthz, port: http}
          readinessProbe:
            httpGet: {path: /ready, port: http}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
"""
_OTHERS = {
    "serviceaccount.yaml": (
        'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {{ include "app.fullname" . }}\n'
        '  labels:\n    {{- include "app.labels" . | nindent 4 }}\n'
    ),
    "service.yaml": (
        'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ include "app.fullname" . }}\n'
        '  labels:\n    {{- include "app.labels" . | nindent 4 }}\nspec:\n  type: {{ .Values.service.type }}\n'
        "  ports:\n    - port: {{ .Values.service.port }}\n      targetPort: http\n      name: http\n"
        '  selector:\n    {{- include "app.selectorLabels" . | nindent 4 }}\n'
    ),
    "configmap.yaml": (
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include "app.fullname" . }}\ndata:\n'
        "  {{- range $name, $value := .Values.env }}\n  {{ $name }}: {{ $value | quote }}\n  {{- end }}\n"
    ),
    "hpa.yaml": (
        "{{- if .Values.autoscaling.enabled }}\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n"
        '  name: {{ include "app.fullname" . }}\nspec:\n  minReplicas: 1\n'
        "  maxReplicas: {{ .Values.autoscaling.most }}\n"
        '  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ include "app.fullname" . }} }\n{{- end }}\n'
    ),
}
_HEAD = """\
{{- if .Values.ingress.enabled }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ include "app.fullname" . }}
  labels:
    {{- include "app.labels" . | nindent 4 }}
"""
_ANNOTATIONS = """\
  {{- with .Values.ingress.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
"""
_TLS = """\
  {{- with .Values.ingress.tls }}
  tls:
    {{- toYaml . | nindent 4 }}
  {{- end }}
"""
_SPEC = "spec:\n  ingressClassName: {{ .Values.ingress.className }}\n"
_LOOPS = """\
  rules:
    {{- range .Values.ingress.hosts }}
    - host: {{ .host | quote }}
      http:
        paths:
          {{- range .paths }}
          - path: {{ .path }}
            pathType: {{ .pathType }}
            backend:
              service:
                name: {{ include "app.fullname" $ }}
                port:
                  number: {{ $.Values.service.port }}
          {{- end }}
    {{- end }}
{{- end }}
"""
_STRINGS = """\
  rules:
    {{- range .Values.ingress.hosts }}
    - host: {{ . | quote }}
      http:
        paths:
          - path: {{ $.Values.ingress.path }}
            pathType: Prefix
            backend:
              service:
                name: {{ include "app.fullname" $ }}
                port:
                  number: {{ $.Values.service.port }}
    {{- end }}
{{- end }}
"""
_ONE = """\
  rules:
    - host: {{ .Values.ingress.host }}
      http:
        paths:
          - path: /api
            pathType: Prefix
            backend:
              {{- include "app.backend" . | nindent 14 }}
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {{ include "app.fullname" . }}
                port:
                  name: http
{{- end }}
"""
_LITERAL = (
    "  annotations:\n    nginx.ingress.kubernetes.io/proxy-read-timeout: {{ .Values.ingress.timeout | quote }}\n"
    '    nginx.ingress.kubernetes.io/ssl-redirect: "true"\n'
)
_LITERAL_SPEC = (
    "  {{- if .Values.ingress.secure }}\n  tls:\n    - hosts:\n        - {{ .Values.ingress.host }}\n"
    '      secretName: {{ include "app.fullname" . }}-tls\n  {{- end }}\n'
)
_HELPED = """\
  rules:
    {{- range .Values.ingress.hosts }}
    {{- include "app.rule" (dict "root" $ "host" .host "path" (first .paths).path) | nindent 4 }}
    {{- end }}
{{- end }}
"""
SHAPES: tuple[str, ...] = (
    _HEAD + _ANNOTATIONS + _SPEC + _TLS + _LOOPS,
    _HEAD + _ANNOTATIONS + _SPEC + _TLS + _STRINGS,
    _HEAD + _ANNOTATIONS + _SPEC + _ONE,
    _HEAD + _LITERAL + _SPEC + _LITERAL_SPEC + _ONE,
    _HEAD + _ANNOTATIONS + _SPEC + _TLS + _HELPED,
)
"""Two loops; hosts as strings; one host and fixed paths; literal annotations; rules that a helper writes."""
_VALUES = """\
# How many pods there are.
replicaCount: 2

image:
  repository: registry.example.com/{name}
  tag: "1.0.{number}"
  pullPolicy: IfNotPresent

podAnnotations: {{}}

podSecurityContext:
  runAsNonRoot: true
  runAsUser: 1000

service:
  type: ClusterIP
  port: 8080

# Who may reach it from outside.
ingress:
  enabled: false
  className: nginx
  annotations: {{}}
  host: {name}.example.com
  path: /
  timeout: 60
  secure: false
  hosts: []
  tls: []

autoscaling:
  enabled: false
  most: 10

resources:
  requests:
    cpu: 100m
    memory: 128Mi
  limits:
    memory: 256Mi

env:
"""


def chart_files(number: int, environments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Path and text of every file of one chart, and of the Applications that deploy it."""
    name = f"app-{number}"
    folder = f"charts/{name}"
    yield f"{folder}/Chart.yaml", f"apiVersion: v2\nname: {name}\nversion: 1.0.{number}\n"
    env = "".join(f"  SETTING_{index}: value-{index}-of-{name}\n" for index in range(40))
    yield f"{folder}/values.yaml", _VALUES.format(name=name, number=number) + env
    yield f"{folder}/templates/_helpers.tpl", _HELPERS
    yield f"{folder}/templates/deployment.yaml", _DEPLOYMENT
    for path, text in _OTHERS.items():
        yield f"{folder}/templates/{path}", text
    shape = number % len(SHAPES)
    yield f"{folder}/templates/ingress.yaml", SHAPES[shape]
    for index, environment in enumerate(environments):
        yield f"{folder}/values-{environment}.yaml", _environment(name, shape, index, environment)
        yield f"apps/{name}-{environment}.yaml", _application(name, environment)


def _environment(name: str, shape: int, index: int, environment: str) -> str:
    hosts = [f"{name}.{environment}.example.com", f"www.{name}.{environment}.example.com"][: 1 + index % 2]
    lines = ["ingress:", "  enabled: true", f"  host: {hosts[0]}", f"  secure: {str(index == 2).lower()}"]
    if index:
        lines += ["  annotations:", "    cert-manager.io/cluster-issuer: letsencrypt"]
        lines += [f"    nginx.ingress.kubernetes.io/proxy-read-timeout: '{60 * (1 + index)}'"]
    lines += ["  hosts:"]
    for host in hosts:
        paths = ["      paths:", "        - {path: /, pathType: Prefix}"]
        lines += [f"    - {host}"] if shape == 1 else [f"    - host: {host}", *paths]
    if index == 2 and shape in (0, 1, 4):
        lines += ["  tls:", f"    - secretName: {name}-tls", f"      hosts: [{', '.join(hosts)}]"]
    own = [f"  SETTING_{number}: {environment}-{number}" for number in range(10)]
    return "\n".join([*lines, f"replicaCount: {index + 1}", "env:", *own, ""])


def _application(name: str, environment: str) -> str:
    return (
        f"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: {name}-{environment}\n"
        f"  namespace: argocd\nspec:\n  destination: {{name: {environment}, namespace: {name}}}\n  source:\n"
        f"    repoURL: https://git.example.com/platform/deploy.git\n    path: charts/{name}\n"
        f"    helm: {{valueFiles: [values-{environment}.yaml]}}\n"
    )
