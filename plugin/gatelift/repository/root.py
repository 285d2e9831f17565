"""Where a repository begins."""

from __future__ import annotations

import os
from pathlib import Path


def repository_root(start: Path) -> Path | None:
    """The nearest folder at or above ``start`` that holds a ``.git`` (a folder, or the file of a worktree), or None."""
    start = folder_of(start)
    return next((folder for folder in (start, *start.parents) if os.path.lexists(folder / ".git")), None)


def folder_of(start: Path) -> Path:
    """``start`` without links, or the folder that it is in where it is a file."""
    start = real(start)
    return start if start.is_dir() else start.parent


def real(path: Path) -> Path:
    """``path`` without links. Unlike Path.resolve before Python 3.13, this follows a loop as far as it goes."""
    return Path(os.path.realpath(path))
