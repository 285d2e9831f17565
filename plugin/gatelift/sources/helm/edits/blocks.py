"""A mapping written into a file of values: what is there stays as a person wrote it, what is missing is added.

Each result is read again and compared with what was meant; what does not mean exactly that is not written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.findings import Finding, InputError, Severity
from gatelift.sources.helm.edits.braces import brace_edit
from gatelift.sources.helm.edits.ends import block_end, line_end, spaced
from gatelift.sources.helm.edits.meaning import means, value_at, value_of, with_entries
from gatelift.sources.helm.edits.style import NONE, Comments, Keys, block_lines, style_of
from gatelift.text.documents import Document, split
from gatelift.text.edits import Edit, apply
from gatelift.text.source import Source, decode
from gatelift.text.spans import Entries, Locator, Span, join

_FIX = "write it out plainly, one key a line, without anchors, aliases and merge keys; then run this again"


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What is written where: ``block`` at ``keys`` below ``base`` (of an object in a stream), behind the block at
    ``after``, which is counted from ``base`` too."""

    base: Keys = ()
    keys: tuple[str, ...]
    block: Mapping[str, Any]
    after: tuple[str, ...] = ()
    comments: Comments = NONE


class _Addition(msgspec.Struct, frozen=True):
    """Entries that a mapping lacks."""

    holder: Keys
    entries: Mapping[str, Any]


def with_block(
    path: str,
    data: bytes,
    keys: tuple[str, ...],
    block: Mapping[str, Any],
    *,
    after: tuple[str, ...] = (),
    comments: Comments = NONE,
) -> bytes:
    """A file of values with a mapping at ``keys``: behind the block at ``after`` where that stands at the same depth,
    else as the last of its parent, which is created where it is missing.

    Keys that are there keep their values, whatever those are; only missing ones are added, at any depth. A file that
    lacks nothing comes back as it is. Raises ``InputError``: the reader's own for what is no YAML, ``helm/edit`` with
    a place for several documents, for a value in the way that is no mapping, and where anchors, aliases or merge keys
    would make other values change too.
    """
    source = decode(path, data)
    documents = [document for document in split(source) if not document.empty]
    if len(documents) > 1:
        message = "this file holds several documents, and Helm does not read them alike in all releases"
        raise _error(source, documents[1].start, message, "keep one of them; then run this again")
    target = Target(keys=keys, block=block, after=after, comments=comments)
    made = laid(source, documents[0].index if documents else None, target, older_words=True)
    return data if made is source else made.encode(made.text)


def laid(source: Source, index: int | None, target: Target, *, older_words: bool = False) -> Source:
    """A stream with a mapping in one of its documents; ``source`` itself where nothing is missing.

    ``index``: the document, ``None`` where the file is empty; ``older_words`` as the reader has it. Raises as
    ``with_block``.
    """
    documents = split(source)
    value = value_of(source, documents[index], older_words) if index is not None else None
    below = value_at(value, target.base)
    wanted: Mapping[str, Any] = target.block
    for key in reversed(target.keys):
        wanted = {key: wanted}
    additions = list(_missing(source, documents, index, below, wanted, target.base))
    for addition in additions:
        source = _added(source, index, addition, target, older_words)
        index = index if index is not None else _only(source)
    return source


def _missing(
    source: Source, documents: Sequence[Document], index: int | None, value: Any, wanted: Mapping[str, Any], here: Keys
) -> Iterator[_Addition]:
    if value is None:
        yield _Addition(here, wanted)
        return
    if not isinstance(value, Mapping):
        shown = ".".join(map(str, here)) or "the file"
        place = Locator(source, documents[index or 0]).locate(join(*here))
        raise _error(source, place.start, f"{shown} is no mapping here, so that nothing can stand below it", _FIX_TYPE)
    missing = {key: item for key, item in wanted.items() if key not in value}
    if missing:
        yield _Addition(here, missing)
    for key, item in wanted.items():
        if key in value and isinstance(item, Mapping) and item:
            yield from _missing(source, documents, index, value[key], item, (*here, key))


_FIX_TYPE = "make it a mapping, or write these values where they belong by hand; then run this again"


def _added(source: Source, index: int | None, addition: _Addition, target: Target, older_words: bool) -> Source:
    if index is None:
        made = _into_nothing(source, addition, target)
        if not means(made, None, addition.entries, None, older_words):
            raise _error(source, 0, "nothing can be added to this file as it stands", "empty it; then run this again")
        return made
    document = split(source)[index]
    value = value_of(source, document, older_words)
    meant = with_entries(value, addition.holder, addition.entries)
    locator = Locator(source, document)
    span = locator.locate(join(*addition.holder))
    for edits in _candidates(source, document, locator, addition, target):
        made = msgspec.structs.replace(source, text=apply(source.text, edits))
        if means(made, index, meant, len(split(source)), older_words):
            return made
    shown = ".".join(map(str, addition.holder)) or "this file"
    raise _error(source, span.start, f"{shown} cannot be edited in place: other values would change with it", _FIX)


def _candidates(
    source: Source, document: Document, locator: Locator, addition: _Addition, target: Target
) -> Iterator[list[Edit]]:
    """Ways to write it, the one that reads best first."""
    text, pointer = source.text, join(*addition.holder)
    span, entries = locator.locate(pointer), locator.entries(pointer)
    if not span.found:
        return
    if entries is None:
        yield from _into_null(source, span, addition, target)
        return
    after = _after(entries, addition, target, pointer)
    if not entries.flow:
        yield from _into_block(source, document, entries, after, addition, target)
        return
    bare = text[span.start : span.end].replace(" ", "") == "{}"
    empty_file = not addition.holder and not source.path.endswith(".json")
    if bare and (empty_file or (not document.json and not _in_flow(locator, addition.holder[:-1]))):
        yield from _for_empty_braces(source, span, addition, target)
    yield [brace_edit(text, span, entries, after, addition.entries, source.newline)]


