"""What the directives of one snippet ask for together, while they are read one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeAlias

import msgspec

from gatelift.annotations.unit import UnitContext, shown
from gatelift.intent.answers import DirectAnswer
from gatelift.intent.headers import CONNECTION_HEADERS
from gatelift.intent.redirects import Redirect
from gatelift.manifests.fields import HEADER_NAME, LONGEST_HEADER_VALUE

_NOT_IN_NAMES = frozenset("$%*")
"""Tokens that are formats: nginx fills in ``$``, Envoy ``%``, and more_clear_headers takes ``*`` for any text."""


class Level(StrEnum):
    """Where the snippet stands in nginx's configuration."""

    LOCATION = "location"
    SERVER = "server"


class Unsaid(msgspec.Struct, frozen=True):
    """Why a directive cannot be translated, and what to write ``instead`` of it (empty: a general hint will do)."""

    why: str
    instead: str = ""


class Names:
    """Headers by their names, without regard to case: the spelling that came first, and the latest value."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, str]] = {}

    def put(self, name: str, value: str = "") -> None:
        self._found[name.lower()] = (self._found.get(name.lower(), (name, ""))[0], value)

    def drop(self, name: str) -> None:
        self._found.pop(name.lower(), None)

    def value(self, name: str) -> str | None:
        found = self._found.get(name.lower())
        return found[1] if found else None

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._found

    def __bool__(self) -> bool:
        return bool(self._found)

    def pairs(self) -> tuple[tuple[str, str], ...]:
        return tuple(self._found.values())


class Draft:
    """The sum of the directives read so far; ``differs`` are sentences on what the translation cannot keep."""

    def __init__(self, level: Level, context: UnitContext) -> None:
        self.level = level
        self.context = context
        self.set = Names()
        self.added = Names()
        self.cleared = Names()
        self.hidden = Names()
        self.request_set = Names()
        self.request_removed = Names()
        self.answer: DirectAnswer | Redirect | None = None
        self.content_type = ""
        self.access: list[tuple[bool, str]] = []
        self.differs: dict[str, None] = {}

    def differ(self, why: str) -> None:
        """Note a difference, once."""
        self.differs[why] = None


Reader: TypeAlias = Callable[[tuple[str, ...], Draft], Unsaid | None]
Readers: TypeAlias = Mapping[str, Reader]


def bad_name(name: str) -> Unsaid | None:
    """Why a filter cannot name this header, if it cannot."""
    if not HEADER_NAME.fullmatch(name) or not _NOT_IN_NAMES.isdisjoint(name):
        return Unsaid("it names a header as no filter can")  # not shown: it may be a value that lost its name
    if name.lower() in CONNECTION_HEADERS:
        return Unsaid(f"{shown(name)} belongs to the connection, and no filter may change it")
    return None


def bad_value(name: str, value: str) -> Unsaid | None:
    """Why a filter cannot send this value, if it cannot. The value is not shown: it may be a password."""
    if "$" in value:
        return Unsaid(f"the value of {shown(name)} uses a variable of nginx, which no gateway knows")
    if not value.isprintable() or len(value.encode()) > LONGEST_HEADER_VALUE:
        return Unsaid(f"the value of {shown(name)} holds control characters, or more than {LONGEST_HEADER_VALUE} bytes")
    return None
