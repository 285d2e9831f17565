"""The scaffolds of helm create become templates of routes that mean the same in every case."""

from __future__ import annotations

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


def rewritten(name: str, **cases: str) -> Outcome:
    files = {f"values-{key}_yaml": text for key, text in cases.items()}
    made = chart(
        values_yaml=VALUES, templates__ingress_yaml=shape(name), templates__helpers_tpl=HELPERS,
        templates__service_yaml=SERVICE, **files,
    )  # fmt: skip
    return Charting(made).outcome(DEPLOYED, f"{DEPLOYED}/templates/ingress.yaml")


@pytest.mark.parametrize("name", ["scaffold-today", "scaffold-2021"])
def test_a_scaffold_is_proved_in_all_its_cases(name: str) -> None:
    found = rewritten(name, two=TWO_HOSTS, tls=TLS)
    assert found.given_up is None
    assert found.wrong == {}
    assert [case for case in ("values-two.yaml", "values-tls.yaml") if f"{DEPLOYED} @ {case}" in found.proved]
