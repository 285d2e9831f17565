"""Inputs that tests of the command line share, and the command itself."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from gatelift.cli.main import main

GATEWAY = ("--gateway", "infra/shared/https")

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {name}, namespace: app}}
spec:
  ingressClassName: nginx
  rules:
    - host: {name}.example.com
      http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: web, port: {{number: 80}}}}}}}}]}}
"""


def ingress(name: str = "good", **annotations: str) -> str:
    """A plain Ingress; ``annotations`` are ingress-nginx's, with ``_`` for ``-``."""
    text = INGRESS.format(name=name)
    if not annotations:
        return text
    lines = "".join(
        f"    nginx.ingress.kubernetes.io/{key.replace('_', '-')}: {json.dumps(value)}\n"
        for key, value in annotations.items()
    )
    return text.replace(
        f"metadata: {{name: {name}, namespace: app}}\n",
        f"metadata:\n  name: {name}\n  namespace: app\n  annotations:\n{lines}",
    )


class Result(NamedTuple):
    """What a run wrote, and its exit code."""

    stdout: str
    stderr: str
    code: int

    @property
    def items(self) -> list[dict[str, Any]]:
        """The objects of ``-o json``."""
        found: list[dict[str, Any]] = json.loads(self.stdout)["items"]
        return found


def gatelift(*argv: str | Path, stdin: bytes = b"", cwd: Path | None = None) -> Result:
    """The command, in process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    saved = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"), out, err
    try:
        with contextlib.chdir(cwd) if cwd else contextlib.nullcontext():
            code = int(main([str(word) for word in argv]))
    except SystemExit as stop:
        code = int(stop.code or 0)
    finally:
        sys.stdin, sys.stdout, sys.stderr = saved
    stdout, stderr = (stream.buffer for stream in (out, err))
    return Result(_text(stdout), _text(stderr), code)


def _text(stream: object) -> str:
    assert isinstance(stream, io.BytesIO)
    return stream.getvalue().decode()


def process(
    argv: Sequence[str | Path], cwd: Path, stdin: bytes = b"", environment: Mapping[str, str] | None = None
) -> Result:
    """The command, in a process of its own."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GATELIFT_")}
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "gatelift", *map(str, argv)],
        cwd=cwd,
        input=stdin,
        env={**clean, **(environment or {})},
        capture_output=True,
        check=False,
    )
    return Result(done.stdout.decode(), done.stderr.decode(), done.returncode)


def repository(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """A repository with ``files``; what lies above it cannot be found from it."""
    (folder / ".git").mkdir(exist_ok=True, parents=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def good_is_reported(folder: Path) -> bool:
    """Whether ``report.json`` says that Ingress ``app/good`` was converted."""
    report = json.loads((folder / "report.json").read_text())
    return "app/good" in [row["ingress"] for row in report["ingresses"] if row["status"] == "converted"]
