"""Which files hold a word, without reading most of them in Python."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Sequence

from gatelift.findings import InputError
from gatelift.repository.git import Git
from gatelift.repository.inside import MOST_BYTES, read_all, regular_file
from gatelift.repository.tree import Tree
from gatelift.repository.walk import Opened

_PIECE = 1 << 20


def grep(tree: Tree, opened: Opened, words: Sequence[bytes], suffixes: Sequence[str]) -> tuple[str, ...]:
    """The files of ``tree`` that end in one of ``suffixes`` and hold one of ``words``, sorted.

    ``tree`` is ``opened.tree``, or that with changes. A file that cannot be read is among them: it may hold the word,
    and whoever reads it learns why it cannot be. Git is asked where it can be, and gives the same answer as reading.
    """
    ends = tuple(suffixes)
    wanted = {path for path in tree.files if path.endswith(ends)}
    changed = {path for path, data in tree.changes.items() if data is not None and path in wanted}
    held = {path for path in changed if _any(tree.changes[path] or b"", words)}
    rest = wanted - changed
    if opened.git is not None:
        asked = rest - opened.odd
        held |= _asked(opened.git, opened, words, ends) & asked
        rest -= asked
    held.update(path for path in rest if holds(tree.root, path, words))
    return tuple(sorted(held))


def holds(root: str, path: str, words: Sequence[bytes]) -> bool:
    """Whether a file holds one of the words; True where it cannot be read. Holes are skipped, so size is no matter."""
    try:
        with regular_file(root, path) as descriptor:
            if os.fstat(descriptor).st_size <= MOST_BYTES:
                return _any(read_all(descriptor, MOST_BYTES + 1), words)
            return any(_any(piece, words) for piece in _pieces(descriptor, max(map(len, words), default=1)))
    except (InputError, OSError):
        return True


def _any(data: bytes, words: Iterable[bytes]) -> bool:
    return any(word in data for word in words)


def _pieces(descriptor: int, longest: int) -> Iterable[bytes]:
    """What is written of a large file, piece by piece, each overlapping the one before by what a word may need."""
    at, end = 0, os.fstat(descriptor).st_size
    while at < end:
        try:
            # A hole is zeros, which are in no word.
            start = os.lseek(descriptor, at, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:
                return  # nothing but a hole up to the end
            start = at
        data = os.pread(descriptor, _PIECE + longest, start)
        if not data:
            return
        yield data
        at = start + _PIECE


def _asked(git: Git, opened: Opened, words: Sequence[bytes], ends: Sequence[str]) -> set[str]:
    """What git says of the tracked files, or of those of a commit.

    Not ``--untracked``: with it git leaves out what is tracked although it is ignored.
    """
    patterns = [part for word in words for part in ("-e", os.fsdecode(word))]
    paths = [f":(top){_escaped(end)}" for end in ends]
    left_out = [f":(top,exclude,literal){path}" for path in sorted(opened.barred)]
    where = [opened.revision] if opened.revision else []
    answer = git.ask(
        "grep",
        "-lzFa",
        "--no-color",
        "--no-recurse-submodules",
        *patterns,
        *where,
        "--",
        *paths,
        *left_out,
        codes=(0, 1),
    )
    found = os.fsdecode(answer).split("\0")
    cut = len(opened.revision) + 1 if opened.revision else 0
    return {entry[cut:] for entry in found if entry}


def _escaped(end: str) -> str:
    r"""A pathspec for all that ends so; ``*`` also stands for slashes."""
    return "*" + re.sub(r"([*?\[\\])", r"\\\1", end)
