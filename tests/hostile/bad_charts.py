"""A small chart that somebody deploys, and ways to spoil it."""

from __future__ import annotations

from collections.abc import Mapping

CANARY = "hunter2-is-no-password"

INGRESS = """\
{{- if .Values.ingress.enabled }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ .Release.Name }}
  {{- with .Values.ingress.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  ingressClassName: nginx
  rules:
    {{- range .Values.ingress.hosts }}
    - host: {{ . | quote }}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {{ $.Release.Name }}
                port:
                  number: {{ $.Values.service.port }}
    {{- end }}
{{- end }}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec:
  ports:
    - name: http
      port: {{ .Values.service.port }}
"""
VALUES = "service:\n  port: 80\n\ningress:\n  enabled: false\n  annotations: {}\n  hosts: []\n"
PROD = "ingress:\n  enabled: true\n  hosts:\n    - shop.example.com\n"

Files = dict[str, str | bytes]


def chart(name: str = "shop", more: Mapping[str, str | bytes] | None = None, version: str = "") -> Files:
    """A chart in ``charts/NAME`` and an Application that deploys its ``values-prod.yaml``."""
    folder = f"charts/{name}"
    return {
        f"{folder}/Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: {version or '0.1.0'}\n",
        f"{folder}/values.yaml": VALUES,
        f"{folder}/values-prod.yaml": PROD.replace("shop.example.com", f"{name}.example.com"),
        f"{folder}/templates/ingress.yaml": INGRESS,
        f"{folder}/templates/service.yaml": SERVICE,
        f"apps/{name}.yaml": application(name),
        **{f"{folder}/{path}": text for path, text in (more or {}).items()},
    }


def application(name: str) -> str:
    """Who deploys it."""
    return (
        f"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n"
        f"  destination: {{name: prod, namespace: apps}}\n  source:\n    repoURL: https://git.example.com/a/b\n"
        f"    path: charts/{name}\n    helm: {{valueFiles: [values-prod.yaml]}}\n"
    )
