"""The comments of one document, each with the node that it speaks of.

YAML gives comments no place in its tree, so this follows what people mean by them. A comment behind something speaks of
what stands on its line; one on a line of its own speaks of what comes next, unless it stands further in than that: then
it closes what stands above it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from enum import Enum, auto

import msgspec
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from gatelift.text.documents import Document
from gatelift.text.nodes import compose, key_of
from gatelift.text.source import BREAKS, Source
from gatelift.text.spans import escape_token

_SIGN = re.compile(rf"(?:(?<=[ \t{BREAKS}])|\A)#[^{BREAKS}]*")
_BREAK = re.compile(rf"[{BREAKS}]")
_ONLY_DASHES = re.compile(r"[ \t]*(?:[-?][ \t]+)*")


class Where(Enum):
    """How a comment stands to its node."""

    ABOVE = auto()
    BESIDE = auto()
    BELOW = auto()


class Comment(msgspec.Struct, frozen=True):
    """``text`` from its ``#`` on, at the offset ``start`` of the source; ``pointer`` names the node it speaks of.

    ``gap``: the blanks before it, where it stands behind something.
    """

    text: str
    start: int
    pointer: str
    where: Where
    gap: int = 0


class _Entry(msgspec.Struct, frozen=True):
    """A key with its value, or an item of a list: where it begins, its column (that of its dash), where it ends."""

    pointer: str
    start: int
    column: int
    end: int


def comments(source: Source, document: Document) -> tuple[Comment, ...]:
    """The comments of ``document`` from its first line to its end, in order.

    Those at the left edge after everything speak of what comes next in the stream, and are left out; so are those
    before its ``---``. A comment above everything speaks of the root. Raises ``InputError`` for what is not YAML.
    """
    text = source.text
    if document.json or "#" not in text[document.start : document.end]:
        return ()
    root = compose(source, document)
    if root is None:
        return ()
    reader = _Reader(text, document.start)
    reader.read(root)
    return tuple(_placed(reader, document))


def _placed(reader: _Reader, document: Document) -> Iterator[Comment]:
    text, entries = reader.text, reader.entries
    starts = [entry.start for entry in entries]
    for start, end in reader.signs(document.body_start, document.body_end):
        shown = text[start:end].rstrip()
        line = _line_start(text, start)
        before = text[line:start]
        following = bisect_right(starts, start)
        if _ONLY_DASHES.fullmatch(before):
            column = 0 if before.strip() else start - line
            place = _own_line(entries, following, column)
            if place is not None:
                yield Comment(shown, start, *place)
        elif before.strip() and following:
            gap = len(before) - len(before.rstrip())
            first = min(bisect_left(starts, line), following - 1)
            yield Comment(shown, start, _of_line(entries[first:following], line, start), Where.BESIDE, gap)


def _own_line(entries: list[_Entry], following: int, column: int) -> tuple[str, Where] | None:
    if not following:
        return "", Where.ABOVE
    after = entries[following] if following < len(entries) else None
    last = entries[following - 1]
    if after is not None and (column <= after.column or after.pointer.startswith(f"{last.pointer}/")):
        return after.pointer, Where.ABOVE
    if after is None and not column:
        return None
    above = next((entries[at] for at in range(following - 1, -1, -1) if entries[at].column <= column), last)
    return above.pointer, Where.BELOW


def _of_line(entries: list[_Entry], line: int, start: int) -> str:
    """What a comment behind something speaks of: the widest node of its line, else the last that begins there."""
    here = [entry for entry in entries if entry.start >= line]
    whole = next((entry for entry in here if entry.end <= start), None)
    return (whole or (here or entries)[-1]).pointer


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind(sign, 0, offset) for sign in BREAKS) + 1


class _Reader:
    """Walks the nodes of a document: its entries in order, and the spans in which a ``#`` is no comment."""

    def __init__(self, text: str, base: int) -> None:
        self.text = text
        self.base = base
        self.entries: list[_Entry] = []
        self.opaque: list[tuple[int, int]] = []
        self._seen: set[int] = set()

    def read(self, root: Node) -> None:
        self._node(root, "")
        self.opaque.sort()

    def signs(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The spans of all comments between two offsets."""
        begins = [span[0] for span in self.opaque]
        for found in _SIGN.finditer(self.text, start, end):
            at = bisect_right(begins, found.start()) - 1
            if at < 0 or self.opaque[at][1] <= found.start():
                yield found.span()

    def _node(self, node: Node, pointer: str) -> int:
        """Read a node that stands here for the first time; where it ends."""
        self._seen.add(id(node))
        end = self.base + node.end_mark.index
        if isinstance(node, ScalarNode):
            self._scalar(node)
            return end
        last = self.base + node.start_mark.index
        if isinstance(node, MappingNode):
            last = self._mapping(node, pointer, last)
        elif isinstance(node, SequenceNode):
            last = self._sequence(node, pointer, last)
        # libyaml ends a block at the next token, across blank lines and comments.
        return end if getattr(node, "flow_style", False) else last

    def _mapping(self, node: MappingNode, pointer: str, last: int) -> int:
        for key, value in node.value:
            start = self.base + key.start_mark.index
            number = len(self.entries)
            place = f"{pointer}/{escape_token(key_of(key) or '')}"
            self.entries.append(_Entry(place, start, start - _line_start(self.text, start), start))
            if id(key) not in self._seen:
                last = self._node(key, place)
            if id(value) not in self._seen:
                last = self._node(value, place)
            self._close(number, last)
        return last

    def _sequence(self, node: SequenceNode, pointer: str, last: int) -> int:
        edge = self.base + node.start_mark.index
        dashes = edge - _line_start(self.text, edge)
        for index, item in enumerate(node.value):
            if id(item) in self._seen:
                continue
            start = self.base + item.start_mark.index
            number = len(self.entries)
            column = start - _line_start(self.text, start) if node.flow_style else dashes
            self.entries.append(_Entry(f"{pointer}/{index}", start, column, start))
            last = self._node(item, f"{pointer}/{index}")
            self._close(number, last)
        return last

    def _close(self, number: int, end: int) -> None:
        entry = self.entries[number]
        self.entries[number] = _Entry(entry.pointer, entry.start, entry.column, end)

    def _scalar(self, node: ScalarNode) -> None:
        start, end = self.base + node.start_mark.index, self.base + node.end_mark.index
        if node.style in ("|", ">"):
            # What stands behind the sign of a block is a comment; what looks like one inside is text.
            found = _BREAK.search(self.text, start, end)
            start = found.start() if found else end
        self.opaque.append((start, end))
