"""The tree of a commit: blobs as they are stored, no filter applied, nothing fetched."""

from __future__ import annotations

import os
import posixpath
import subprocess
import threading
import weakref
from collections.abc import Mapping
from typing import IO

from gatelift.findings import EnvironmentProblem, Finding, InputError, Place, Severity, UsageError
from gatelift.repository.git import Git
from gatelift.repository.inside import MOST_BYTES, too_large
from gatelift.repository.tree import Tree
from gatelift.repository.walk import Opened

_FILES = ("100644", "100755", "100664")
_LINK = "120000"
_LONGEST_LINK = 4096
_STEPS = 40


def tree_at(git: Git, rev: str) -> Tree:
    """The files of a commit. Raises ``UsageError`` where ``rev`` names none.

    Links become links; submodules are not part of it; a file that Git LFS keeps elsewhere is its pointer.
    """
    return open_at(git, rev).tree


def open_at(git: Git, rev: str) -> Opened:
    """``tree_at``, with what ``grep`` needs to search it. Raises ``UsageError`` where ``rev`` names no commit."""
    commit = commit_of(git, rev)
    blobs: dict[str, str] = {}
    pointing: dict[str, str] = {}
    for entry in os.fsdecode(git.ask("ls-tree", "-r", "-z", "--full-tree", commit)).split("\0")[:-1]:
        about, _, path = entry.partition("\t")
        mode, _, blob = about.split(" ")
        if mode in _FILES:
            blobs[path] = blob
        elif mode == _LINK:
            pointing[path] = blob
    reader = _Blobs(git, blobs)
    targets = {path: os.fsdecode(reader.blob(blob, path, _LONGEST_LINK)) for path, blob in pointing.items()}
    links = {path: found for path in targets if (found := _leads_to(path, targets)) is not None}
    outside = frozenset(targets) - frozenset(links)
    tree = Tree(git.root, blobs, reader.read, links, unfollowed=outside)
    return Opened(tree=tree, git=git, outside=outside, revision=commit)


def commit_of(git: Git, rev: str) -> str:
    """The full name of a commit. Raises ``UsageError`` for what names none."""
    bad = not rev or rev.startswith("-") or "\0" in rev
    done = None if bad else git.run(("rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}"))
    if done is None or done.returncode:
        message = f"the repository has no commit called {rev[:100]!r}"
        fix = "name a branch, a tag or a commit that is in this clone; a shallow clone has few"
        raise UsageError(Finding("usage/revision", Severity.ERROR, message, fix))
    return done.stdout.decode().strip()


def _leads_to(link: str, targets: Mapping[str, str]) -> str | None:
    """Where a link leads to, step by step as the system would; None outside of the tree and in circles."""
    steps = 0
    here: list[str] = []
    names = link.split("/")[::-1]
    while names:
        name = names.pop()
        if name in ("", "."):
            continue
        if name == "..":
            if not here:
                return None
            here.pop()
            continue
        here.append(name)
        target = targets.get("/".join(here))
        if target is not None:
            steps += 1
            if steps > _STEPS or target.startswith("/") or len(names) > _LONGEST_LINK:
                return None
            here.pop()
            names.extend(target.split("/")[::-1])
    return posixpath.normpath("/".join(here) or ".")


class _Blobs:
    """Reads blobs through one ``git cat-file --batch``, started with the first one and ended with this object."""

    def __init__(self, git: Git, blobs: Mapping[str, str]) -> None:
        self._git = git
        self._blobs = blobs
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, path: str) -> bytes:
        """The bytes of a file of the commit. Raises ``InputError`` for more than 16 MiB, and for what is missing."""
        return self.blob(self._blobs[path], path, MOST_BYTES)

    def blob(self, name: str, path: str, most: int) -> bytes:
        with self._lock:
            source, sink = self._started()
            try:
                sink.write(f"{name}\n".encode())
                sink.flush()
                about = source.readline().split()
                size = int(about[2]) if len(about) == 3 else -1
                if 0 <= size <= most:
                    data = source.read(size + 1)[:-1]
                    if len(data) == size:
                        return data
                    size = -1
            except OSError:
                size = -1
            # What git still wants to say of this one is in the way of the next answer.
            self._end()
        raise InputError(too_large(path) if size > most else _not_there(path))

    def _started(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._process = _start(self._git)
            weakref.finalize(self, _stop, self._process)
        if self._process.stdout is None or self._process.stdin is None:
            raise AssertionError
        return self._process.stdout, self._process.stdin

    def _end(self) -> None:
        if self._process is not None:
            _stop(self._process)
            self._process = None


def _start(git: Git) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - an absolute path, and words of our own
            git.command("cat-file", "--batch"),
            cwd=git.root,
            env=git.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        message = f"git cannot be started: {(error.strerror or 'failed').lower()}"
        raise EnvironmentProblem(Finding("environment/git", Severity.ERROR, message, "", Place(git.root))) from None


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends a process that only reads; it has nothing to lose."""
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    process.wait()


def _not_there(path: str) -> Finding:
    message = "the clone does not hold this file's content, and gatelift fetches nothing"
    fix = "fetch it first, or use a full clone"
    return Finding("input/unreadable", Severity.ERROR, message, fix, Place(path))
