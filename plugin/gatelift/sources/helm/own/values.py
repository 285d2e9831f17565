"""Values that are being found: what is set so far, over what a case has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any

Path = tuple[str | int, ...]
"""Keys, and positions in lists that are written anew."""

MOST_TRIES = 50_000
"""Tries for all routes of a case. Real charts with dozens of rules need some thousands."""


class Near(IntEnum):
    """How near a template came to what is wanted: of several ways that failed, the nearest one is told."""

    OTHER = 0
    WRITTEN = 1
    NO_PLACE = 2
    VALUE = 3
    GUARD = 4


class NoFitError(Exception):
    """A template cannot write what is wanted: why, and at which offset of its text."""

    def __init__(self, why: str, at: int | None = None, near: Near = Near.OTHER) -> None:
        super().__init__(why)
        self.why = why
        self.at = at
        self.near = near


class TooMuchError(NoFitError):
    """Reading a template takes more tries than charts need: it is given up as a whole."""


class Budget:
    """How many more tries there are: guards and branches of a hostile template multiply."""

    __slots__ = ("_left",)

    def __init__(self, tries: int = MOST_TRIES) -> None:
        self._left = tries

    def spend(self) -> None:
        """One try. Raises ``TooMuchError`` where it is one too many."""
        self._left -= 1
        if self._left < 0:
            raise TooMuchError("its branches can be taken in more ways than are tried")


def nearer(one: NoFitError | None, other: NoFitError) -> NoFitError:
    """The one that came nearer to what is wanted; of equal ones the first."""
    return other if one is None or other.near > one.near else one


class Values:
    """Values over those of a case. ``base``: what the chart's templates see today."""

    __slots__ = ("_set", "base")

    def __init__(self, base: Mapping[str, Any], made: Mapping[Path, Any] | None = None) -> None:
        self.base = base
        self._set = dict(made or {})

    def copy(self) -> Values:
        """The same, to try something with."""
        return Values(self.base, self._set)

    def adopt(self, other: Values) -> None:
        """Take what a copy found."""
        self._set = dict(other._set)

    def get(self, path: Path) -> Any:
        """What templates would see at a path; None for nothing."""
        if path in self._set:
            return self._set[path]
        for length in range(len(path) - 1, 0, -1):
            if path[:length] in self._set:
                return _walk(self._set[path[:length]], path[length:])
        inner = {key: value for key, value in self._set.items() if key[: len(path)] == path}
        below = None if any(isinstance(step, int) for step in path) else _walk(self.base, path)
        if not inner:
            return below
        kept = below if isinstance(below, Mapping) else {}
        return _laid(kept, _nested({key[len(path) :]: value for key, value in inner.items()}))

    def put(self, path: Path, wanted: Any, at: int | None = None) -> None:
        """Have ``wanted`` at a path. A mapping is laid over what is there, so what is not wanted of it is taken away.

        Raises ``NoFitError`` where the path, or a part of it, has another value already.
        """
        seen = self.get(path)
        if seen == wanted and type(seen) is type(wanted):
            return
        if any(key[: len(path)] == path or path[: len(key)] == key for key in self._set):
            raise NoFitError(f"two fields of its routes read {dotted(path)}, and they have to differ", at)
        self._set[path] = _over(seen, wanted)

    def nested(self) -> dict[str, Any]:
        """What is to be laid over the values of the chart."""
        made: dict[str, Any] = _nested(self._set) if self._set else {}
        return made


def dotted(path: Path) -> str:
    """A path as people write it."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def true(value: Any) -> bool:
    """Whether ``if`` takes a value for true: https://pkg.go.dev/text/template#hdr-Actions."""
    return bool(value)


def off(value: Any) -> Any:
    """What stands for ``value`` where it has to be false; ``null`` takes the default of a mapping away."""
    match value:
        case bool():
            return False
        case str():
            return ""
        case list():
            return []
        case int() | float():
            return 0
    return None


def _over(seen: Any, wanted: Any) -> Any:
    if not isinstance(seen, Mapping) or not isinstance(wanted, Mapping):
        return wanted
    gone = {key: None for key in seen if key not in wanted}
    return {**{key: _over(seen.get(key), value) for key, value in wanted.items()}, **gone}


def _walk(value: Any, path: Path) -> Any:
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _laid(below: Mapping[str, Any], above: Any) -> Any:
    return {**below, **above} if isinstance(above, Mapping) else above


def _nested(made: Mapping[Path, Any]) -> Any:
    """Paths and what stands at their ends as mappings and lists, in the order in which they were found."""
    heads = dict.fromkeys(path[0] for path in made)
    inner = {head: dict(_below(made, head)) for head in heads}
    built = {head: rest[()] if () in rest else _nested(rest) for head, rest in inner.items()}
    if all(isinstance(head, int) for head in heads):
        return [built[head] for head in sorted(built, key=int)]
    # A switch is read first, as charts write it.
    return {str(head): built[head] for head in sorted(built, key=lambda head: head != "enabled")}


def _below(made: Mapping[Path, Any], head: str | int) -> Iterator[tuple[Path, Any]]:
    for path, value in made.items():
        if path[0] == head:
            yield path[1:], value
