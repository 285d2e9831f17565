"""A change of a file as a unified diff, byte for byte what ``git apply`` takes where the file is text."""

from __future__ import annotations

import difflib

from gatelift.plan.model import FileChange

_NULL = "/dev/null"


def unified(change: FileChange) -> bytes:
    """The difference, with three lines around it; paths that need it are quoted as git does."""
    before, after = _lines(change.before), _lines(change.after)
    old = _NULL if change.before is None else _quoted(f"a/{change.path}")
    new = _NULL if change.after is None else _quoted(f"b/{change.path}")
    lines = difflib.diff_bytes(difflib.unified_diff, before, after, old.encode(), new.encode())
    head = f"diff --git {_quoted(f'a/{change.path}')} {_quoted(f'b/{change.path}')}\n".encode()
    if change.before is None:
        head += b"new file mode 100644\n"
    elif change.after is None:
        head += b"deleted file mode 100644\n"
    return head + b"".join(
        line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines
    )


def _lines(data: bytes | None) -> list[bytes]:
    return [] if data is None else data.splitlines(keepends=True) if b"\r" not in data else _by_newline(data)


def _by_newline(data: bytes) -> list[bytes]:
    """Lines end at the newline alone: a lone carriage return is a character like any other to git."""
    parts = data.split(b"\n")
    lines = [part + b"\n" for part in parts[:-1]]
    return [*lines, parts[-1]] if parts[-1] else lines


def _quoted(path: str) -> str:
    data = path.encode("utf-8", "surrogateescape")
    if all(0x20 < byte < 0x7F and byte not in b'"\\' for byte in data):
        return path
    escaped = "".join(chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\' else f"\\{byte:03o}" for byte in data)
    return f'"{escaped}"'
