"""The stream that ``convert`` writes: every document that is no Ingress byte for byte in its place."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence

import msgspec

from gatelift.expected.expected import Change, Expected, Manifest
from gatelift.gateway.normal import identity, key_of
from gatelift.manifests.resource import Provenance
from gatelift.sources.comments import carried, for_a_tool, own_head, with_comments
from gatelift.sources.edited import edited
from gatelift.sources.marks import marked
from gatelift.sources.placing import NewDocument
from gatelift.sources.streams import Reading, Stream
from gatelift.text.documents import Document
from gatelift.text.emit import dump
from gatelift.text.source import Source

_COMMENTS = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*")
_MARKER_LINE = re.compile(r"(?m)^---[ \t]*\r?\n\Z")


def new_documents(stream: Stream, change: Change, *, deep: bool = False) -> list[NewDocument]:
    """The documents that mirror one Ingress of ``stream``, each under its mark, with the comments of the Ingress.

    ``deep``: whether the items of lists stand further in than their keys. What only closes the place of an Ingress does
    not mirror it: there its comments are not repeated.
    """
    where = change.ingress.provenance
    found = None
    if change.emitted and change.withheld is None:
        found = carried(stream.source, stream.documents[where.document], where.item)
    bodies = [dump(manifest, deep=deep) for manifest in change.emitted]
    texts = [marked(body, f"Ingress {change.ingress.ref}") for body in with_comments(found, change.emitted, bodies)]
    return [NewDocument(key_of(item), text) for item, text in zip(change.emitted, texts, strict=True)]


def stream_text(reading: Reading, result: Expected) -> str:
    """All of ``reading`` as one stream, with each Ingress replaced by, or followed by, what mirrors it."""
    changes: dict[str, dict[int, list[Change]]] = {}
    for change in result.changes:
        where = change.ingress.provenance
        changes.setdefault(where.path, {}).setdefault(where.document, []).append(change)
    obsolete = [*(item for change in result.changes for item in change.obsolete), *result.obsolete]
    gone = {(item.provenance.path, item.provenance.document) for item in obsolete}
    mirrored = frozenset(item.mark.mirrors for item in reading.resources if item.mark and item.mark.intact)
    parts: list[str] = []
    for stream in reading.streams:
        work = _Rewriting(changes.get(stream.source.path, {}), gone, mirrored=mirrored)
        _join(parts, _stream(stream, work), stream.source.newline)
    for manifest in result.shared:
        name = identity(manifest)
        _join(parts, marked(dump(manifest), f"Settings {name.partition(' ')[2]}"), "\n")
    return "".join(parts)


def new_objects(result: Expected) -> list[Manifest]:
    """Only what is new, in order."""
    return [*(item for change in result.changes for item in change.emitted), *result.shared]


def _join(parts: list[str], text: str, newline: str) -> None:
    """Append a stream to others: a document never runs into the next one."""
    if not text:
        return
    if parts:
        if not parts[-1].endswith("\n"):
            parts.append(newline)
        if text.startswith("%"):
            parts.append(f"...{newline}")
        elif not re.match(r"---(\s|$)", text):
            parts.append(f"---{newline}")
    parts.append(text)


def appended(text: str, more: str, newline: str) -> str:
    """A stream with another one behind it."""
    parts = [text] if text else []
    _join(parts, more, newline)
    return "".join(parts)


class _Rewriting(msgspec.Struct, frozen=True):
    """What becomes of the documents of one stream."""

    by_document: Mapping[int, Sequence[Change]]
    gone: Container[tuple[str, int]] = ()
    replaced: Mapping[int, str] = msgspec.field(default_factory=dict)
    """Document -> the chunk that takes its place."""
    behind: Mapping[Provenance, Sequence[str]] | None = None
    """Ingress -> the documents right behind it; ``None``: all that mirrors it."""
    repeated: Container[int] = ()
    """The documents whose Ingresses have their comments repeated somewhere else."""
    mirrored: Container[str] = ()
    """The Ingresses of which routes stand there since an earlier phase, with their comments."""


def rewritten(
    stream: Stream,
    changes: Sequence[Change],
    gone: Container[tuple[str, int]] = (),
    *,
    replaced: Mapping[int, str] | None = None,
    behind: Mapping[Provenance, Sequence[str]] | None = None,
    repeated: Container[int] = (),
) -> str:
    """The text of one stream with its Ingresses changed, and what is new of each right behind it.

    ``replaced``: the documents that other chunks take the place of, by their indexes; ``behind``: the texts behind each
    Ingress, where not all that mirrors it goes there; ``repeated``: the documents of Ingresses whose comments stand
    somewhere else now.
    """
    by_document: dict[int, list[Change]] = {}
    for change in changes:
        by_document.setdefault(change.ingress.provenance.document, []).append(change)
    return _stream(stream, _Rewriting(by_document, gone, replaced or {}, behind, repeated))


def _stream(stream: Stream, work: _Rewriting) -> str:
    """The text of one stream, with its documents changed, or taken out where they are ``gone``."""
    source = stream.source
    parts: list[str] = []
    moved = False
    for document in stream.documents:
        found = work.by_document.get(document.index)
        if (source.path, document.index) in work.gone:
            before = source.text[document.start : document.body_start]
            if re.search(r"^[ \t]*#", before, re.MULTILINE):
                # A licence or an owner's name: it speaks of the file, not of what goes.
                _join(parts, _MARKER_LINE.sub("", before), source.newline)
            moved = True
        elif found or document.json:
            text = _changed(stream, document, found, work) if found else document.chunk(source)
            if parts:
                _join(parts, text, source.newline)
            elif text:
                parts.append(text)
            moved = moved or bool(found)
        else:
            if parts and not parts[-1].endswith(("\n", "\r", "\x85", "\u2028", "\u2029")):
                parts.append(source.newline)
            if parts and moved:
                parts.append(_separator(document, source))
            parts.append(work.replaced.get(document.index, document.chunk(source)))
            moved = False
    return "".join(parts)


def _separator(document: Document, source: Source) -> str:
    """What must stand before a chunk that no longer follows what it followed."""
    head = source.text[document.start : document.body_start]
    if re.search(r"^%", head, re.MULTILINE):
        return f"...{source.newline}"
    return "" if re.search(r"^---", head, re.MULTILINE) else f"---{source.newline}"


def _changed(stream: Stream, document: Document, changes: Sequence[Change], work: _Rewriting) -> str:
    """The chunk of a document with Ingresses, and the new documents after it."""
    kept = _kept(stream, document, changes, work)
    parts = [kept] if kept else []
    for change in sorted(changes, key=lambda item: _item_number(item.ingress.provenance.item)):
        for text in _behind(stream, change, work):
            _join(parts, text.replace("\n", stream.source.newline), stream.source.newline)
    tail = _tail(document, stream.source.text) if all(not change.keep for change in changes) else ""
    return "".join(parts) + tail


def _behind(stream: Stream, change: Change, work: _Rewriting) -> Sequence[str]:
    if work.behind is not None:
        return work.behind.get(change.ingress.provenance, ())
    return [item.text for item in new_documents(stream, change)]


def _tail(document: Document, text: str) -> str:
    """Comments at the left edge after the object: they speak of what comes next."""
    if document.inline or document.json:
        return ""
    lines = text[document.body_start : document.end].splitlines(keepends=True)
    first = len(lines)
    while first and (lines[first - 1].startswith("#") or not lines[first - 1].strip()):
        first -= 1
    tail = "".join(lines[first:])
    return tail if "#" in tail else ""


def _item_number(item: str) -> tuple[int, ...]:
    return tuple(int(part) for part in item.split("/") if part.isdigit())


def _kept(stream: Stream, document: Document, changes: Sequence[Change], work: _Rewriting) -> str:
    """What stays of the document: all of it, the other items of a list, or the comments at its head."""
    source = stream.source
    leaving = [change for change in changes if not change.keep]
    if not leaving and not any(change.annotations for change in changes):
        return document.chunk(source)
    repeated = document.index in work.repeated or any(
        change.emitted or str(change.ingress.ref) in work.mirrored for change in leaving
    )
    if all(change.ingress.provenance.item for change in leaving):
        rest = edited(source, document, changes, _leaves if repeated else None)
        if rest is not None:
            return rest
    if len(leaving) < len(changes):
        raise AssertionError("an Ingress that stays shares its document with one that leaves outside of a list")
    return _head(source, document, repeated)


def _leaves(line: str) -> bool:
    """Whether a comment above an item is the item's own, and stands above its route now."""
    return not for_a_tool(line)


def _head(source: Source, document: Document, repeated: bool) -> str:
    """The comments before the object that are not its own, such as a licence; its own too if nothing repeats them."""
    text = source.text
    before = text[document.start : document.body_start]
    comments = _COMMENTS.match(text, document.body_start, document.body_end)
    lines = comments.group() if comments and not document.inline else ""
    if repeated and "#" in lines:
        own = own_head(source, document) - document.body_start
        lines = lines[:own] + "".join(line for line in lines[own:].splitlines(keepends=True) if for_a_tool(line))
    if "#" in lines:
        return before + lines
    # A marker with nothing after it would begin a document without anything in it.
    return _MARKER_LINE.sub("", before) if before.strip("- \t\r\n") else ""
