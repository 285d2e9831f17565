"""Golden cases of ``gatelift convert``: finding them, running them, and what of a result is compared.

A case is a folder: ``README.md`` (what it proves), ``before/``, what else the run needs (``gatelift.yaml``,
``configmap.yaml``, ``facts.json``), ``arguments`` (one a line, those of ``convert``), and what must come out:
``after.yaml`` (standard output), ``report.json``, ``stderr.txt`` and ``exit``.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from gatelift.cli.main import main

HERE = Path(__file__).resolve().parent
OUTPUTS = ("after.yaml", "report.json", "stderr.txt", "exit")
VERSION = "(the version of the run)"


class Result(NamedTuple):
    """What a run wrote, and its exit code."""

    stdout: bytes
    stderr: str
    code: int


def names() -> list[str]:
    """The names of all cases, sorted."""
    return sorted(path.parent.name for path in HERE.glob("*/arguments"))


def arguments(name: str) -> list[str]:
    """The arguments of a case, without ``convert``."""
    return (HERE / name / "arguments").read_text(encoding="utf-8").splitlines()


def golden(name: str, file: str) -> bytes:
    """What stands in a case; nothing where the file is missing."""
    path = HERE / name / file
    return path.read_bytes() if path.exists() else b""


def copied(name: str, folder: Path) -> Path:
    """A copy of the case's input under ``folder``, as a repository of its own: what is beside it cannot matter."""
    target = folder / name
    shutil.copytree(HERE / name, target, ignore=shutil.ignore_patterns(*OUTPUTS, "README.md", "arguments"))
    (target / ".git").mkdir()
    return target


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextlib.contextmanager
def _streams(stdin: bytes) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    out, err = io.BytesIO(), io.BytesIO()
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(out, encoding="utf-8", write_through=True)
    sys.stderr = io.TextIOWrapper(err, encoding="utf-8", write_through=True)
    try:
        yield out, err
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


def gatelift(folder: Path, argv: Sequence[str], stdin: bytes = b"") -> Result:
    """Run the command in process, in ``folder``."""
    with _inside(folder), _streams(stdin) as (out, err):
        try:
            code = int(main(argv))
        except SystemExit as stop:
            code = int(stop.code or 0)
        return Result(out.getvalue(), err.getvalue().decode(), code)


def convert(name: str, folder: Path, *more: str) -> Result:
    """Run a case in ``folder``, a copy of it, with further arguments."""
    return gatelift(folder, ["convert", *arguments(name), *more])


def report_text(data: bytes) -> str:
    """A report as it is compared: everything but the version that wrote it."""
    report = json.loads(data)
    report["gatelift"] = VERSION
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def marked(text: str) -> list[dict[str, Any]]:
    """The objects of a stream that gatelift wrote, in order."""
    documents = re.split(r"(?m)^(?:---|\.\.\.)(?=\s|\Z).*\n?", text.replace("\r\n", "\n"))
    return [yaml.safe_load(item) for item in documents if item.startswith("# gatelift: mirrors")]
