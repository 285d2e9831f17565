"""Finding and reading files: what is below a directory, without following it out, waiting, or reading endlessly."""

from __future__ import annotations

import os
import re
import shlex
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from gatelift.findings import Finding, InputError, Place, Severity

SUFFIXES = (".yaml", ".yml", ".json")
MAX_BYTES = 256 << 20
"""Larger files are refused: no manifest is, and reading one would take the memory of the machine."""


def files(path: Path, shown: str, ignores: Callable[[str], bool], findings: list[Finding]) -> Iterator[tuple[str, str]]:
    """The file itself, or the manifests below a directory, each with its root: the topmost directory of manifests.

    Links that leave the directory are not followed.
    """
    if not path.is_dir():
        yield str(path.parent), str(path)
        return
    roots: list[Path] = []
    top = os.path.realpath(path) + os.sep
    for folder, folders, names in os.walk(path, onerror=lambda error: findings.append(unreadable(shown, error))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if not ignores(folder):
            findings.extend(_not_rendered(folder, names))
        for name in sorted(names):
            full = str(Path(folder, name))
            if name.startswith(".") or not name.endswith(SUFFIXES) or _is_source(name):
                continue
            # Not Path.resolve(), which raises for links in a loop.
            if Path(full).is_symlink() and not os.path.realpath(full).startswith(top):
                findings.append(_outside(full))
                continue
            root = next((known for known in roots if Path(folder).is_relative_to(known)), None)
            if root is None:
                roots.append(root := Path(folder))
            yield str(root), full
    if not roots:
        findings.append(_nothing(shown))


KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def _is_source(name: str) -> bool:
    """Whether a file says how manifests are made, and is none itself."""
    return name in ("gatelift.yaml", "Chart.yaml", *KUSTOMIZATIONS) or bool(re.fullmatch(r"values.*\.ya?ml", name))


def _not_rendered(folder: str, names: Sequence[str]) -> Iterator[Finding]:
    """What stands in such a folder is not what reaches the cluster."""
    for name, command in (*((name, "kustomize build") for name in KUSTOMIZATIONS), ("Chart.yaml", "helm template")):
        if name in names:
            yield Finding(
                "input/not-rendered",
                Severity.WARNING,
                f"manifests here are made by '{command}'; as they stand they may not be what is applied",
                f"convert what it prints: {command} {shlex.quote(folder)} | gatelift convert -",
                Place(str(Path(folder, name)), 1, 1),
            )


def regular_bytes(path: str) -> bytes:
    """The bytes of a regular file of a bearable size; nothing is waited for. Raises ``InputError``."""
    try:
        with open(path, "rb", opener=_nonblocking) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                fix = "name a file or a directory"
                raise InputError(_error("input/unreadable", path, "this is no regular file", fix))
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(unreadable(path, error)) from None
    if len(data) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES >> 20} MiB; no manifest is"
        raise InputError(_error("input/too-large", path, message, "name the files that hold manifests"))
    return data


def _nonblocking(path: str, flags: int) -> int:
    """Opens without waiting for the other end of a FIFO."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _error(code: str, path: str, message: str, fix: str) -> Finding:
    return Finding(code, Severity.ERROR, message, fix, Place(path))


def unreadable(path: str, error: OSError) -> Finding:
    name = error.filename if isinstance(error.filename, str) else path
    reason = (error.strerror or str(error)).lower()
    return _error("input/unreadable", name, f"cannot be read: {reason}", "correct the path, or its permissions")


def _outside(path: str) -> Finding:
    fix = "name the file itself if it is meant"
    return _error("input/link", path, "this link leads out of the directory, and is not followed", fix)


def _nothing(path: str) -> Finding:
    return _error(
        "input/nothing",
        path,
        f"no file below it ends in {', '.join(SUFFIXES)}",
        "name the directory that holds manifests",
    )
