"""Every small change of an object: each field another value or gone, each item gone, each two neighbours swapped."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

Json = Any
Path = tuple[str | int, ...]


def mutants(value: Json) -> Iterator[tuple[str, Json]]:
    """(what was done, the changed copy) for every place of ``value``."""
    for path, here in _walk(value, ()):
        for what, change in _changes(here):
            made = copy.deepcopy(value)
            parent = _at(made, path[:-1])
            change(parent, path[-1])
            yield f"{what} /{'/'.join(map(str, path))}", made


def _walk(value: Json, path: Path) -> Iterator[tuple[Path, Json]]:
    if path:
        yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _walk(item, (*path, key))


def _at(value: Json, path: Path) -> Json:
    for token in path:
        value = value[token]
    return value


def _changes(here: Json) -> Iterator[tuple[str, Callable[[Json, Any], None]]]:
    yield "drop", _drop
    if isinstance(here, list):
        for index in range(len(here) - 1):
            if here[index] != here[index + 1]:
                yield f"swap {index} of", _swapper(index)
        if here:
            yield "repeat the last of", lambda parent, key: parent[key].append(copy.deepcopy(parent[key][-1]))
    elif isinstance(here, dict):
        yield "add a field to", lambda parent, key: parent[key].update({"surprise": "x"})
    else:
        yield "change", lambda parent, key: parent.__setitem__(key, _other(parent[key]))


def _drop(parent: Json, key: Any) -> None:
    del parent[key]


def _swapper(index: int) -> Callable[[Json, Any], None]:
    def swap(parent: Json, key: Any) -> None:
        items = parent[key]
        items[index], items[index + 1] = items[index + 1], items[index]

    return swap


def _other(value: Json) -> Json:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else f"{value}x"
