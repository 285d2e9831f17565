"""The tree while it grows: blocks whose members are still added, and what becomes of them."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from gatelift.findings import InputError
from gatelift.sources.helm.template.atoms import Path
from gatelift.sources.helm.template.shape import Masked
from gatelift.sources.helm.template.skeleton import (
    Empty,
    Entry,
    Item,
    Mapping,
    Member,
    Scalar,
    Sequence,
    Splice,
    Spliced,
    Style,
    Value,
)
from gatelift.text.documents import split
from gatelift.text.source import Source
from gatelift.text.yaml import load


class Slot(msgspec.Struct):
    """A place for a value: that of a key, of an item, or (neither ``key`` nor ``dash``) the document's.

    ``column`` is the one that a value of several lines must be deeper than; ``more`` are its lines after the first, and
    ``depth`` is how many brackets or quotes are still open in it.
    """

    start: int
    end: int
    column: int
    path: Path
    key: Scalar | None = None
    dash: bool = False
    text: Masked | None = None
    style: Style = Style.PLAIN
    block: Growing | None = None
    more: list[Masked] = []
    depth: int = 0

    @property
    def empty(self) -> bool:
        """Whether it waits for a value."""
        return self.text is None and self.block is None


class Growing(msgspec.Struct):
    """A block and its owner. ``kind`` is None as long as only splices are in it."""

    indent: int
    owner: Slot
    kind: type[Mapping] | type[Sequence] | None = None
    members: list[Slot | Splice] = []

    @property
    def last(self) -> Slot | None:
        """The member that was added last, unless it is a splice."""
        member = self.members[-1] if self.members else None
        return member if isinstance(member, Slot) else None


def scalar(text: Masked, style: Style | None = None) -> Scalar:
    """A value with the style that its first character gives it, unless another is given."""
    start, end = text.starts[0], text.ends[-1]
    if style is None:
        style = _STYLES.get(text.text[0], Style.PLAIN)
    literal = "\n" not in text.text and all(piece.node is None for piece in text.pieces)
    return Scalar(start, end, style, text.pieces, _unquoted(text.text, style) if literal else None)


def whole(slot: Slot) -> Masked | None:
    """The text of a slot with all its lines."""
    if slot.text is None or not slot.more:
        return slot.text
    shown: list[str] = [slot.text.text]
    starts, ends, pieces = [*slot.text.starts], [*slot.text.ends], [*slot.text.pieces]
    for line in slot.more:
        shown.append(line.text)
        starts += (ends[-1], *line.starts)
        ends += (line.starts[0], *line.ends)
        pieces += line.pieces
    return Masked("\n".join(shown), tuple(starts), tuple(ends), tuple(pieces))


def value(slot: Slot) -> Value:
    """The value of a slot to which nothing will be added."""
    if slot.block is not None:
        return _block(slot.block)
    text = whole(slot)
    if text is not None:
        return scalar(text, slot.style if slot.style is Style.BLOCK else None)
    return Empty(slot.end, slot.end)


def _block(block: Growing) -> Value:
    members = [_member(member) for member in block.members]
    start, end = members[0].start, max(member.end for member in members)
    if block.kind is Mapping:
        entries = tuple(member for member in members if isinstance(member, Entry | Splice))
        return Mapping(start, end, block.indent, entries)
    if block.kind is Sequence:
        items = tuple(member for member in members if isinstance(member, Item | Splice))
        return Sequence(start, end, block.indent, items)
    return Spliced(start, end, block.indent, tuple(member for member in members if isinstance(member, Splice)))


def _member(member: Slot | Splice) -> Member:
    if isinstance(member, Splice):
        return member
    inside = value(member)
    end = max(member.end, inside.end)
    if member.key is None:
        return Item(member.start, end, inside, member.path)
    return Entry(member.start, end, member.key, inside, member.path)


_STYLES = {'"': Style.DOUBLE, "'": Style.SINGLE, "[": Style.FLOW, "{": Style.FLOW}


def _unquoted(text: str, style: Style) -> str:
    if style is Style.SINGLE:
        return text[1:-1].replace("''", "'")
    if style is not Style.DOUBLE:
        return text
    if "\\" not in text:
        return text[1:-1]
    source = Source("", text)
    with suppress(InputError):
        loaded = load(source, split(source)[0])
        if loaded is not None and isinstance(loaded.value, str):
            return loaded.value
    return text[1:-1]
