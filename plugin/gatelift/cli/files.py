"""Writing: standard output, standard error, and files that the user named."""

from __future__ import annotations

import errno
import os
import stat
import sys
from itertools import count
from pathlib import Path

from gatelift.findings import EnvironmentProblem, Finding, Place, Severity, UsageError

_MACHINE = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG, errno.EPIPE)
"""Failures that another name would not mend."""


def out(text: str | bytes) -> None:
    """Write to standard output, as bytes, so that no locale and no line-end translation comes between.

    Raises ``EnvironmentProblem``, and ``BrokenPipeError`` where the reader has gone.
    """
    if sys.stdout is None:
        raise _no_output("it is closed")
    data = text.encode() if isinstance(text, str) else text
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _no_output(_reason(error)) from None


def say(text: str) -> None:
    """Write to standard error; where nobody can be told, nobody is."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        discard(2)


def discard(descriptor: int) -> None:
    """Let what is still to be written there vanish: Python would complain of it again at exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, descriptor)


def write_file(path: str, data: bytes, what: str) -> None:
    """Write a file that the user named, whole or not at all; a pipe or a device is written to, and never replaced.

    Raises ``UsageError`` for a name that cannot be written to, and ``EnvironmentProblem`` where the machine fails.
    """
    try:
        _write(path, data)
    except OSError as error:
        message = f"the {what} cannot be written: {_reason(error)}"
        if error.errno in _MACHINE:
            raise EnvironmentProblem(_failed(message, path)) from None
        fix = "name a file in a directory that is there"
        raise UsageError(Finding(f"usage/{what}", Severity.ERROR, message, fix, Place(path))) from None


def _write(path: str, data: bytes) -> None:
    try:
        status = Path(path).stat()
    except FileNotFoundError:
        status = None
    if status is not None and stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if status is not None and (mine := _standard_stream(status)) is not None:
        _flush()
        _write_all(mine, data)
    elif status is not None and not stat.S_ISREG(status.st_mode):
        descriptor = os.open(path, os.O_WRONLY | os.O_NOCTTY)
        try:
            _write_all(descriptor, data)
        finally:
            os.close(descriptor)
    else:
        # The file that a link leads to is replaced, and the link stays.
        _replace(Path(os.path.realpath(path)), data, None if status is None else stat.S_IMODE(status.st_mode))


def _replace(target: Path, data: bytes, mode: int | None) -> None:
    descriptor, draft = _draft(target.parent)
    try:
        try:
            if mode is not None:
                os.fchmod(descriptor, mode)
            _write_all(descriptor, data)
        finally:
            os.close(descriptor)
        draft.replace(target)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _draft(folder: Path) -> tuple[int, Path]:
    """A new file beside the target: whatever stands there already, also a link, is left alone."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    for number in count():
        path = folder / f".gatelift.{os.getpid()}.{number}"
        try:
            return os.open(path, flags, 0o666), path
        except FileExistsError:
            if number > 1000:
                raise
    raise AssertionError


def _standard_stream(status: os.stat_result) -> int | None:
    """The number of the standard stream that goes to the same file, such as that of ``/dev/stdout``."""
    for descriptor in (1, 2):
        try:
            other = os.fstat(descriptor)
        except OSError:
            continue
        if os.path.samestat(status, other):
            return descriptor
    return None


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _no_output(reason: str) -> EnvironmentProblem:
    return EnvironmentProblem(_failed(f"standard output cannot be written: {reason}"))


def _failed(message: str, path: str = "") -> Finding:
    fix = "make room there, or write elsewhere"
    return Finding("environment/write", Severity.ERROR, message, fix, Place(path) if path else None)


def _reason(error: OSError) -> str:
    return (error.strerror or "failed").lower()
