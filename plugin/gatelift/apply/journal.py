"""The journal of one run: everything needed to finish it or to take it back, in one file that is whole or not there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from gatelift.findings import EnvironmentProblem, Finding, Place, Severity
from gatelift.plan.model import FileChange

_HEAD = b"gatelift journal 1\n"
NAME = "journal"
DRAFT = "journal.draft"
STAGE = "stage"


class Step(msgspec.Struct, frozen=True):
    """One file of a run. ``path`` is what the file system calls it, relative to the root."""

    path: bytes
    before: bytes | None
    after: bytes | None
    mode: int | None
    """The permissions the file had; None for a new one."""

    @property
    def name(self) -> str:
        return os.fsdecode(self.path)

    def back(self) -> Step:
        """The step that takes this one back."""
        return Step(self.path, self.after, self.before, self.mode)


class Journal(msgspec.Struct, frozen=True):
    """A run that is to be done as a whole."""

    run: bytes
    """Sixteen random bytes: part of the name of what may have to stand beside a file for a moment."""
    steps: tuple[Step, ...]
    """What goes first, then what is written: a file may become a folder."""
    folders: tuple[bytes, ...]
    """Folders that the run makes, outer ones first."""

    def beside(self, index: int) -> str:
        """The name that the step's new content has beside its file, where it cannot be renamed into place."""
        return f".gatelift-{self.run.hex()}-{index}"


def steps_of(changes: Sequence[FileChange]) -> tuple[FileChange, ...]:
    """One change for each path, in the order of ``Journal.steps``, without those that change nothing.

    Raises ``ValueError`` where a later change of a path does not begin where the earlier one ended.
    """
    folded: dict[str, FileChange] = {}
    for change in changes:
        first = folded.get(change.path)
        if first is not None and first.after != change.before:
            raise ValueError(change.path)
        before = change.before if first is None else first.before
        folded[change.path] = FileChange(change.path, before, change.after)
    kept = (change for change in folded.values() if change.before != change.after)
    return tuple(sorted(kept, key=lambda change: (change.after is not None, change.path)))


def commit(state: Path, journal: Journal) -> None:
    """Write the journal: once it has its name, the run counts as begun. Raises ``OSError``."""
    payload = msgspec.msgpack.encode(journal)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(state / DRAFT, flags, 0o600)
    try:
        write_all(descriptor, _HEAD + hashlib.sha256(payload).digest() + payload)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    (state / DRAFT).rename(state / NAME)
    sync_folder(state)


def read(state: Path) -> Journal | None:
    """The journal of a run that did not end, or None. Raises ``EnvironmentProblem`` for a damaged one."""
    path = state / NAME
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError:
        raise EnvironmentProblem(_damaged(path)) from None
    with os.fdopen(descriptor, "rb") as file:
        data = file.read()
    digest, payload = data[len(_HEAD) : len(_HEAD) + 32], data[len(_HEAD) + 32 :]
    if not data.startswith(_HEAD) or hashlib.sha256(payload).digest() != digest:
        raise EnvironmentProblem(_damaged(path))
    try:
        return msgspec.msgpack.decode(payload, type=Journal)
    except msgspec.DecodeError:
        raise EnvironmentProblem(_damaged(path)) from None


def discard(state: Path) -> None:
    """Forget the run. Raises ``OSError`` only where the journal is still there.

    The journal goes last: what is left without one belongs to a run that had not touched the tree. Once it is gone the
    run has ended, and what cannot be tidied up any more must not look like a failure of it.
    """
    with suppress(OSError):
        empty_stage(state)
        (state / DRAFT).unlink(missing_ok=True)
    (state / NAME).unlink(missing_ok=True)
    with suppress(OSError):
        sync_folder(state)


def empty_stage(state: Path) -> None:
    """Remove what waits, or a link that somebody put in its place. Raises ``OSError``."""
    stage = state / STAGE
    if stage.is_symlink():
        stage.unlink()
    elif stage.is_dir():
        for entry in stage.iterdir():
            entry.unlink()
        stage.rmdir()


def begun(state: Path) -> bool:
    """Whether there is a journal of a run that has not ended."""
    return os.path.lexists(state / NAME)


def pending(state: Path) -> bool:
    """Whether an earlier run left anything."""
    return any(os.path.lexists(state / name) for name in (NAME, DRAFT, STAGE))


def write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _damaged(path: Path) -> Finding:
    message = "the journal of an interrupted run is damaged, so gatelift can neither finish that run nor take it back"
    fix = "look at what it changed (git status, or your backup), put it right, then remove the journal"
    return Finding("environment/journal", Severity.ERROR, message, fix, Place(str(path)))
