"""Names of generated objects: short enough for labels, and the same in every run."""

from __future__ import annotations

import hashlib

MAX_NAME = 63
"""Longer names are legal for routes, but end up in labels and host names of the implementations."""
_HASH = 8


def cut(name: str, identity: str) -> str:
    """``name``, cut at 63 characters with a digest of ``identity`` where it is longer."""
    if len(name) <= MAX_NAME:
        return name
    return f"{name[: MAX_NAME - _HASH - 1].rstrip('-.')}-{digest(identity)}"


def digest(*parts: str) -> str:
    """Eight hexadecimal digits that stand for ``parts``."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_HASH]
