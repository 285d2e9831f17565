"""Opening what lies inside a folder, without ever following a link on the way.

A path that was checked and is then opened by name can be turned into a link in between, and lead anywhere. So every
folder is opened from the one above it, none of them may be a link, and what was opened is asked what it is.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from gatelift.findings import Finding, InputError, Place, Severity

MOST_BYTES = 16 << 20
"""Larger files are refused: no manifest is, and the API server takes objects of one and a half MiB."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def parts_of(path: str) -> list[str]:
    """The names of a path inside a folder. Raises ``ValueError`` for one that could lead out of it."""
    parts = path.split("/")
    if not path or "\0" in path or any(part in ("", ".", "..") for part in parts):
        raise ValueError(path)
    return parts


@contextmanager
def folder(root: str | os.PathLike[str], names: list[str]) -> Iterator[int]:
    """A descriptor of the folder ``names`` below ``root``. Raises ``OSError``, also where one of them is a link."""
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in names:
            above, here = here, os.open(name, _FOLDER, dir_fd=here)
            os.close(above)
        yield here
    finally:
        os.close(here)


@contextmanager
def regular_file(root: str | os.PathLike[str], path: str) -> Iterator[int]:
    """A descriptor of a regular file below ``root``; nothing is waited for.

    Raises ``InputError`` for what is not there, cannot be read, or is no regular file of that very place.
    """
    try:
        *above, name = parts_of(path)
        with folder(root, above) as here:
            descriptor = os.open(name, _FILE, dir_fd=here)
    except (OSError, ValueError) as error:
        raise InputError(unreadable(path, error)) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            message = "this is no regular file (any more)"
            raise InputError(Finding("input/unreadable", Severity.ERROR, message, "", Place(path)))
        yield descriptor
    finally:
        os.close(descriptor)


def read_inside(root: str | os.PathLike[str], path: str) -> bytes:
    """The bytes of a regular file below ``root``. Raises ``InputError``, also for more than 16 MiB."""
    with regular_file(root, path) as descriptor:
        # Asked first, so that a file with a hole of a gigabyte costs nothing.
        if os.fstat(descriptor).st_size > MOST_BYTES:
            raise InputError(too_large(path))
        try:
            data = read_all(descriptor, MOST_BYTES + 1)
        except OSError as error:
            raise InputError(unreadable(path, error)) from None
    if len(data) > MOST_BYTES:
        raise InputError(too_large(path))
    return data


def read_all(descriptor: int, most: int) -> bytes:
    """At most ``most`` bytes of what is open. Raises ``OSError``."""
    pieces = []
    while most > 0 and (piece := os.read(descriptor, min(most, 1 << 20))):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


def unreadable(path: str, error: OSError | ValueError) -> Finding:
    """What to say of a file that cannot be read."""
    reason = (error.strerror or "failed").lower() if isinstance(error, OSError) else "this is no path inside a folder"
    return Finding(
        "input/unreadable",
        Severity.ERROR,
        f"cannot be read: {reason}",
        "correct the path, or its permissions; links are not followed here",
        Place(path),
    )


def too_large(path: str) -> Finding:
    """What to say of a file that nobody would call a manifest."""
    return Finding(
        "input/too-large",
        Severity.ERROR,
        f"the file is larger than {MOST_BYTES >> 20} MiB, and is not read; no manifest is that large",
        "leave it out with 'ignore:' in gatelift.yaml, or take it out of what includes it",
        Place(path),
    )
