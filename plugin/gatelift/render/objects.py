"""Rendered streams as objects: cut up without parsing, and parsed only where somebody looks closer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from gatelift.text.documents import Document, split
from gatelift.text.source import Source, decode
from gatelift.text.yaml import load

# What is known without parsing: plain keys of a block mapping at the left edge, and below metadata at two spaces, each
# there once, with a plain text as its value. Whatever is written otherwise is for the parser.
_OTHER_TOP = re.compile(r"^(?![ \t]|$|#|-(?: |$)|[A-Za-z][\w.-]*:(?: |$))", re.MULTILINE)
_OTHER_INNER = re.compile(r"^  (?![ ]|$|#|-(?: |$)|[A-Za-z][\w.-]*:(?: |$))", re.MULTILINE)
# Up to the next key: what follows a blank line or a comment at the left edge may still belong to it.
_METADATA = re.compile(r"^metadata:[ \t]*\n((?:[ ]+[^\n]*(?:\n|\Z))+)(?=[A-Za-z]|\Z)", re.MULTILINE)
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]*")
_NOT_TEXT = re.compile(r"(?i)true|false|null|yes|no|on|off|y|n|[0-9][0-9a-f_.xo-]*")


class RenderedDocument(msgspec.Struct, frozen=True):
    """One object of a render: what identifies it, and its text to the letter.

    ``api_version``, ``kind``, ``namespace`` and ``name`` are as the text says them; ``namespace`` is empty where it is
    left to whoever applies it.
    """

    source: Source
    document: Document
    api_version: str
    kind: str
    namespace: str
    name: str

    @property
    def group(self) -> str:
        """The API group; empty for the core group."""
        group, slash, _ = self.api_version.partition("/")
        return group if slash else ""

    @property
    def text(self) -> str:
        """The object's own text, without markers: equal texts are equal objects."""
        return self.document.body(self.source)

    @property
    def value(self) -> Mapping[str, Any]:
        """The plain value, as Kubernetes reads it. Raises ``InputError`` for what it would not read."""
        loaded = load(self.source, self.document)
        return loaded.value if loaded is not None and isinstance(loaded.value, dict) else {}


def documents(text: str, path: str = "(rendered)") -> tuple[RenderedDocument, ...]:
    """The objects of a rendered stream, in order; empty documents are dropped.

    ``path`` is what messages call the stream. Raises ``InputError`` for a document that has to be parsed to know what
    it is, and cannot be.
    """
    source = decode(path, text.encode())
    return tuple(_identified(source, document) for document in split(source) if not document.empty)


def objects(text: str, wanted: Callable[[str, str], bool], path: str = "(rendered)") -> Iterator[Mapping[str, Any]]:
    """The values of the objects whose (group, kind) is ``wanted``; no other is parsed."""
    for item in documents(text, path):
        if wanted(item.group, item.kind):
            yield item.value


def _identified(source: Source, document: Document) -> RenderedDocument:
    body = document.body(source)
    metadata = _METADATA.findall(body)
    if (
        not document.json
        and len(metadata) == 1
        and not _OTHER_TOP.search(body)
        and not _OTHER_INNER.search(metadata[0])
    ):
        version, kind = _plain(body, "apiVersion"), _plain(body, "kind")
        name, namespace = _plain(metadata[0], "  name"), _plain(metadata[0], "  namespace", absent="")
        if version and kind and name and namespace is not None:
            return RenderedDocument(source, document, version, kind, namespace, name)
    return _parsed(source, document)


def _plain(text: str, key: str, absent: str | None = None) -> str | None:
    """The value of a key that stands there once, if it is plain text beyond doubt; ``absent`` where there is none."""
    found = re.findall(rf"^{key}:(.*)$(\n\s*)?", text, re.MULTILINE)
    if not found:
        return absent
    value, after = found[0][0].strip(" \t"), found[0][1]
    # A line further in, or one without anything, may go on with the text.
    alone = len(found) == 1 and len(after) <= len(key) - len(key.lstrip()) + 1
    plain = alone and _PLAIN.fullmatch(value) and not _NOT_TEXT.fullmatch(value)
    return value if plain else None


def _parsed(source: Source, document: Document) -> RenderedDocument:
    loaded = load(source, document)
    value = loaded.value if loaded is not None and isinstance(loaded.value, dict) else {}
    metadata = value.get("metadata")
    inner = metadata if isinstance(metadata, dict) else {}
    return RenderedDocument(
        source,
        document,
        _text(value.get("apiVersion")),
        _text(value.get("kind")),
        _text(inner.get("namespace")),
        _text(inner.get("name")),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
