"""``verify`` reads the work tree, and nothing that it read of the earlier commit, for plain folders too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

WEB = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
spec:
  ingressClassName: nginx
  rules:
    - host: web.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
"""


def _run(folder: Path, *words: str) -> int:
    command = [sys.executable, "-m", "gatelift", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode  # noqa: S603 - our own code


def _committed(folder: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    own = ["-c", "user.name=one", "-c", "user.email=one@example.com"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "as it is"]):
        subprocess.run(["git", *own, *words], cwd=folder, env=environment, check=True)  # noqa: S603, S607 - fixed words


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "gatelift.yaml").write_text("gateway: {namespace: infra, name: public, sectionName: https}\n")
    (tmp_path / "web").mkdir()
    (tmp_path / "web/ingress.yaml").write_text(WEB)
    _committed(tmp_path)
    return tmp_path


@pytest.mark.parametrize("phase", ["coexist", "cutover", "retire"])
def test_every_phase_is_verified_against_the_beginning(folder: Path, phase: str) -> None:
    assert _run(folder, "rewrite", "--phase", phase) == 0
    assert _run(folder, "verify", "--phase", phase, "--against", "HEAD") == 0


def test_an_ingress_that_was_changed_since_is_seen(folder: Path) -> None:
    assert _run(folder, "rewrite") == 0
    path = folder / "web/ingress.yaml"
    path.write_text(path.read_text().replace("name: web, port", "name: other, port"))
    assert _run(folder, "verify", "--against", "HEAD") == 5
