"""Patterns for paths: ``*``, ``?`` and ``[abc]`` within a folder's name, ``**`` for any number of folders, also none.

Paths are POSIX and relative to the repository's root; the root itself is ``.``. Matching is case-sensitive, and a
leading dot is a character like any other. Time grows with the product of the two lengths: no pattern makes it explode.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

WILDCARD = re.compile(r"[*?\[]")


def matches(pattern: str, path: str) -> bool:
    """Whether the whole of ``path`` fits ``pattern``; ``a/**`` fits ``a`` itself and everything below it."""
    parts = _parts(path)
    # reached[i]: the pattern read so far can have consumed the first i parts.
    reached = [True] + [False] * len(parts)
    for step in _parts(pattern):
        if step == "**":
            first = reached.index(True)
            reached = [i >= first for i in range(len(reached))]
        else:
            reached = [False] + [reached[i] and fnmatchcase(part, step) for i, part in enumerate(parts)]
        if True not in reached:
            return False
    return reached[-1]


def covers(pattern: str, path: str) -> bool:
    """Whether ``pattern`` fits ``path`` or a folder above it."""
    parts = _parts(path)
    return any(matches(pattern, "/".join(parts[:count]) or ".") for count in range(len(parts) + 1))


def weight(pattern: str) -> tuple[int, int, str]:
    """How specific a pattern is: the part before its first wildcard decides, then its whole length, then its text."""
    wildcard = WILDCARD.search(pattern)
    return (wildcard.start() if wildcard else len(pattern), len(pattern), pattern)


def _parts(path: str) -> tuple[str, ...]:
    return () if path == "." else tuple(path.split("/"))


def path_problem(path: str) -> str | None:
    """What is wrong with a path below the repository's root, or None."""
    if path == ".":
        return None
    parts = path.split("/")
    if path.startswith("/"):
        return "is absolute: paths are relative to the repository's root"
    if ".." in parts:
        return "climbs with ..: paths stay inside the repository"
    if "\\" in path:
        return "holds a backslash: folders are separated by /"
    if "" in parts or "." in parts:
        return "holds an empty or a . step: write it without leading ./, trailing / and //"
    return None


def glob_problem(pattern: str) -> str | None:
    """What is wrong with a pattern, or None."""
    problem = path_problem(pattern)
    if problem is not None:
        return problem
    if pattern.startswith("!"):
        return "begins with !: a pattern cannot be turned around"
    if "{" in pattern or "}" in pattern:
        return "holds braces, which are not expanded: write one pattern for each"
    if any("**" in part and part != "**" for part in pattern.split("/")):
        return "has ** inside a name: ** stands alone between slashes"
    return None
