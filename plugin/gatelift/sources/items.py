"""Taking items out of a ``List`` by span, so that the others keep every byte (kustomize.md 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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


def cuts(text: str, locator: Locator, gone: Leaving) -> list[Edit]:
    """The edits that take items out of their lists."""
    return [edit for parent, numbers in gone.items() for edit in _cuts(text, locator.items(parent), numbers)]


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


def _cuts(text: str, spans: Sequence[Span], numbers: set[int]) -> list[Edit]:
    first = text.rfind("\n", 0, spans[0].start) + 1
    if text[first : spans[0].start].strip() == "-":
        return [_lines(text, spans[number]) for number in sorted(numbers)]
    kept = next(number for number in range(len(spans)) if number not in numbers)
    after = [Edit(spans[number - 1].end, spans[number].end, "") for number in sorted(numbers) if number > kept]
    return [Edit(spans[0].start, spans[kept].start, ""), *after] if kept else after


def _lines(text: str, span: Span) -> Edit:
    """The whole lines of an item of a block sequence, from its dash on."""
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    return Edit(start, len(text) if end < 0 else end + 1, "")