def _after(entries: Entries, addition: _Addition, target: Target, pointer: str) -> Span | None:
    if (*target.base, *target.after[:-1]) != addition.holder or not target.after:
        return None
    wanted = pointer + join(target.after[-1])
    return next((span for span in entries.spans if span.pointer == wanted), None)


def _in_flow(locator: Locator, holder: Keys) -> bool:
    for count in range(len(holder) + 1):
        pointer = join(*holder[:count])
        entries = locator.entries(pointer)
        span = locator.locate(pointer)
        if (entries is not None and entries.flow) or (entries is None and _begins_list(locator, span, pointer)):
            return True
    return False


def _begins_list(locator: Locator, span: Span, pointer: str) -> bool:
    """Whether a list is one in brackets: its items then stand behind where it begins, on a line without dashes."""
    items = locator.items(pointer)
    return bool(items) and span.start < items[0].start and span.column + 2 > items[0].column


def _into_block(
    source: Source,
    document: Document,
    entries: Entries,
    after: Span | None,
    addition: _Addition,
    target: Target,
) -> Iterator[list[Edit]]:
    text, limit = source.text, document.body_end
    last = after or entries.spans[-1]
    column = _column(text, entries.spans[0].key_start)
    lines = _lines(source, addition, target, column, _unit(text, column, last))
    above = text.rfind("\n", 0, last.key_start) + 1 if len(entries.spans) > 1 else -1
    best = block_end(text, last.end, column, limit)
    following = [span.key_start for span in entries.spans if span.key_start > last.key_start]
    others = [text.rfind("\n", 0, start) + 1 for start in following[:1]]
    for at in dict.fromkeys((best, line_end(text, last.end, limit), *others, limit)):
        apart = spaced(text, at, limit, above)
        yield [_insert(source, at, ["", *lines] if apart else lines)]
    # A text block that ends with the file would gain a line break below it, so the last resort is to stand above.
    first = entries.spans[0].key_start
    if not text[first - column : first].strip(" "):
        yield [_insert(source, first - column, lines)]


def _unit(text: str, column: int, near: Span) -> int:
    """How far a child of the block nearby stands in, where it has one of its own line."""
    if near.key_start < 0 or "\n" not in text[near.key_end : near.start]:
        return 0
    return max(_column(text, near.start) - column, 0) if text[near.start : near.start + 1] != "-" else 0


def _into_null(source: Source, span: Span, addition: _Addition, target: Target) -> Iterator[list[Edit]]:
    """A key without a value, or with ``null`` or ``~``."""
    text = source.text
    # In braces a key may stand alone: "{web}".
    if span.key_start < 0 or ":" not in text[span.key_end :]:
        return
    start = text.index(":", span.key_end) + 1
    if text[span.key_end : start - 1].strip():
        return
    yield [
        *([Edit(start, span.end, "")] if span.end > start else []),
        _insert(source, line_end(text, max(span.end, start), len(text)), _below(source, span, addition, target)),
    ]


def _for_empty_braces(source: Source, span: Span, addition: _Addition, target: Target) -> Iterator[list[Edit]]:
    text = source.text
    if span.key_start < 0:
        lines = _lines(source, addition, target, 0, 0)
        yield [Edit(span.start, span.end, source.newline.join(lines))]
        return
    start = text.index(":", span.key_end) + 1
    yield [
        Edit(start, span.end, ""),
        _insert(source, line_end(text, span.end, len(text)), _below(source, span, addition, target)),
    ]


def _below(source: Source, span: Span, addition: _Addition, target: Target) -> list[str]:
    column = _column(source.text, span.key_start)
    style = style_of(source.text)
    return _lines(source, addition, target, column + style.unit, 0)


def _lines(source: Source, addition: _Addition, target: Target, column: int, unit: int) -> list[str]:
    whole: Keys = (*target.base, *target.keys)
    comments = Comments(
        {(*whole, *keys): lines for keys, lines in target.comments.lines.items()}, target.comments.apart
    )
    style = style_of(source.text, unit)
    return list(block_lines(addition.entries, column, style, comments, addition.holder, whole))


def _insert(source: Source, at: int, lines: Sequence[str]) -> Edit:
    text, newline = source.text, source.newline
    body = newline.join(lines)
    if at and not text[:at].endswith("\n"):
        # No newline at the end of the file: it keeps its absence.
        return Edit(at, at, newline + body)
    return Edit(at, at, body + newline)


def _into_nothing(source: Source, addition: _Addition, target: Target) -> Source:
    """A file without values, which may hold comments."""
    lines = _lines(source, addition, target, 0, 0)
    text, newline = source.text, source.newline
    head = text if not text or text.endswith("\n") else text + newline
    if head.strip():
        head += newline
    return msgspec.structs.replace(source, text=head + newline.join([*lines, ""]))


def _column(text: str, offset: int) -> int:
    return offset - (text.rfind("\n", 0, offset) + 1)


def _only(source: Source) -> int:
    return next(document.index for document in split(source) if not document.empty)


def _error(source: Source, offset: int, message: str, fix: str) -> InputError:
    return InputError(Finding("helm/edit", Severity.ERROR, message, fix, source.place(offset)))
