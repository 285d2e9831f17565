"""``--backup DIR``: the old contents of what a run changes, for a folder that no version control looks after."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from gatelift.apply.journal import steps_of, write_all
from gatelift.apply.worktree import Obstacle, WorkTree
from gatelift.findings import EnvironmentProblem, Finding, Place, Severity, UsageError
from gatelift.plan.model import FileChange

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def backup(root: Path, changes: Sequence[FileChange], folder: Path) -> tuple[str, ...]:
    """Copy what ``changes`` will change or delete to ``folder``, under the same paths; their paths.

    Raises ``UsageError`` where the folder is inside the tree or holds something already, ``EnvironmentProblem`` where
    it cannot be written to or a file is no longer what the plan was made from.
    """
    target = Path(os.path.realpath(folder))
    if target.is_relative_to(os.path.realpath(root)):
        raise UsageError(_wrong(folder, "this folder is inside of what is changed", "name one that is outside"))
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(target.iterdir()):
            raise UsageError(_wrong(folder, "this folder holds something already", "name one that is new or empty"))
    except (FileExistsError, NotADirectoryError):
        raise UsageError(_wrong(folder, "this is no folder", "name one that is new or empty")) from None
    except OSError as error:
        raise EnvironmentProblem(_failed(folder, error)) from None
    tree = WorkTree(root, target)
    saved = []
    for change in steps_of(changes):
        if change.before is not None:
            _save(tree, change.path, change.before, target)
            saved.append(change.path)
    return tuple(sorted(saved))


def _save(tree: WorkTree, path: str, before: bytes, target: Path) -> None:
    try:
        data, mode = tree.look(path)
        if data != before:
            raise Obstacle(path, "it was changed since the plan was made")
        copy = target / path
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(copy, _NEW, 0o600)
        try:
            write_all(descriptor, before)
            os.fchmod(descriptor, (mode or 0o600) & 0o777)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except Obstacle as obstacle:
        message = f"cannot be copied: {obstacle.why}; no file was changed"
        finding = Finding("environment/changed", Severity.ERROR, message, "run this again", Place(path))
        raise EnvironmentProblem(finding) from None
    except OSError as error:
        raise EnvironmentProblem(_failed(target, error)) from None


def _wrong(folder: Path, message: str, fix: str) -> Finding:
    return Finding("usage/backup", Severity.ERROR, f"{message}, so no backup goes there", fix, Place(str(folder)))


def _failed(folder: Path, error: OSError) -> Finding:
    message = f"the backup cannot be written: {(error.strerror or 'failed').lower()}; no file was changed"
    return Finding("environment/write", Severity.ERROR, message, "name another folder", Place(str(folder)))
