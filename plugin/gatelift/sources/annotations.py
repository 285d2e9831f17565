"""Changing annotations of an object in place, by span (``cutover``, and the way back).

What is written here is simple on purpose: :mod:`gatelift.sources.edited` reads every changed document again and
refuses what does not mean exactly what was intended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatelift.text.edits import Edit
from gatelift.text.source import Source
from gatelift.text.spans import Entries, Locator, Span, escape_token

Changes = Mapping[str, str | None]
"""The key of an annotation -> its new value, or ``None`` to remove it."""


def annotation_edits(source: Source, locator: Locator, item: str, changes: Changes) -> list[Edit]:
    """The edits that set, replace or remove annotations of the object at the pointer ``item``, in block or flow style.

    Raises ``ValueError`` where the object is written in a way that leaves no place for them.
    """
    pointer = f"{item}/metadata/annotations"
    entries = locator.entries(pointer)
    if entries is None or not entries.spans:
        return _from_nothing(source, locator, item, _added(changes, {}))
    present = {span.pointer: span for span in entries.spans}
    named = {key: present.get(f"{pointer}/{escape_token(key)}") for key in changes}
    removed = [span for key, span in named.items() if span is not None and changes[key] is None]
    added = _added(changes, named)
    if len(removed) == len(entries.spans) and not added:
        return _without_entry(source.text, locator, item)
    edits = [
        Edit(span.start, span.end, quoted(value))
        for key, span in named.items()
        if span is not None and (value := changes[key]) is not None
    ]
    edits += _removals(source.text, entries, removed)
    if added:
        edits.append(_addition(source, entries, added))
    return edits


def quoted(value: str) -> str:
    """A value as a double-quoted scalar, which is JSON as well; the values written here are plain ASCII words."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _added(changes: Changes, named: Mapping[str, Span | None]) -> dict[str, str]:
    return {key: value for key, value in changes.items() if value is not None and named.get(key) is None}


def _pairs(added: Mapping[str, str]) -> str:
    return ", ".join(f"{quoted(key)}: {quoted(value)}" for key, value in added.items())


def _removals(text: str, entries: Entries, removed: Sequence[Span]) -> list[Edit]:
    if not entries.flow:
        return [_lines(text, span) for span in removed]
    spans = entries.spans
    edits: list[Edit] = []
    kept = [number for number, span in enumerate(spans) if span not in removed]
    for number, span in enumerate(spans[:-1]):
        if span in removed and any(later > number for later in kept):
            edits.append(Edit(span.key_start, spans[number + 1].key_start, ""))
    if kept and kept[-1] < len(spans) - 1:
        # The comma goes with the last ones.
        edits.append(Edit(spans[kept[-1]].end, spans[-1].end, ""))
    return edits


def _lines(text: str, span: Span) -> Edit:
    """The whole lines of an entry of a block mapping."""
    start, _ = _indent(text, span)
    end = text.find("\n", span.end)
    return Edit(start, len(text) if end < 0 else end + 1, "")


def _indent(text: str, span: Span) -> tuple[int, str]:
    """Where the first line of a block mapping's entry begins, and its indentation; it may be written ``? key``."""
    line = text.rfind("\n", 0, span.key_start) + 1
    lead = text[line : span.key_start]
    if lead.strip() not in ("", "?"):
        raise ValueError("another value begins on this line")
    return line, lead[: len(lead) - len(lead.lstrip())]


def _addition(source: Source, entries: Entries, added: Mapping[str, str]) -> Edit:
    """More annotations before the first of those that are there."""
    first = entries.spans[0]
    if entries.flow:
        return Edit(first.key_start, first.key_start, f"{_pairs(added)}, ")
    line, indent = _indent(source.text, first)
    lines = "".join(f"{indent}{key}: {quoted(value)}{source.newline}" for key, value in added.items())
    return Edit(line, line, lines)


def _from_nothing(source: Source, locator: Locator, item: str, added: Mapping[str, str]) -> list[Edit]:
    """No annotations yet: a map of them before the name, or in place of what is empty."""
    if not added:
        return []
    text = source.text
    span = locator.locate(f"{item}/metadata/annotations")
    if span.found:
        gap = "" if text[span.start - 1].isspace() else " "
        return [Edit(span.start, span.end, f"{gap}{{{_pairs(added)}}}")]
    holder = locator.entries(f"{item}/metadata")
    if holder is None or not holder.spans:
        raise ValueError("there is no metadata to write annotations into")
    before = next((span for span in holder.spans if span.pointer.endswith("/metadata/name")), holder.spans[0])
    if holder.flow:
        return [Edit(before.key_start, before.key_start, f'"annotations": {{{_pairs(added)}}}, ')]
    line, indent = _indent(text, before)
    body = "".join(f"{indent}  {key}: {quoted(value)}{source.newline}" for key, value in added.items())
    return [Edit(line, line, f"{indent}annotations:{source.newline}{body}")]


def _without_entry(text: str, locator: Locator, item: str) -> list[Edit]:
    """Nothing is left of the annotations: their entry goes as a whole."""
    holder = locator.entries(f"{item}/metadata")
    spans = holder.spans if holder else ()
    entry = next((span for span in spans if span.pointer == f"{item}/metadata/annotations"), None)
    if holder is None or entry is None:
        raise ValueError("the annotations are written elsewhere")
    return _removals(text, holder, [entry])
