"""Reading fields of objects that may hold anything: what has the wrong type counts as absent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.findings import Finding, Place, Severity
from gatelift.manifests.resource import Resource
from gatelift.text.spans import Locator


def at(value: object, *keys: str) -> object:
    """What stands at a path of keys; None where nothing does."""
    for key in keys:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def text(value: object, *keys: str) -> str:
    """A string, or the empty one."""
    found = at(value, *keys)
    return found if isinstance(found, str) else ""


def flag(value: object, *keys: str) -> bool:
    """Whether ``true`` stands there."""
    return at(value, *keys) is True


def mapping(value: object, *keys: str) -> Mapping[str, Any]:
    """A mapping, or an empty one."""
    found = at(value, *keys)
    return found if isinstance(found, Mapping) else {}


def items(value: object, *keys: str) -> Sequence[Any]:
    """A list, or an empty one."""
    found = at(value, *keys)
    return found if isinstance(found, list) else []


def strings(value: object, *keys: str) -> tuple[str, ...]:
    """The strings of a list."""
    return tuple(item for item in items(value, *keys) if isinstance(item, str))


def pairs(value: object, *keys: str) -> dict[str, str]:
    """The entries of a mapping whose values are strings; numbers and booleans as JSON writes them."""
    return {key: scalar(item) for key, item in mapping(value, *keys).items() if isinstance(item, str | int | float)}


def scalar(value: str | int | float) -> str:
    """A scalar as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def all_strings(value: object) -> Iterator[str]:
    """Every text in a value, at any depth; keys are none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from all_strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from all_strings(item)


class Found(msgspec.Struct, frozen=True):
    """An object of the repository and the finder of places in its document."""

    resource: Resource
    locator: Locator

    @property
    def by(self) -> str:
        """The object's name, for people."""
        return str(self.resource)

    @property
    def spec(self) -> Mapping[str, Any]:
        return mapping(self.resource.value, "spec")

    def place(self, pointer: str = "") -> Place:
        """The place of a field of the object."""
        return self.locator.place(self.resource.provenance.item + pointer)

    def note(self, code: str, message: str, fix: str, pointer: str = "") -> Finding:
        """A note on this object."""
        return Finding(f"deployed/{code}", Severity.NOTE, message, fix, self.place(pointer), self.by)
