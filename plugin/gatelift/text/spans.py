"""Where the node at a JSON pointer stands in its file.

Spans are exact: what lies between ``start`` and ``end`` parses to the value alone. Block collections end at their last
scalar and block scalars at their last line's text, not at the next token as libyaml has it.
"""

from __future__ import annotations

import re
from contextlib import suppress

import msgspec
from yaml import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from gatelift.findings import InputError, Place
from gatelift.text.documents import Document
from gatelift.text.nodes import compose, is_merge, key_of, merged
from gatelift.text.source import BREAKS, Source, position

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
# From the end of a key or item to the end of the alias that follows it, across indicators and comments.
_ALIAS = re.compile(rf"(?:[\s:,?-]|#[^{BREAKS}]*)*+\*[0-9A-Za-z_-]+")


class Span(msgspec.Struct, frozen=True):
    """The node at a pointer: offsets into ``Source.text``, and its line and column counted from 1.

    ``start:end`` is the value with its anchor and tag; ``key_start:key_end`` is its key in a mapping, -1 for list items
    and the root. A node that stands behind an alias or a merge key has the span where it is written. Where nothing
    stands at the pointer, ``found`` is False, ``pointer`` names the nearest ancestor, and the span is that one's.
    """

    pointer: str
    start: int
    end: int
    line: int
    column: int
    key_start: int = -1
    key_end: int = -1
    found: bool = True


def escape_token(token: str | int) -> str:
    """One reference token of a JSON pointer (https://www.rfc-editor.org/rfc/rfc6901#section-3)."""
    return str(token).replace("~", "~0").replace("/", "~1")


def join(*tokens: str | int) -> str:
    """The pointer made of unescaped tokens; the empty pointer, which names the root, of none."""
    return "".join(f"/{escape_token(token)}" for token in tokens)


def split_pointer(pointer: str) -> tuple[str, ...]:
    """The unescaped tokens of a pointer. Raises ``ValueError`` for a text that is not one."""
    if not pointer:
        return ()
    if pointer[0] != "/" or re.search(r"~(?![01])", pointer):
        raise ValueError(f"{pointer!r} is not a JSON pointer")
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/"))


class Entries(msgspec.Struct, frozen=True):
    """The entries of a mapping as they are written, merge keys included; ``flow``: between braces."""

    flow: bool
    spans: tuple[Span, ...]


class Locator:
    """Answers for many pointers of one document, which is composed once, when the first of them is asked for.

    A document that YAML cannot compose, such as JSON with paired surrogate escapes, counts as one value without
    children. Every method raises ``ValueError`` for a text that is not a JSON pointer.
    """

    __slots__ = ("_composed", "_document", "_root", "_source")

    def __init__(self, source: Source, document: Document) -> None:
        self._source = source
        self._document = document
        self._composed = False
        self._root: Node | None = None

    def locate(self, pointer: str) -> Span:
        """The spans of the node at ``pointer``, or of its nearest ancestor (``found`` False)."""
        tokens = split_pointer(pointer)
        node = self._top()
        if node is None:
            text, start = self._source.text, self._document.body_start
            return Span("", start, self._document.body_end, *position(text, start), found=not tokens)
        key: Node | None = None
        for depth, token in enumerate(tokens):
            step = _child(node, token)
            if step is None:
                return self._span(join(*tokens[:depth]), (key, node), found=False)
            key, node = step
        return self._span(pointer, (key, node), found=True)

    def place(self, pointer: str) -> Place:
        """The place to show for ``pointer``: that of the key if there is one, else that of the value."""
        span = self.locate(pointer)
        return self._source.place(span.key_start if span.key_start >= 0 else span.start)

    def items(self, pointer: str) -> tuple[Span, ...]:
        """The items of the list at ``pointer``; none where no list stands."""
        node = self._node(pointer)
        items = node.value if isinstance(node, SequenceNode) else ()
        return tuple(self._span(f"{pointer}/{i}", (None, item), found=True) for i, item in enumerate(items))

    def entries(self, pointer: str) -> Entries | None:
        """The entries of the mapping at ``pointer``; None where no mapping stands."""
        node = self._node(pointer)
        if not isinstance(node, MappingNode):
            return None
        spans = (
            self._span(f"{pointer}/{escape_token(key_of(key) or '')}", (key, value), found=True)
            for key, value in node.value
        )
        return Entries(bool(node.flow_style), tuple(spans))

    def _top(self) -> Node | None:
        if not self._composed:
            self._composed = True
            with suppress(InputError):
                self._root = compose(self._source, self._document)
        return self._root

    def _node(self, pointer: str) -> Node | None:
        node = self._top()
        for token in split_pointer(pointer):
            step = _child(node, token) if node is not None else None
            node = step[1] if step else None
        return node

    def _span(self, pointer: str, entry: tuple[Node | None, Node], *, found: bool) -> Span:
        return _span(self._source, self._document, pointer, entry, found=found)


def locate(source: Source, document: Document, pointer: str) -> Span:
    """:meth:`Locator.locate` for one pointer only."""
    return Locator(source, document).locate(pointer)


def place(source: Source, document: Document, pointer: str) -> Place:
    """:meth:`Locator.place` for one pointer only."""
    return Locator(source, document).place(pointer)


def _child(node: Node, token: str) -> tuple[Node | None, Node] | None:
    if isinstance(node, SequenceNode):
        index = int(token) if _INDEX.fullmatch(token) else len(node.value)
        return (None, node.value[index]) if index < len(node.value) else None
    return _entry(node, token, set()) if isinstance(node, MappingNode) else None


def _entry(node: MappingNode, token: str, visited: set[int]) -> tuple[Node, Node] | None:
    if id(node) in visited:
        return None
    visited.add(id(node))
    for key, value in node.value:
        if key_of(key) == token and not is_merge(key):
            return key, value
    for key, value in node.value:
        for mapping in (is_merge(key) and merged(value)) or ():
            found = _entry(mapping, token, visited)
            if found is not None:
                return found
    return None


def _span(source: Source, document: Document, pointer: str, entry: tuple[Node | None, Node], *, found: bool) -> Span:
    key, value = entry
    text, base = source.text, document.start
    start = base + value.start_mark.index
    line, column = position(text, start)
    keys = (-1, -1) if key is None else (base + key.start_mark.index, base + key.end_mark.index)
    return Span(pointer, start, _end(text, base, value), line, column, *keys, found=found)


def _end(text: str, base: int, node: Node) -> int:
    """Where a node's own text ends."""
    while isinstance(node, CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        before = last[0] if isinstance(last, tuple) else node.value[-2] if len(node.value) > 1 else None
        child = last[1] if isinstance(last, tuple) else last
        floor = node.start_mark.index if before is None else before.end_mark.index
        # An alias leaves no mark of its own: its node stands before the place where the value must.
        if child.start_mark.index < floor or child is node or (before is not None and child is before):
            return _end_of_alias(text, base + floor)
        node = child
    end = base + node.end_mark.index
    return _end_of_block_scalar(text, base + node.start_mark.index, end) if _is_block(node) else end


def _is_block(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style in ("|", ">")


def _end_of_block_scalar(text: str, start: int, end: int) -> int:
    """Where the last line of a block scalar ends: its own trailing blanks count, blank lines after it do not."""
    at = start + len(text[start:end].rstrip(BREAKS + " \t"))
    while at < end and text[at] not in BREAKS:
        at += 1
    return at


def _end_of_alias(text: str, floor: int) -> int:
    found = _ALIAS.match(text, floor)
    return found.end() if found else floor
