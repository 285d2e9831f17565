"""Hosts that stand for all hosts: each that a rule names, below each wildcard one and two labels, and one of nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_LABELS = ("any", "some", "other", "further", "x")
_NAME = re.compile(r"(?:\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
"""What may stand in a request: a twin of a wildcard (``www.*.example.com``) may not."""
_NOBODY = "nobody.invalid"
"""RFC 6761, 6.4: nobody has such a name."""


def hosts(names: Iterable[str]) -> tuple[str, ...]:
    """One host for each class. ``names``: all that either side knows, in lower case."""
    known = frozenset(name for name in names if _NAME.fullmatch(name))
    return tuple(dict.fromkeys((*_each(known), _NOBODY)))


def _each(known: frozenset[str]) -> Iterator[str]:
    for name in sorted(known):
        if not name.startswith("*."):
            yield name
            continue
        one, two = _fresh(name[2:], known), _fresh(f"{_LABELS[0]}-deep{name[1:]}", known)
        yield from (host for host in (one, two) if host)


def _fresh(parent: str, known: frozenset[str]) -> str:
    """A host below ``parent`` that nobody names; empty where all of these are taken."""
    found = (f"{label}.{parent}" for label in _LABELS)
    return next((host for host in found if host not in known), "")
