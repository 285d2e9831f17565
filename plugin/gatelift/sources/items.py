"""Taking items out of a ``List`` by span, so that the others keep every byte."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from gatelift.text.edits import Edit
from gatelift.text.spans import Locator, Span
from gatelift.text.yaml import Json

Leaving = Mapping[str, set[int]]
"""The pointer of a list -> the numbers of the items that leave it."""


def leaving(locator: Locator, items: Iterable[str]) -> Leaving | None:
    """The items at these pointers by list; a list within a list that would be left empty leaves as a whole.

    ``None`` where nothing would be left of the document. Raises ``ValueError`` where no list can be found in the text.
    """
    found: dict[str, set[int]] = {}
    for pointer in items:
        _add(found, pointer)
    if not all(map(locator.items, found)):
        raise ValueError("the text of the list cannot be divided into its items")
    while full := [parent for parent, numbers in found.items() if len(numbers) >= len(locator.items(parent))]:
        for parent in full:
            del found[parent]
            holder = parent.removesuffix("/items")
            if not holder:
                return None
            _add(found, holder)
    return found


def cuts(text: str, locator: Locator, gone: Leaving, leave: Callable[[str], bool] | None = None) -> list[Edit]:
    """The edits that take items out of their lists.

    ``leave``: whether a comment right above an item goes with it; without it, all of them stay.
    """
    found: list[Edit] = []
    for parent, numbers in gone.items():
        found += _cuts(text, locator.items(parent), numbers, leave or (lambda comment: False))
    return found


def drop(value: Json, gone: Leaving) -> None:
    """Take the same items out of the document's value; the lists within lists first, so that no number moves."""
    for parent in sorted(gone, key=len, reverse=True):
        holder = value
        for token in parent.split("/")[1:]:
            holder = holder[int(token)] if isinstance(holder, list) else holder[token]  # type: ignore[index]  # a pointer that was found
        assert isinstance(holder, list)  # noqa: S101 - it held the items
        holder[:] = [item for number, item in enumerate(holder) if number not in gone[parent]]


def _add(found: dict[str, set[int]], pointer: str) -> None:
    parent, _, number = pointer.rpartition("/")
    found.setdefault(parent, set()).add(int(number))


def _cuts(text: str, spans: Sequence[Span], numbers: set[int], leave: Callable[[str], bool]) -> list[Edit]:
    first = text.rfind("\n", 0, spans[0].start) + 1
    if text[first : spans[0].start].strip() == "-":
        return [
            edit
            for number in sorted(numbers)
            for edit in (*_above(text, spans[number], leave), _lines(text, spans[number]))
        ]
    kept = next(number for number in range(len(spans)) if number not in numbers)
    after = [Edit(spans[number - 1].end, spans[number].end, "") for number in sorted(numbers) if number > kept]
    return [Edit(spans[0].start, spans[kept].start, ""), *after] if kept else after


def _above(text: str, span: Span, leave: Callable[[str], bool]) -> list[Edit]:
    """The comments right above the dash of an item, at its column, as far as they go with it."""
    found: list[Edit] = []
    end = text.rfind("\n", 0, span.start) + 1
    dash = text[end : span.start].partition("-")[0]
    while end:
        start = text.rfind("\n", 0, end - 1) + 1
        line = text[start:end]
        if not line.startswith(f"{dash}#"):
            break
        if leave(line):
            found.append(Edit(start, end, ""))
        end = start
    return found[::-1]


def _lines(text: str, span: Span) -> Edit:
    """The whole lines of an item of a block sequence, from its dash on."""
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    return Edit(start, len(text) if end < 0 else end + 1, "")
