"""Finding programs on PATH without running what a repository brings along."""

from __future__ import annotations

import os
from pathlib import Path


def search_path() -> tuple[str, ...]:
    """The absolute entries of PATH: an empty or relative one names the working folder, hence the repository."""
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return tuple(entry for entry in entries if Path(entry).is_absolute())


def find_program(name: str) -> str | None:
    """The absolute path of a program on PATH, or None."""
    candidates = (str(Path(entry, name)) for entry in search_path())
    return next((path for path in candidates if os.path.isfile(path) and os.access(path, os.X_OK)), None)  # noqa: PTH113
