"""An Ingress in braces counts as every other: its place is not opened by the route of its neighbour."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROTECTED = (
    "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: admin, annotations: "
    "{nginx.ingress.kubernetes.io/configuration-snippet: 'deny all;'}}, spec: {ingressClassName: nginx, rules: "
    "[{host: shop.example.com, http: {paths: [{path: /admin, pathType: Prefix, "
    "backend: {service: {name: admin, port: {number: 80}}}}]}}]}}\n"
)
OPEN = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: shop, port: {number: 80}}}
"""


def _planned(folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "gatelift", "plan", "-o", "json", "--gateway", "infra/public", str(folder)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)  # noqa: S603 - our own interpreter
    assert done.returncode == 2, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    return made


@pytest.mark.parametrize("built", [False, True], ids=["plain", "kustomization"])
def test_its_place_is_closed(tmp_path: Path, built: bool) -> None:
    (tmp_path / "admin.yaml").write_text(PROTECTED)
    (tmp_path / "shop.yaml").write_text(OPEN)
    if built:
        (tmp_path / "kustomization.yaml").write_text("resources: [admin.yaml, shop.yaml]\n")
    (root,) = _planned(tmp_path)["roots"]
    assert root["ingresses"] == 2
    assert "HTTPRoute admin-closed" in root["objects"]
    assert all(item["holds"] for item in root["evidence"])


def test_alone_in_a_kustomization_it_is_seen(tmp_path: Path) -> None:
    (tmp_path / "admin.yaml").write_text(PROTECTED)
    (tmp_path / "kustomization.yaml").write_text("resources: [admin.yaml]\n")
    assert _planned(tmp_path)["report"]["summary"]["withheld"] == 1
