"""Keeping an engine off the network and inside its folder, by what the kernel itself holds to.

Kustomize loads any path that begins with ``http`` over the network, and any folder that a path climbs out to; neither
can be switched off by its flags. Landlock and seccomp bind the thread that asks for them and what it starts
(https://docs.kernel.org/userspace-api/landlock.html, https://docs.kernel.org/userspace-api/seccomp_filter.html), need
no privileges, and work in containers. Elsewhere a scrubbed environment and the checks of the callers have to do.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import stat
import struct
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import msgspec

_READ_FILE, _READ_DIR, _EXECUTE, _WRITE_FILE = 1 << 2, 1 << 3, 1 << 0, 1 << 1
_ALL_OF_VERSION_1 = (1 << 13) - 1
_TRUNCATE = 1 << 14
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same number on every architecture
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, _PR_SET_NO_NEW_PRIVS = 22, 2, 38

_PT_INTERP = 3
_SYSTEM = ("/bin", "/lib", "/lib64", "/nix/store", "/usr")
"""Where a dynamic loader and an interpreter lie, for engines that are no static program."""

_CALLS = {"x86_64": (0xC000003E, (41, 42, 425)), "aarch64": (0xC00000B7, (198, 203, 425))}
"""Machine -> its AUDIT_ARCH, and the numbers of ``socket``, ``connect`` and ``io_uring_setup``."""
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | errno.EACCES
_X32 = 0x40000000


class Confinement(msgspec.Struct, frozen=True):
    """What the kernel holds to: no file outside of those allowed, no network."""

    files: bool
    network: bool

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return self.files and self.network


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("program", ctypes.c_void_p))


@cache
def prepare() -> Any:
    """The C library. Called before a thread is confined: afterwards it could not be read any more."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    library.prctl.restype = ctypes.c_int
    return library


def confine(program: str, reads: Iterable[str], writes: Iterable[str]) -> Confinement:
    """Bind this thread, for good, and everything that it starts from here on.

    ``program`` may be run, files below ``reads`` read, those below ``writes`` read and written; no network, not even
    loopback. Where the kernel cannot hold to a part, that part is False.
    """
    library = prepare()
    if library is None or library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return Confinement(files=False, network=False)
    return Confinement(files=_landlock(library, program, reads, writes), network=_seccomp(library))


def _landlock(library: Any, program: str, reads: Iterable[str], writes: Iterable[str]) -> bool:
    version = library.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    handled = _ALL_OF_VERSION_1 | (_TRUNCATE if version >= 3 else 0)
    asked = struct.pack("=Q", handled)
    ruleset = library.syscall(_CREATE_RULESET, asked, len(asked), 0)
    if ruleset < 0:
        return False
    try:
        for path, access in _rules(program, reads, writes, handled):
            if not _allow(library, ruleset, path, access):
                return False
        return bool(library.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _rules(program: str, reads: Iterable[str], writes: Iterable[str], handled: int) -> Iterator[tuple[str, int]]:
    yield program, _EXECUTE | _READ_FILE
    yield os.devnull, _READ_FILE | _WRITE_FILE
    if not _stands_alone(program):
        yield from ((path, _EXECUTE | _READ_FILE | _READ_DIR) for path in _SYSTEM)
        yield "/etc/ld.so.cache", _READ_FILE
    yield from ((path, _READ_FILE | _READ_DIR) for path in reads)
    yield from ((path, handled & ~_EXECUTE) for path in writes)


@cache
def _stands_alone(program: str) -> bool:
    """Whether a program needs no loader: an ELF file of 64 bits without PT_INTERP (elf(5)), as Go makes them."""
    try:
        with open(program, "rb") as file:  # noqa: PTH123 - called for each start
            head = file.read(64)
            if len(head) < 64 or head[:5] != b"\x7fELF\x02":
                return False
            order = "<" if head[5] == 1 else ">"
            offset, size, count = (
                *struct.unpack_from(f"{order}Q", head, 32),
                *struct.unpack_from(f"{order}HH", head, 54),
            )
            file.seek(offset)
            table = file.read(size * count)
    except OSError:
        return False
    kinds = [struct.unpack_from(f"{order}I", table, at)[0] for at in range(0, len(table) - 3, size)] if size else []
    return len(kinds) == count > 0 and _PT_INTERP not in kinds


def _allow(library: Any, ruleset: int, path: str, access: int) -> bool:
    """Add one rule; a path that is not there needs none."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        rule = struct.pack("=Qi", access if folder else access & _ON_FILES, descriptor)
        return bool(library.syscall(_ADD_RULE, ruleset, 1, rule, 0) == 0)
    finally:
        os.close(descriptor)


def _seccomp(library: Any) -> bool:
    known = _CALLS.get(platform.machine())
    if known is None:
        return False
    code = _program(*known)
    kept = ctypes.create_string_buffer(code, len(code))
    asked = _Filter(len(code) // 8, ctypes.addressof(kept))
    return bool(library.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(asked), 0, 0) == 0)


def _program(architecture: int, calls: tuple[int, ...]) -> bytes:
    """Classic BPF: another architecture's calls and ``calls`` fail with EACCES, every other call goes through."""
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    checks = len(calls)
    lines = [
        (load, 0, 0, 4),
        (equal, 0, checks + 3, architecture),
        (load, 0, 0, 0),
        (at_least, checks + 1, 0, _X32),
        *((equal, checks - index, 0, number) for index, number in enumerate(calls)),
        (answer, 0, 0, _ALLOW),
        (answer, 0, 0, _DENY),
    ]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)
