"""What a chart draws by lot: passwords, certificates and names that differ between two renders of the same thing.

Nothing can be proved about such a place, so it is exempted, and named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.findings import Finding, Place, Severity
from gatelift.render.rendering import RenderedObject, Rendering
from gatelift.text.spans import escape_token, split_pointer

_SHOWN = 5
_ABSENT = object()


class Unstable(msgspec.Struct, frozen=True, order=True):
    """A place that two renders fill differently; ``pointer`` is empty where the object is only in one of them.

    ``name`` is empty for an object whose very name is drawn.
    """

    origin: str
    kind: str
    namespace: str
    name: str
    pointer: str

    def __str__(self) -> str:
        named = f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"
        return f"{named.strip()} {self.pointer}".strip()


def unstable(first: Rendering, second: Rendering) -> tuple[Unstable, ...]:
    """Where two renders of the same chart with the same values differ, sorted; nothing where one of them failed.

    Raises ``InputError`` for an object that cannot be read, in a pair whose texts differ.
    """
    if first.failed or second.failed:
        return ()
    left, right = _identified(first.objects), _identified(second.objects)
    found: set[Unstable] = set()
    for key in left.keys() | right.keys():
        if key not in left or key not in right:
            found.add(Unstable(key[0], key[1], "", "", ""))
        elif left[key].document.text != right[key].document.text:
            pointers = _differing(left[key].document.value, right[key].document.value)
            found.update(Unstable(*key[:4], pointer) for pointer in pointers)
    return tuple(sorted(found))


def without(value: Mapping[str, Any], pointers: Sequence[str]) -> Mapping[str, Any]:
    """An object with what is drawn by lot replaced by one word, so that two renders of it can be compared."""
    changed: Any = value
    for pointer in pointers:
        changed = _blanked(changed, split_pointer(pointer))
    return changed if isinstance(changed, Mapping) else {}


def told(found: Sequence[Unstable], chart: str) -> Finding | None:
    """What a person is told of them; ``chart`` is the chart's folder."""
    if not found:
        return None
    shown = ", ".join(str(item) for item in found[:_SHOWN])
    rest = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    message = (
        "this chart renders something else each time, with the same values; what is drawn anew cannot be compared and "
        f"is left out of the proof: {shown}{rest}"
    )
    fix = "nothing, if these are generated passwords or certificates; a host or path among them needs a fixed value"
    place = Place("Chart.yaml" if chart == "." else f"{chart}/Chart.yaml")
    return Finding("helm/unstable", Severity.NOTE, message, fix, place)


def _identified(objects: Sequence[RenderedObject]) -> Mapping[tuple[str, str, str, str, int], RenderedObject]:
    found: dict[tuple[str, str, str, str, int], RenderedObject] = {}
    for item in objects:
        named = (item.origin, item.document.kind, item.document.namespace, item.document.name)
        count = 0
        while (*named, count) in found:
            count += 1
        found[(*named, count)] = item
    return found


def _differing(left: object, right: object, pointer: str = "") -> Iterator[str]:
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        for key in sorted(left.keys() | right.keys()):
            yield from _differing(left.get(key, _ABSENT), right.get(key, _ABSENT), f"{pointer}/{escape_token(key)}")
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for index, (one, other) in enumerate(zip(left, right, strict=True)):
            yield from _differing(one, other, f"{pointer}/{index}")
    elif left != right or type(left) is not type(right):
        yield pointer


def _blanked(value: Any, tokens: Sequence[str]) -> Any:
    if not tokens:
        return "(drawn by lot)"
    head, *rest = tokens
    if isinstance(value, Mapping):
        return {**value, head: _blanked(value.get(head), rest)}
    if isinstance(value, list) and head.isdecimal() and int(head) < len(value):
        index = int(head)
        return [*value[:index], _blanked(value[index], rest), *value[index + 1 :]]
    return {head: _blanked(None, rest)}
