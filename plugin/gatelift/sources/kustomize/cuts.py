"""What goes with items that are taken out of a list of a kustomization: their lines, the comments said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gatelift.text.edits import Edit
from gatelift.text.spans import Locator, Span


def is_all(value: Mapping[str, Any], field: str) -> bool:
    """Whether a kustomization holds nothing but this list.

    Kustomize does not build what is wholly empty; an empty list is enough for it.
    """
    return set(value) <= {field, "apiVersion", "kind"}


def taken_out(text: str, value: Mapping[str, Any], locator: Locator, field: str, indexes: Sequence[int]) -> list[Edit]:
    """The edits that take items (sorted indexes) out of the list ``field`` of the kustomization ``value``.

    Without any item left the field goes too, unless it is all there is. Raises ``LookupError`` or ``ValueError`` where
    the list is not written in the kustomization itself.
    """
    spans = locator.items(f"/{field}")
    if len(indexes) < len(spans):
        return _cuts(text, spans, indexes)
    return _emptied(text, locator, field, spans) if is_all(value, field) else [_whole_entry(text, locator, field)]


def _emptied(text: str, locator: Locator, field: str, spans: Sequence[Span]) -> list[Edit]:
    """An empty list in place of one; the comments around it stay."""
    whole = locator.locate(f"/{field}")
    if not is_block(text, spans):
        return [Edit(whole.start, whole.end, "[]")]
    colon = text.index(":", whole.key_end) + 1
    start, end = lines_of(text, spans[0])[0], lines_of(text, spans[-1])[1]
    return [Edit(colon, colon, " []"), *(Edit(*cut, "") for cut in _joined(text, [(start, end)]))]


def _whole_entry(text: str, locator: Locator, field: str) -> Edit:
    holder = locator.entries("")
    spans = holder.spans if holder else ()
    found = next((span for span in spans if span.pointer == f"/{field}"), None)
    if found is None or holder is None:
        raise LookupError(field)
    if holder.flow:
        number = spans.index(found)
        start = spans[number - 1].end if number else found.key_start
        return Edit(start, found.end if number else spans[1].key_start, "")
    start = text.rfind("\n", 0, found.key_start) + 1
    end = text.find("\n", found.end)
    end = len(text) if end < 0 else end + 1
    before = text[:start].splitlines(keepends=True)
    if before and not before[-1].strip() and not text[end:].splitlines()[:1] and len(before) > 1:
        # The blank line that set the last field apart from the others.
        start -= len(before[-1])
    return Edit(*_joined(text, [(start, end)])[0], "")


def _cuts(text: str, spans: Sequence[Span], indexes: Sequence[int]) -> list[Edit]:
    if is_block(text, spans):
        return [Edit(*cut, "") for cut in _joined(text, [_said_of(text, spans, number) for number in indexes])]
    kept = [number for number in range(len(spans)) if number not in indexes]
    edits = []
    for number in indexes:
        if number < kept[-1]:
            edits.append(Edit(spans[number].start, spans[number + 1].start, ""))
        else:
            edits.append(Edit(spans[number - 1].end, spans[number].end, ""))
    return edits


def _joined(text: str, cuts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cuts that touch each other as one. One at the end of a file without a final newline leaves none behind."""
    found: list[tuple[int, int]] = []
    for start, end in cuts:
        if found and found[-1][1] == start:
            start = found.pop()[0]
        found.append((start, end))
    start, end = found[-1]
    if end == len(text) and not text.endswith("\n"):
        found[-1] = (len(text[:start].removesuffix("\n").removesuffix("\r")), end)
    return found


def _said_of(text: str, spans: Sequence[Span], number: int) -> tuple[int, int]:
    """The lines of an item with the comment that stands right above it; what is above a first item may be of all."""
    start, end = lines_of(text, spans[number])
    while number and (above := text.rfind("\n", 0, start - 1) + 1) and text[above:start].lstrip().startswith("#"):
        start = above
    return start, end


def lines_of(text: str, span: Span) -> tuple[int, int]:
    """The whole lines of an item of a block sequence, from its dash on."""
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    return start, len(text) if end < 0 else end + 1


def is_block(text: str, spans: Sequence[Span]) -> bool:
    """Whether each item of a list stands behind a dash of its own, as the first one does."""
    first = spans[0]
    return text[text.rfind("\n", 0, first.start) + 1 : first.start].strip() == "-"
