"""One file that cannot be read keeps all others from being written, and even a quiet run says which."""

from __future__ import annotations

from pathlib import Path

import pytest
from rewriting import Repository

from gatelift.findings import Exit

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  ingressClassName: nginx
  rules:
  - host: web.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: web, port: {number: 80}}}
"""


def test_nothing_is_written_and_the_error_is_the_next_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = Repository(tmp_path, {"web/ingress.yaml": INGRESS, "api/ingress.yaml": "kind: Ingress\nmetadata: [open\n"})
    before = made.files()
    assert made.rewrite() is Exit.UNREADABLE
    assert made.files() == before
    told = capsys.readouterr().err
    assert "api/ingress.yaml:2:" in told
    assert "next: correct what the errors above point at" in told
