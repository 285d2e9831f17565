"""Reading a skeleton: the values under a key in all branches, and which branches exclude each other."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gatelift.sources.helm.template.atoms import Branch, Path
from gatelift.sources.helm.template.skeleton import (
    Empty,
    Entry,
    Item,
    Mapping,
    Scalar,
    Sequence,
    Splice,
    Spliced,
    Style,
    Value,
)

#: In the place of a key: every item of a list.
ITEMS = "[]"


class Found(msgspec.Struct, frozen=True):
    """A value, the branches that it stands in, and the key or item that holds it."""

    value: Value
    path: Path
    member: Entry | Item


def find(value: Value, *keys: str) -> tuple[Found, ...]:
    """The values at ``keys`` under ``value``, in order, in every branch; :data:`ITEMS` goes through lists.

    What splices hold is not found; :func:`splices` gives those that could hold it.
    """
    if not keys:
        return ()
    found = [Found(member.value, member.path, member) for member in _members(value, keys[0])]
    if len(keys) == 1:
        return tuple(found)
    return tuple(inner for outer in found for inner in find(outer.value, *keys[1:]))


def splices(value: Value, *keys: str) -> tuple[Splice, ...]:
    """The blocks written by actions that stand in the value at ``keys``, or in its place."""
    if keys:
        here = _splices(value) if keys[0] == ITEMS else ()
        return (*here, *(splice for member in _members(value, keys[0]) for splice in splices(member.value, *keys[1:])))
    return _splices(value)


def entries(value: Value) -> tuple[Entry, ...]:
    """The keys of a mapping with their values; none for anything else."""
    return tuple(member for member in value.members if isinstance(member, Entry)) if isinstance(value, Mapping) else ()


def text(value: Value) -> str | None:
    """What a value says where the template alone tells it."""
    return value.text if isinstance(value, Scalar) else None


def exclusive(one: Path, other: Path) -> bool:
    """Whether two places are never both written, because they stand in two clauses of one structure.

    In a loop they are in the same turn never both written; other turns may write the other.
    """
    for left, right in zip(one, other, strict=False):
        if left is not right:
            return left.control is right.control
    return False


def guards(path: Path) -> tuple[Branch, ...]:
    """The branches of a path that decide whether something is written; loops and blocks are left out."""
    return tuple(branch for branch in path if not branch.repeats and branch.clause is not None)


def loops(path: Path) -> tuple[Branch, ...]:
    """The loops of a path, outermost first."""
    return tuple(branch for branch in path if branch.repeats)


def _members(value: Value, key: str) -> Iterator[Entry | Item]:
    if isinstance(value, Mapping):
        yield from (entry for entry in entries(value) if entry.key.text == key)
    elif isinstance(value, Sequence) and key == ITEMS:
        yield from (member for member in value.members if isinstance(member, Item))


def _splices(value: Value) -> tuple[Splice, ...]:
    if isinstance(value, Spliced):
        return value.members
    if isinstance(value, Scalar | Empty):
        return ()
    return tuple(member for member in value.members if isinstance(member, Splice))


def block_texts(value: Value) -> list[tuple[int, int]]:
    """The spans of literal and folded texts."""
    if isinstance(value, Scalar):
        return [(value.start, value.end)] if value.style is Style.BLOCK else []
    if isinstance(value, Empty):
        return []
    return [span for member in value.members if not isinstance(member, Splice) for span in block_texts(member.value)]
