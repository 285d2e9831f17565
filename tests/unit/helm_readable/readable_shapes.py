"""Pieces of charts in which the shapes of the parser's tests render."""

from __future__ import annotations

from pathlib import Path

DEPLOYED = "charts/shop"
HELPERS = """\
{{- define "shop.fullname" -}}{{ .Release.Name }}-web{{- end }}
{{- define "shop.name" -}}web{{- end }}
{{- define "shop.labels" -}}
app.kubernetes.io/name: web
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {{ include "shop.fullname" . }}
spec:
  ports:
    - name: http
      port: {{ .Values.service.port }}
"""


def shape(name: str) -> str:
    """A template of the parser's tests."""
    folder = Path(__file__).parent.parent / "helm" / "shapes"
    return (folder / f"{name}.yaml").read_text(encoding="utf-8")
