"""Finding and reading ``gatelift.yaml``. The file comes from a repository that nobody here vouches for."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from gatelift.config.problems import refuse
from gatelift.config.words import quote
from gatelift.findings import Place
from gatelift.repository.root import folder_of, real, repository_root

FILE_NAME = "gatelift.yaml"
MISNAMED = "gatelift.yml"
MOST_BYTES = 1024 * 1024


def find(start: Path) -> Path | None:
    """The nearest ``gatelift.yaml`` at or above ``start``, up to the repository's root; None where there is none.

    Outside a repository only ``start`` itself is looked into (the folder it is in, where it is a file). Raises
    ConfigError for a file called ``gatelift.yml`` and for a symbolic link that leaves the repository.
    """
    start = folder_of(start)
    root = repository_root(start) or start
    for folder in (start, *start.parents):
        path = folder / FILE_NAME
        if os.path.lexists(path):
            _stays(path, root)
            return path
        if os.path.lexists(folder / MISNAMED):
            fix = f"Rename it to {FILE_NAME}."
            raise refuse("unreadable", f"settings are read from {FILE_NAME} only", fix, Place(str(folder / MISNAMED)))
        if folder == root:
            return None
    return None


def _stays(path: Path, root: Path) -> None:
    if not real(path).is_relative_to(root):
        message = "this symbolic link leaves the repository"
        fix = "Replace the link with the file, or name the file with --config."
        raise refuse("unreadable", message, fix, _at(path))


def read(path: Path) -> bytes:
    """The bytes of a configuration file of at most 1 MiB.

    Raises ConfigError for what is missing, unreadable, too large or no ordinary file; a FIFO is not waited for.
    """
    try:
        # Without O_NONBLOCK, opening a FIFO waits for somebody to write to it.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (OSError, ValueError) as failure:
        raise refuse("unreadable", _why(failure), "Check the path and its permissions.", _at(path)) from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise refuse("unreadable", "this is no ordinary file", f"Make {FILE_NAME} a file.", _at(path))
        with os.fdopen(os.dup(descriptor), "rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as failure:
        raise refuse("unreadable", _why(failure), "Check the file.", _at(path)) from None
    finally:
        os.close(descriptor)
    if len(data) > MOST_BYTES:
        fix = "A configuration is a page of YAML: check the path."
        raise refuse("unreadable", "this file is larger than 1 MiB", fix, _at(path))
    return data


def _at(path: Path) -> Place:
    return Place(str(path))


def _why(failure: OSError | ValueError) -> str:
    if isinstance(failure, OSError) and failure.errno is not None:
        if failure.errno == errno.ELOOP:
            return "this is a chain of symbolic links without an end"
        return f"this file cannot be read: {os.strerror(failure.errno)}"
    return f"this file cannot be read: {quote(str(failure))}"
