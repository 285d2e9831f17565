"""Manifests with any part of the wrong type."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

WRONG: tuple[Any, ...] = (None, 5, "x", True, [], {}, [1], [[]], {"a": 1}, [{"a": None}])


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a manifest, but for what makes it one."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for token, item in below:
        if (*at, token) not in {("apiVersion",), ("kind",)}:
            yield (*at, token)
            yield from _places(item, (*at, token))


def spoilt(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A manifest with each of its parts replaced by each wrong value."""
    for at in _places(manifest):
        for wrong in WRONG:
            made = copy.deepcopy(manifest)
            holder = made
            for token in at[:-1]:
                holder = holder[token]
            holder[at[-1]] = wrong
            yield made
