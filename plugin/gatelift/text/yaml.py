"""The one YAML reader: plain JSON values from a document, as Kubernetes reads it (https://sigs.k8s.io/yaml)."""

from __future__ import annotations

import json
from math import isfinite
from typing import NoReturn, TypeAlias

import msgspec
from yaml import MappingNode, Node, ScalarNode

from gatelift.findings import InputError, Place
from gatelift.text import spans
from gatelift.text.diagnose import template
from gatelift.text.documents import Document
from gatelift.text.nodes import MAX_DEPTH, compose, is_merge, key_of, merged, too_deep
from gatelift.text.scalars import TAG_PREFIX, Scalar, is_certainly_text, resolve_plain, resolve_tagged
from gatelift.text.source import Source

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

#: Nodes that the aliases of one document may stand for, all together.
MAX_ALIASED = 1_000_000

_OLDER_WORDS = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), "true"),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), "false"),
}

# A long text that aliases repeat counts as one node for each so many characters.
_CHARACTERS_PER_NODE = 64


class Loaded(msgspec.Struct, frozen=True):
    """The value of one document, and where it came from. Spans are found by composing the document again."""

    value: Json
    source: Source
    document: Document

    def span(self, pointer: str) -> spans.Span:
        """The spans of key and value at an RFC 6901 pointer; see :func:`gatelift.text.spans.locate`."""
        return spans.locate(self.source, self.document, pointer)

    def place(self, pointer: str) -> Place:
        """The place of the value at an RFC 6901 pointer; see :func:`gatelift.text.spans.place`."""
        return spans.place(self.source, self.document, pointer)


def load(source: Source, document: Document, *, older_words: bool = False) -> Loaded | None:
    """The value of a document; None if it is empty.

    ``older_words``: ``yes``, ``no``, ``on``, ``off``, ``y`` and ``n`` are booleans, keys too, as in YAML 1.1: so Helm
    reads values (go-yaml 2 in every release; seen with 3.17.3 and 4.3.1).

    Raises :class:`InputError`, placed in the file, for whatever Kubernetes would not read or would read ambiguously:
    ``input/yaml``, ``input/tab``, ``input/template``, ``input/depth``, ``input/duplicate-key``, ``input/key``,
    ``input/tag``, ``input/number``, ``input/alias`` and ``input/merge``.
    """
    if document.empty:
        return None
    body = document.body(source)
    if body.lstrip(" \t\r\n")[:1] in ("{", "["):
        try:
            return Loaded(_load_json(body), source, document)
        except (ValueError, RecursionError):
            # Not JSON, or JSON with a fault that has a place; YAML reads all of it and says where.
            pass
    node = compose(source, document)
    if node is not None and older_words:
        _renew_words(node)
    return None if node is None else Loaded(_Builder(source, document).build(node), source, document)


def _renew_words(root: Node) -> None:
    """Write the booleans of YAML 1.1 as those of today, in nodes that nobody else holds."""
    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if isinstance(node, ScalarNode):
            if not node.style and not node.tag:
                node.value = _OLDER_WORDS.get(node.value, node.value)
        elif id(node) not in seen:
            seen.add(id(node))
            for item in node.value:
                waiting += item if isinstance(item, tuple) else (item,)


