"""Helm's grammar of ``--set``: ``name.of[0].key=value,other={a,b}``, laid over values that are there.

The rules are those of ``pkg/strvals/parser.go`` of Helm 3 and 4, which differ in nothing that is read here.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Values: TypeAlias = "dict[str, Any]"

MOST_INDEX = 65536
MOST_LEVELS = 30
_LARGEST = (1 << 63) - 1


class SetError(ValueError):
    """An expression that Helm refuses. The message quotes keys at most, never a value."""


class _End(Exception):  # noqa: N818 - as Go's io.EOF, it ends reading and is no error
    """The expression is over."""


def laid_over(expression: str, base: Values, *, text: bool = False) -> Values:
    """``base`` with what ``expression`` sets; ``base`` itself stays as it is.

    ``text``: every value is text (``--set-string``). Raises ``SetError`` for what Helm refuses.
    """
    data: Values = _copied(base)
    reader = _Reader(expression, text)
    try:
        while True:
            reader.key(data, 0)
    except _End:
        return data


def typed(value: str) -> Any:
    """What ``--set`` makes of a text: true, false, nothing, a whole number without a leading zero, or the text."""
    folded = value.lower()
    if folded in ("true", "false"):
        return folded == "true"
    if folded == "null":
        return None
    if value == "0":
        return 0
    digits = value[1:] if value[:1] in "+-" else value
    if value[:1] != "0" and digits.isascii() and digits.isdigit():
        number = int(value)
        if -_LARGEST - 1 <= number <= _LARGEST:
            return number
    return value


class _Reader:
    """One expression, read once from left to right, as Helm's scanner does."""

    __slots__ = ("_at", "_source", "_text")

    def __init__(self, source: str, text: bool) -> None:
        self._source = source
        self._at = 0
        self._text = text

    def key(self, data: Values, level: int) -> None:
        name, last = self._until("=[,.")
        if last == "":
            if name:
                raise SetError(f"key {name!r} has no value")
            raise _End
        if last == ",":
            raise SetError(f"key {name!r} has no value")
        if last == "[":
            self._list(data, name, level)
        elif last == "=":
            value, over = self._value()
            _put(data, name, value)
            if over:
                raise _End
        else:
            self._inner(data, name, level + 1)

    def _list(self, data: Values, name: str, level: int) -> None:
        index = self._index()
        known = data.get(name, [])
        if not isinstance(known, list):
            raise SetError(f"{name!r} is no list, and is given an item")
        try:
            self._item(known, index, level)
        finally:
            _put(data, name, known)

    def _inner(self, data: Values, name: str, level: int) -> None:
        if level > MOST_LEVELS:
            raise SetError(f"more than {MOST_LEVELS} names one below the other")
        inner = data.get(name, {})
        if not isinstance(inner, dict):
            raise SetError(f"{name!r} is no mapping, and is given a key")
        over: _End | None = None
        try:
            self.key(inner, level)
        except _End as end:
            over = end
        if inner:
            _put(data, name, inner)
        elif over is None:
            raise SetError(f"key map {name!r} has no value")
        if over is not None:
            raise over

    def _item(self, known: list[Any], index: int, level: int) -> None:
        name, last = self._until("[.=")
        if name:
            raise SetError("there is something between ']' and what follows it")
        if last == "":
            raise _End
        if last == "=":
            value, _ = self._value()
            _put_at(known, index, value)
        elif last == "[":
            following = self._index()
            nested = known[index] if index < len(known) and known[index] is not None else []
            if not isinstance(nested, list):
                raise SetError(f"item {index} is no list, and is given an item")
            self._item(nested, following, level)
            _put_at(known, index, nested)
        else:
            inner = known[index] if index < len(known) and isinstance(known[index], dict) else {}
            self.key(inner, level)
            _put_at(known, index, inner)

    def _index(self) -> int:
        text, last = self._until("]")
        if last == "":
            raise SetError("'[' is not closed")  # Helm 4 takes no notice of it, and sets nothing
        digits = text[1:] if text[:1] in ("+", "-") else text
        if not (digits.isascii() and digits.isdigit()):
            raise SetError("what stands in brackets is no number")
        index = int(text)
        if not 0 <= index <= MOST_INDEX:
            raise SetError(f"an index must lie between 0 and {MOST_INDEX}")
        return index

    def _value(self) -> tuple[Any, bool]:
        """A value, and whether the expression ends where it should begin."""
        if self._at >= len(self._source):
            return "", True
        if self._source[self._at] != "{":
            return self._typed(self._until(",")[0]), False
        self._at += 1
        items: list[Any] = []
        while True:
            item, last = self._until(",}")
            if last == "":
                raise SetError("a list must end with '}'")
            items.append(self._typed(item))
            if last == "}":
                if self._source[self._at : self._at + 1] == ",":
                    self._at += 1
                return items, False

    def _typed(self, value: str) -> Any:
        return value if self._text else typed(value)

    def _until(self, stops: str) -> tuple[str, str]:
        """The text before one of ``stops`` and the one found, empty at the end; a backslash takes the next as it is."""
        found: list[str] = []
        while self._at < len(self._source):
            character = self._source[self._at]
            self._at += 1
            if character in stops:
                return "".join(found), character
            if character == "\\":
                found.append(self._source[self._at : self._at + 1])
                self._at += 1
            else:
                found.append(character)
        return "".join(found), ""


def _put(data: Values, name: str, value: Any) -> None:
    if name:
        data[name] = value


def _put_at(known: list[Any], index: int, value: Any) -> None:
    known.extend([None] * (index + 1 - len(known)))
    known[index] = value


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value
