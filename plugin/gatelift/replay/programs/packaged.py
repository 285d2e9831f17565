"""Programs that lie in wheels."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import metadata
from pathlib import Path


def packaged(distribution: str, fits: Callable[[Path], bool]) -> tuple[str, str] | None:
    """The path and the version of the program of ``distribution`` that ``fits``; ``None`` where there is none."""
    try:
        found = metadata.distribution(distribution)
    except metadata.PackageNotFoundError:
        return None
    paths = (Path(str(file.locate())) for file in found.files or ())
    path = next((path for path in paths if fits(path) and os.access(path, os.X_OK)), None)
    return (str(path.resolve()), found.version) if path is not None else None