class _Builder:
    """Builds the value of one document from its nodes."""

    __slots__ = ("_aliased", "_aliases", "_base", "_depth", "_path", "_seen", "_source")

    def __init__(self, source: Source, document: Document) -> None:
        self._source = source
        self._base = document.start
        self._depth = 0
        # Without an alias no node occurs twice, and nothing need be remembered.
        self._aliases = "*" in document.chunk(source)
        self._seen: set[int] = set()
        self._path: set[int] = set()
        self._aliased = 0

    def build(self, node: Node) -> Json:
        if type(node) is ScalarNode:
            return self._scalar(node)
        if node.tag and node.tag != f"{TAG_PREFIX}{'map' if isinstance(node, MappingNode) else 'seq'}":
            raise self._error(node, "input/tag", f"The tag {_short(node.tag)} does not apply here.", _TAG_FIX)
        self._enter(node)
        value = self._mapping(node) if isinstance(node, MappingNode) else [self.build(item) for item in node.value]
        self._depth -= 1
        self._path.discard(id(node))
        return value

    def _mapping(self, node: MappingNode) -> dict[str, Json]:
        result: dict[str, Json] = {}
        merge: Node | None = None
        for key_node, value_node in node.value:
            if type(key_node) is ScalarNode and not key_node.tag and _is_text(key_node):
                key = key_node.value
            elif is_merge(key_node):
                if merge is not None:
                    raise self._duplicate(node, key_node, "<<")
                merge = value_node
                continue
            else:
                key = self._key(key_node)
            if key in result:
                raise self._duplicate(node, key_node, key)
            if type(value_node) is ScalarNode and not value_node.tag and _is_text(value_node):
                if self._aliases:
                    self._count_text(value_node)
                result[key] = value_node.value
            else:
                result[key] = self.build(value_node)
        if merge is not None:
            self._merge(merge, result)
        return result

    def _merge(self, node: Node, result: dict[str, Json]) -> None:
        mappings = merged(node)
        if mappings is None:
            raise self._error(
                node,
                "input/merge",
                "'<<' merges a mapping or a list of mappings only.",
                "Name the anchor of a mapping.",
            )
        for mapping in mappings:
            value = self.build(mapping)
            if isinstance(value, dict):
                result.update((key, item) for key, item in value.items() if key not in result)

    def _key(self, node: Node) -> str:
        key = key_of(node)
        if key is not None:
            return key
        start = self._base + node.start_mark.index
        if isinstance(node, MappingNode) and self._source.text[start - 1 : start + 1] == "{{":
            raise template(self._source, start - 1)
        raise self._error(
            node, "input/key", "This key is not a text, and JSON has no other keys.", "Put the key in quotes."
        )

    def _scalar(self, node: ScalarNode) -> Scalar:
        if self._aliases:
            self._count_text(node)
        if not node.tag:
            value = node.value if node.style else resolve_plain(node.value)
        else:
            try:
                value = resolve_tagged(node.tag, node.value)
            except ValueError as error:
                raise self._error(node, "input/tag", str(error), _TAG_FIX) from None
        if isinstance(value, float) and not isfinite(value):
            raise self._error(
                node,
                "input/number",
                f"{node.value} is not a number that JSON and Kubernetes know.",
                "Write a finite number, or put the text in quotes.",
            )
        return value

    def _enter(self, node: Node) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise too_deep(self._source, self._base + node.start_mark.index)
        if not self._aliases:
            return
        name = id(node)
        if name in self._path:
            raise self._error(node, "input/alias", "This value contains itself through an alias.", _ALIAS_FIX)
        self._path.add(name)
        if name in self._seen:
            self._charge(node, 1 + len(node.value))
        self._seen.add(name)

    def _count_text(self, node: ScalarNode) -> None:
        if id(node) in self._seen:
            self._charge(node, len(node.value) // _CHARACTERS_PER_NODE)
        self._seen.add(id(node))

    def _charge(self, node: Node, nodes: int) -> None:
        self._aliased += nodes
        if self._aliased > MAX_ALIASED:
            message = f"The aliases in this document stand for more than {MAX_ALIASED:,} values."
            raise self._error(node, "input/alias", message, _ALIAS_FIX)

    def _duplicate(self, node: MappingNode, again: Node, key: str) -> InputError:
        first = next(other for other, _ in node.value if (key == "<<" and is_merge(other)) or key_of(other) == key)
        where = self._source.place(self._base + first.start_mark.index)
        return self._error(
            again,
            "input/duplicate-key",
            f"The key {key[:80]!r} is already defined at line {where.line}, column {where.column}.",
            "Remove one of the two; if another object begins here, put '---' on a line of its own before it.",
        )

    def _error(self, node: Node, code: str, message: str, fix: str) -> InputError:
        return self._source.error(self._base + node.start_mark.index, code, message, fix)


_TAG_FIX = "Remove the tag, or write the value as the type that it names."
_ALIAS_FIX = "Write the values out instead of using aliases."


def _is_text(node: ScalarNode) -> bool:
    return bool(node.style) or is_certainly_text(node.value)


def _short(tag: str) -> str:
    return f"!!{tag.removeprefix(TAG_PREFIX)}" if tag.startswith(TAG_PREFIX) else tag


def _load_json(body: str) -> Json:
    """The value of a JSON document. Raises ``ValueError`` or ``RecursionError`` for one that YAML must look at."""
    value: Json = _JSON.decode(body)
    level: list[Json] = [value]
    for _ in range(MAX_DEPTH + 1):
        if not level:
            break
        level = [
            item
            for parent in level
            for item in (parent.values() if isinstance(parent, dict) else parent if isinstance(parent, list) else ())
            if isinstance(item, dict | list)
        ]
    else:
        raise RecursionError
    if "\\u" in body:
        # Raises UnicodeEncodeError, a ValueError, for half of a surrogate pair.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("duplicate key")
    return result


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _json_int(text: str) -> int | float:
    value = resolve_plain(text)
    return value if isinstance(value, int | float) else _refuse_constant(text)


def _json_float(text: str) -> float:
    value = float(text)
    return value if isfinite(value) else _refuse_constant(text)


_JSON = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_json_int, parse_float=_json_float, parse_constant=_refuse_constant
)
