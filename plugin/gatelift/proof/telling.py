"""How one difference between two renders is told to a person: where it is, and never what is secret there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from gatelift.manifests.resource import escape
from gatelift.manifests.shape import INGRESS, SERVICE, ObjectKey
from gatelift.proof.forms import canonical, is_owned

_SHOWN = 80
_ABSENT = "nothing"
_HIDDEN = "differs"
_TELLING = frozenset({(INGRESS.group, INGRESS.kind), (SERVICE.group, SERVICE.kind)})
# Headers and bodies may hold a token, as may every annotation of an Ingress, and routes carry foreign ones on.
_SECRETIVE = frozenset(
    {"annotations", "requestHeaderModifier", "responseHeaderModifier", "inline", "data", "stringData", "binaryData"}
)


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between what is wanted and what is rendered."""

    wanted: ObjectKey | None
    """The object that should be there; ``None`` for one that should not."""
    pointer: str = ""
    """Where the two differ, as a JSON pointer; empty for a whole object."""
    text: str
    """What differs, in one sentence that holds no secret."""
    ingress: str = ""
    """``namespace/name`` of the Ingress that the wanted object mirrors, where the caller knew it."""


def counted(key: ObjectKey, wanted: int, got: int) -> Difference:
    """The difference of an object that is there more or less often than it should be."""
    if not got:
        return Difference(wanted=key, text=f"{key} should be there, and is not rendered")
    if not wanted:
        return Difference(wanted=None, text=f"{key} is rendered, and should not be there")
    return Difference(wanted=key, text=f"{key} should be there {wanted} times, and is rendered {got} times")


def distance(first: Any, second: Any) -> int:
    """In how many leaves two values differ."""
    one, other = Counter(_leaves(first)), Counter(_leaves(second))
    return (one - other).total() + (other - one).total()


def _leaves(value: Any, pointer: str = "") -> Iterable[tuple[str, bytes]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, f"{pointer}/{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{pointer}/{index}")
    else:
        yield pointer, canonical(value)


def at(wanted: ObjectKey, got: ObjectKey, one: Any, other: Any) -> Difference:
    """The difference of two objects, ``one`` and ``other``, that are not equal."""
    pointer, left, right = first_place(one, other, "")
    for field in ("/labels", "/annotations"):
        if pointer.startswith(field):
            pointer = f"/metadata{pointer}"
    return told(wanted, got, pointer, left, right)


def first_place(one: Any, other: Any, pointer: str) -> tuple[str, Any, Any]:
    """The first place where two values differ that are not equal."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in sorted({*one, *other}, key=str):
            if key not in one or key not in other or canonical(one[key]) != canonical(other[key]):
                return first_place(one.get(key), other.get(key), f"{pointer}/{escape(str(key))}")
    if isinstance(one, list) and isinstance(other, list):
        for index in range(max(len(one), len(other))):
            left = one[index] if index < len(one) else None
            right = other[index] if index < len(other) else None
            if canonical(left) != canonical(right):
                return first_place(left, right, f"{pointer}/{index}")
    return pointer, one, other


def told(wanted: ObjectKey, got: ObjectKey, pointer: str, left: Any, right: Any, where: str = "") -> Difference:
    """The difference between two values at ``pointer``; ``where``: which part of the object is meant."""
    name = f"{wanted}{where}" if wanted == got else f"{wanted}{where} (rendered as {got})"
    values = f"wanted {_short(left)}, rendered {_short(right)}" if _may_show(wanted, pointer) else _HIDDEN
    return Difference(wanted=wanted, pointer=pointer, text=f"{name}: {pointer or '/'}: {values}")


def _may_show(key: ObjectKey, pointer: str) -> bool:
    if _SECRETIVE & set(pointer.split("/")):
        return False
    return is_owned(key) or (key.group, key.kind) in _TELLING


def _short(value: Any) -> str:
    if value is None:
        return _ABSENT
    if isinstance(value, Mapping | list):
        return _outline(value)
    text = json.dumps(value, ensure_ascii=True, default=repr)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _outline(value: Mapping[str, Any] | list[Any]) -> str:
    """A collection by its size and keys: its values may hold what must not be shown."""
    if isinstance(value, list):
        return f"a list of {len(value)}"
    names = ", ".join(sorted(map(str, value)))
    return f"a mapping of {names}"[:_SHOWN] if names else "an empty mapping"
