"""What a run says while it works: on a terminal only, and nothing of it stays."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

FILES = {
    "base/kustomization.yaml": "resources:\n- ingress.yaml\n",
    "base/ingress.yaml": """\
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
""",
}
COMMAND = [sys.executable, "-m", "gatelift", "plan", "--gateway", "infra/public", "--allow-refused"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_terminal_is_told_and_keeps_nothing(repository: Path) -> None:
    here, there = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [*COMMAND, str(repository)], stdout=subprocess.PIPE, stderr=there, env=environment, check=False, timeout=120
    )
    os.close(there)
    said = os.read(here, 1 << 16).decode()
    os.close(here)
    assert done.returncode == 0
    assert "building" in said or "reading the repository" in said
    # The line is wiped at the end: cursor to its beginning, and erase.
    assert said.rstrip().endswith(("\x1b[2K", "\x1b[?25h")) or "\x1b[2K" in said
    assert b"proved" in done.stdout


def test_a_pipe_is_told_nothing(repository: Path) -> None:
    done = subprocess.run([*COMMAND, str(repository)], capture_output=True, check=False, timeout=120)  # noqa: S603
    assert done.returncode == 0
    assert done.stderr == b""
