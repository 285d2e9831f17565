"""Lists of names that upstream has, kept beside the tests with a link to where they stand."""

from __future__ import annotations

from pathlib import Path


def names(path: Path) -> tuple[str, ...]:
    """The words of a list; lines that begin with ``#`` say where it comes from."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return tuple(word for line in lines for word in line.split())
