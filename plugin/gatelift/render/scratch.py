"""Scratch folders: files of a tree written out for an engine, private, and gone afterwards."""

from __future__ import annotations

import os
import posixpath
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gatelift.render.process import private_folder
from gatelift.repository.tree import Tree, relative


@contextmanager
def scratch(tree: Tree, paths: Iterable[str], within: str | None = None) -> Iterator[str]:
    """A folder that holds ``paths`` of ``tree`` and nothing else, with the links among them.

    It lies in ``within``, or in ``$TMPDIR``; it is for the caller alone (0700), and is removed whatever happens.
    A path may be reached by links: what it leads to is written at its own place. Only links that lead to something
    written are, so none leads out.
    Raises ``InputError`` for a file that cannot be read, ``KeyError`` for one that is not in the tree,
    ``EnvironmentProblem`` and ``OSError`` where the machine fails.
    """
    folder = private_folder("gatelift-", within)
    try:
        write(tree, paths, folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write(tree: Tree, paths: Iterable[str], folder: str) -> None:
    """Write files of ``tree`` below an empty folder of the caller's own."""
    written: set[str] = set()
    for path in paths:
        real = tree.resolve(path)
        if real is None:
            raise KeyError(path)
        if real not in written:
            written.add(real)
            _write(posixpath.join(folder, real), tree.read(real))
    _link(tree, _with_folders(written), folder)


def _write(path: str, data: bytes) -> None:
    Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _with_folders(paths: Iterable[str]) -> frozenset[str]:
    found = {"."}
    for path in paths:
        while path and path not in found:
            found.add(path)
            path = posixpath.dirname(path)
    return frozenset(found)


def _link(tree: Tree, present: frozenset[str], folder: str) -> None:
    """The links that lead to something written, in turn through links or not."""
    for link in sorted(tree.links):
        target = tree.resolve(link)
        above = tree.resolve(posixpath.dirname(link) or ".")
        if target not in present or above is None or target is None:
            continue
        place = posixpath.normpath(posixpath.join(above, posixpath.basename(link)))
        full = posixpath.join(folder, place)
        if place in present or os.path.lexists(full):
            continue
        Path(full).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        Path(full).symlink_to(relative(target, posixpath.dirname(place) or "."))
