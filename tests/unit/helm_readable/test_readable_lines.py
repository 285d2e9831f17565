"""A value that goes on in another line may be more than the value of one annotation."""

from __future__ import annotations

import pytest
from chart_trees import chart
from rewritten import Charting

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    {{- range $key, $value := .Values.annotations }}
    {{ $key }}: {{ $value }}
    {{- end }}
spec:
  ingressClassName: nginx
  rules:
    - host: {{ .Values.host }}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  number: 80
"""
VALUES = (
    "host: a.example.com\nannotations: {example.com/a: b}\n"
    "gateway:\n  enabled: false\n  name: ''\n  namespace: ''\n  sectionName: ''\n"
)


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("other words, and nothing else", "equal"),
        ("b\n    nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8", "stops"),
        ("b\r    nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8", "stops"),
    ],
)
def test_an_annotation_that_any_value_is_known_of_stays_on_its_line(value: str, answer: str) -> None:
    made = Charting(chart(values_yaml=VALUES, templates__ingress_yaml=INGRESS))
    outcome = made.outcome("charts/shop", "charts/shop/templates/ingress.yaml")
    assert outcome.given_up is None
    assert not outcome.wrong
    assert made.answers(outcome, "charts/shop", [{"annotations": {"example.com/a": value}}]) == [answer]
