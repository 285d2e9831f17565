"""Which values an ``Exact`` or ``PathPrefix`` match takes.

The CEL rules of https://gateway-api.sigs.k8s.io/reference/spec/#httppathmatch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FORBIDDEN = ("//", "/./", "/../", "%2f", "%2F", "#")
_FORBIDDEN_ENDS = ("/..", "/.")
_CHARACTERS = re.compile(r"(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+")


def path_problems(value: str) -> Iterator[str]:
    """Why ``value`` is no path that an ``Exact`` or ``PathPrefix`` match takes; nothing if it is one."""
    if not value.startswith("/"):
        yield "must start with '/'"
    for part in _FORBIDDEN:
        if part in value:
            yield f"must not contain {part!r}"
    for end in _FORBIDDEN_ENDS:
        if value.endswith(end):
            yield f"must not end with {end!r}"
    if not _CHARACTERS.fullmatch(value):
        yield "must consist of path characters and %XX escapes"
