"""Files and streams that the command writes to, and what it does where they fail."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gatelift.cli.files import write_file
from gatelift.findings import EnvironmentProblem, UsageError

MANIFEST = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: d}
spec:
  ingressClassName: nginx
  rules:
  - host: a.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
"""


def shell(folder: Path, words: str) -> tuple[int, str]:
    """The exit code and the standard error of ``gatelift`` in a shell."""
    (folder / ".git").mkdir(exist_ok=True)
    (folder / "web.yaml").write_text(MANIFEST)
    command = f"exec {sys.executable} -m gatelift {words}"
    done = subprocess.run(["/bin/sh", "-c", command], cwd=folder, capture_output=True, timeout=60, check=False)  # noqa: S603
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("convert --gateway a/b <&-", 3),
        ("convert web.yaml --gateway a/b >&-", 6),
        ("convert web.yaml --gateway a/b >/dev/full", 6),
        ("annotations >/dev/full", 6),
        ("config schema >&-", 6),
        ("convert web.yaml --gateway a/b 2>&-", 0),
        ("convert web.yaml --gateway a/b 2>/dev/full", 0),
        ("convert web.yaml --gateway a/b --report .", 3),
        ("facts web.yaml -o .", 3),
        ("convert web.yaml --gateway a/b --facts /dev/zero", 4),
    ],
)
def test_a_stream_that_fails_is_told_by_the_exit_code_without_a_traceback(
    words: str, code: int, tmp_path: Path
) -> None:
    found, said = shell(tmp_path, words)
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    assert found == code, said


def test_a_folder_is_no_file_to_write() -> None:
    with pytest.raises(UsageError, match="directory"):
        write_file(".", b"x", "report")


def test_a_full_device_is_a_failure_of_the_environment() -> None:
    with pytest.raises(EnvironmentProblem, match="no space"):
        write_file("/dev/full", b"x", "report")


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    write_file(str(pipe), b"x", "report")
    reader.join(10)
    assert got == [b"x"]
    assert pipe.is_fifo()


def test_a_link_stays_and_its_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_file(str(tmp_path / "link"), b"new", "report")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_planted_draft_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"old")
    (tmp_path / f".gatelift.{os.getpid()}.0").symlink_to("victim")
    write_file(str(tmp_path / "report"), b"new", "report")
    assert (tmp_path / "victim").read_bytes() == b"old"
    assert (tmp_path / "report").read_bytes() == b"new"


def test_outside_git_patterns_are_relative_to_the_configuration_or_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "m" / "legacy").mkdir(parents=True)
    for name in ("m/web.yaml", "m/legacy/old.yaml"):
        (tmp_path / name).write_text(MANIFEST.replace("name: web", f"name: {Path(name).stem}"))
    (tmp_path / "own.yaml").write_text("ignore: ['m/legacy/**']\n")
    command = [sys.executable, "-m", "gatelift", "convert", "--gateway", "a/b", "--config", "own.yaml", "m"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False)  # noqa: S603
    assert "m/legacy/old.yaml: note: ignored" in done.stderr.decode()
