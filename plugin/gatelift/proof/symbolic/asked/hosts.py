"""Hosts that stand for all hosts: each that a rule names, below each wildcard one and two labels, and one of nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count

_NAME = re.compile(r"(?:\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
"""What may stand in a request: a twin of a wildcard (``www.*.example.com``) may not."""


def hosts(names: Iterable[str]) -> tuple[str, ...]:
    """One host for each class. ``names``: all that either side knows, in lower case.

    Nobody has a name below ``invalid`` (RFC 6761, 6.4).
    """
    known = frozenset(name for name in names if _NAME.fullmatch(name))
    return tuple(dict.fromkeys((*_each(known), _fresh("nobody", "invalid", known))))


def _each(known: frozenset[str]) -> Iterator[str]:
    for name in sorted(known):
        if not name.startswith("*."):
            yield name
            continue
        one = _fresh("any", name[2:], known)
        yield one
        yield f"deep.{one}"


def _fresh(label: str, parent: str, known: frozenset[str]) -> str:
    """A host below ``parent`` that nobody names, nor anything below it."""
    own = {host for host in known if host.endswith(f".{parent}")}
    made = (f"{label}{f'-{number}' if number > 1 else ''}.{parent}" for number in count(1))
    return next(each for each in made if not any(host == each or host.endswith(f".{each}") for host in own))
