"""Golden miniature repositories of ``gatelift rewrite``: finding them, running them, building what came out.

A case is a folder: ``README.md`` (what it proves), ``before/`` (a whole repository), ``arguments`` (one a line, those
after ``rewrite``; optional) and what must come out: ``after/`` (the files that are new or changed, nothing else),
``removed`` (paths, one a line; missing where nothing is removed), ``plan.json`` (``--report``) and ``exit``.

``way`` says how the three phases end, in order, from ``before/``: ``retired`` (no Ingress is left) or ``held`` (some
are). Such a case also has ``retired/`` and ``retired-removed``: what differs from ``before/`` after the last phase.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

from golden_cases import VERSION, gatelift

from support.builds import Files, files_of, write

HERE = Path(__file__).resolve().parent / "rewrite"
PHASES = ("coexist", "cutover", "retire")


class Run(NamedTuple):
    """One run of ``rewrite`` over a repository."""

    before: Files
    after: Files
    plan: bytes
    account: str
    code: int

    @property
    def changed(self) -> dict[str, bytes]:
        """Path -> bytes of every file that is new or differs."""
        return {path: data for path, data in self.after.items() if self.before.get(path) != data}

    @property
    def removed(self) -> list[str]:
        """The paths that are gone."""
        return sorted(self.before.keys() - self.after.keys())


def names() -> list[str]:
    """The names of all cases, sorted."""
    return sorted(path.parent.name for path in HERE.glob("*/before"))


def way(name: str) -> str:
    """How the three phases end; empty where the case says nothing of them."""
    path = HERE / name / "way"
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def arguments(name: str) -> list[str]:
    """The arguments of a case, without ``rewrite``."""
    path = HERE / name / "arguments"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def golden_files(name: str, folder: str) -> dict[str, bytes]:
    """The files of ``after/`` or ``retired/``."""
    return files_of(HERE / name / folder)


def golden_lines(name: str, file: str) -> list[str]:
    """The lines of a file of a case; none where it is missing."""
    path = HERE / name / file
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def git(folder: Path, *words: str) -> None:
    """Real git, without the machine's own configuration."""
    own = ("user.name=case", "user.email=case@example.com", "init.defaultBranch=main", "commit.gpgsign=false")
    command = ["git", *(word for setting in own for word in ("-c", setting)), *words]
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)  # noqa: S603 - fixed words


def committed(folder: Path) -> None:
    """Make what is in the work tree the last commit."""
    git(folder, "add", "-A", "--force")
    git(folder, "commit", "-q", "--allow-empty", "-m", "as it is")


def repository(name: str, folder: Path) -> Path:
    """A copy of the case's repository under ``folder``, committed."""
    target = folder / name
    shutil.copytree(HERE / name / "before", target)
    git(target, "init", "-q")
    committed(target)
    return target


def rewrite(folder: Path, *words: str) -> Run:
    """Run the command over a repository whose work tree is committed."""
    before = files_of(folder)
    with tempfile.TemporaryDirectory() as beside:
        report = Path(beside) / "plan.json"
        result = gatelift(folder, ["rewrite", *words, "--report", str(report)])
        plan = report.read_bytes() if report.exists() else b""
    assert result.stdout == b""
    return Run(before, files_of(folder), plan, result.stderr, result.code)


@cache
def played(name: str) -> Run:
    """The case as it comes out today."""
    with tempfile.TemporaryDirectory() as folder:
        return rewrite(repository(name, Path(folder)), *arguments(name))


@cache
def again(name: str) -> Run:
    """The same once more, over what came out."""
    with tempfile.TemporaryDirectory() as folder:
        place = repository(name, Path(folder))
        _lay(played(name), place)
        committed(place)
        return rewrite(place, *arguments(name))


@cache
def phased(name: str) -> tuple[Run, ...]:
    """The three phases in order, each over what the one before wrote."""
    with tempfile.TemporaryDirectory() as folder:
        place = repository(name, Path(folder))
        runs = []
        for phase in PHASES:
            runs.append(rewrite(place, *arguments(name), "--phase", phase))
            committed(place)
        return tuple(runs)


def _lay(run: Run, folder: Path) -> None:
    for path in run.removed:
        (folder / path).unlink()
    write(run.changed, folder)


def plan_text(data: bytes) -> str:
    """A plan as it is compared: everything but the versions that made it."""
    if not data:
        return ""
    plan = json.loads(data)
    plan["engines"] = ["(the engine of the run)" for _ in plan["engines"]]
    plan["report"]["gatelift"] = VERSION
    return json.dumps(plan, indent=2, ensure_ascii=False) + "\n"
