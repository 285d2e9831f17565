"""What a chart draws by lot, taken out of a comparison: places of objects by pointer, objects whose name is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from gatelift.proof.forms import Manifest, is_owned, plain_key
from gatelift.render.unstable import Unstable, without

_SHOWN = 3
_Name = tuple[str, str, str]


def undrawn(
    old: Sequence[Manifest], new: Sequence[Manifest], lots: Sequence[Unstable]
) -> tuple[list[Manifest], list[Manifest]]:
    """Both sides without what is drawn by lot. Of the kinds that gatelift writes nothing is left out: they draw none.

    Of a kind with drawn names, an object that is only on one side goes where the other side has one more too.
    """
    pointers: dict[_Name, list[str]] = {}
    for item in lots:
        if item.name:
            pointers.setdefault((item.kind, item.namespace, item.name), []).append(item.pointer)
    kinds = {item.kind for item in lots if not item.name}
    left, right = ([_blank(item, pointers) for item in side] for side in (old, new))
    return _without_drawn(left, right, kinds) if kinds else (left, right)


def named(lots: Sequence[Unstable]) -> str:
    """What is drawn by lot, for the text of a proof; empty where nothing is."""
    if not lots:
        return ""
    shown = ", ".join(str(item) if item.name else f"names of {item.kind}" for item in lots[:_SHOWN])
    more = f" and {len(lots) - _SHOWN} more" if len(lots) > _SHOWN else ""
    return f"; drawn by lot in each render, and so not compared: {shown}{more}"


def _blank(item: Manifest, pointers: Mapping[_Name, Sequence[str]]) -> Manifest:
    key = plain_key(item)
    found = pointers.get((key.kind, key.namespace, key.name))
    return without(item, found) if found and not is_owned(key) else item


def _without_drawn(
    left: list[Manifest], right: list[Manifest], kinds: set[str]
) -> tuple[list[Manifest], list[Manifest]]:
    lone, other = _lone(left, right, kinds), _lone(right, left, kinds)
    pairs = {place: min(len(found), len(other.get(place, ()))) for place, found in lone.items()}
    return _dropped(left, lone, pairs), _dropped(right, other, pairs)


def _lone(side: list[Manifest], others: list[Manifest], kinds: set[str]) -> dict[_Name, list[int]]:
    """(group, kind, namespace) -> the positions of objects whose name only this side has."""
    there = Counter(map(plain_key, others))
    found: dict[_Name, list[int]] = {}
    for index, item in enumerate(side):
        key = plain_key(item)
        if there[key]:
            there[key] -= 1
        elif key.kind in kinds and not is_owned(key):
            found.setdefault((key.group, key.kind, key.namespace), []).append(index)
    return found


def _dropped(side: list[Manifest], lone: Mapping[_Name, list[int]], pairs: Mapping[_Name, int]) -> list[Manifest]:
    gone = {index for place, found in lone.items() for index in found[: pairs.get(place, 0)]}
    return [item for index, item in enumerate(side) if index not in gone]
