"""The first place where two renders do not mean the same, and how it is told to a person."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.manifests.resource import escape
from gatelift.manifests.shape import INGRESS, SERVICE, ObjectKey
from gatelift.proof.forms import ROUTES, Everywhere, Form, Forms, Manifest, canonical, is_owned, plain_key
from gatelift.proof.forms import without_build_metadata as stripped

_SHOWN = 80
_ABSENT = "nothing"
_HIDDEN = "differs"
_TELLING = frozenset({(INGRESS.group, INGRESS.kind), (SERVICE.group, SERVICE.kind)})
# Headers and bodies may hold a token, as may every annotation of an Ingress.
_SECRETIVE = frozenset(
    {"requestHeaderModifier", "responseHeaderModifier", "inline", "data", "stringData", "binaryData"}
)


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between what is wanted and what is rendered."""

    wanted: ObjectKey | None
    """The object that should be there; ``None`` for one that should not."""
    got: ObjectKey | None
    """The object that is there in its place; ``None`` where there is none."""
    pointer: str = ""
    """Where the two differ, as a JSON pointer; empty for a whole object."""
    text: str
    """What differs, in one sentence that holds no secret."""
    ingress: str = ""
    """``namespace/name`` of the Ingress that the wanted object mirrors, where the caller knew it."""


def difference(
    wanted: Sequence[Manifest],
    rendered: Sequence[Manifest],
    *,
    everywhere: Everywhere | None = None,
    named: Collection[ObjectKey] = (),
    mirrors: Mapping[ObjectKey, str] | None = None,
) -> Difference | None:
    """The first difference in a stable order, ``None`` where both mean the same.

    Objects of other kinds are compared exactly and may be left out of both sides where the caller compared them;
    those of our kinds must all be given, because their references are followed. ``named``: objects of ours whose name
    counts. ``mirrors``: wanted object -> ``namespace/name`` of its Ingress.
    """
    found = _exact(wanted, rendered) or _by_meaning(wanted, rendered, everywhere, named)
    if found is None or found.wanted is None or mirrors is None:
        return found
    return msgspec.structs.replace(found, ingress=mirrors.get(found.wanted, ""))


def _exact(wanted: Iterable[Manifest], rendered: Iterable[Manifest]) -> Difference | None:
    """Every other object, by identity and value."""
    left, right = _others(wanted), _others(rendered)
    for key in sorted({*left, *right}):
        ours, theirs = left.get(key, []), right.get(key, [])
        if Counter(map(canonical, ours)) == Counter(map(canonical, theirs)):
            continue
        if len(ours) != len(theirs):
            return _counted(key, len(ours), len(theirs))
        pair = next(
            (a, b) for a, b in zip(_in_order(ours), _in_order(theirs), strict=True) if canonical(a) != canonical(b)
        )
        return _at(key, key, *pair)
    return None


def _others(objects: Iterable[Manifest]) -> dict[ObjectKey, list[Manifest]]:
    found: dict[ObjectKey, list[Manifest]] = {}
    for item in objects:
        key = plain_key(item)
        if not is_owned(key):
            found.setdefault(key, []).append(stripped(item))
    return found


def _in_order(objects: Sequence[Manifest]) -> list[Manifest]:
    return sorted(objects, key=canonical)


def _counted(key: ObjectKey, wanted: int, got: int) -> Difference:
    if not got:
        return Difference(wanted=key, got=None, text=f"{key} should be there, and is not rendered")
    if not wanted:
        return Difference(wanted=None, got=key, text=f"{key} is rendered, and should not be there")
    return Difference(wanted=key, got=key, text=f"{key} should be there {wanted} times, and is rendered {got} times")


def _by_meaning(
    wanted: Iterable[Manifest],
    rendered: Iterable[Manifest],
    everywhere: Everywhere | None,
    named: Collection[ObjectKey],
) -> Difference | None:
    """The objects of our kinds, by their normal forms."""
    left, right = Forms(wanted, everywhere, named), Forms(rendered, everywhere, named)
    wants, gots = left.all(), right.all()
    missing, extra = _unmatched(wants, gots, lambda form: form.deep)
    if not missing and not extra:
        return _dangling(left, right, wants, gots)
    # Where an object differs by itself, that is the cause; what points to it differs only because it does.
    own_missing, own_extra = _unmatched(missing, extra, Form.shallow)
    if own_missing or own_extra:
        return _first(own_missing, own_extra)
    return _unresolved(extra) or _unresolved(missing) or _first(missing, extra)


def _unmatched(
    wanted: Sequence[Form], got: Sequence[Form], by: Callable[[Form], bytes]
) -> tuple[list[Form], list[Form]]:
    """What is left on either side when equal forms are taken away in pairs.

    What the sources put on every object may be more on the rendered side, never less: the one with the most is paired
    first, with the one that has the least of what still suffices.
    """
    buckets: dict[bytes, list[Form]] = {}
    for form in sorted(got, key=lambda form: (len(form.common), form.key)):
        buckets.setdefault(by(form), []).append(form)
    missing: list[Form] = []
    for form in sorted(wanted, key=lambda form: (-len(form.common), form.key)):
        bucket = buckets.get(by(form), [])
        fits = [other for other in bucket if form.common <= other.common]
        if not fits:
            missing.append(form)
            continue
        # One that bears the same name is the same object, where there is one.
        best = next((other for other in fits if other.key == form.key), fits[0])
        bucket[:] = [other for other in bucket if other is not best]
    return sorted(missing, key=_rank), sorted((form for bucket in buckets.values() for form in bucket), key=_rank)


def _rank(form: Form) -> tuple[bool, ObjectKey]:
    """Routes first: they are what a person looks for."""
    return ((form.key.group, form.key.kind) not in ROUTES, form.key)


def _first(missing: Sequence[Form], extra: Sequence[Form]) -> Difference:
    for form in missing:
        alike = [other for other in extra if (other.key.group, other.key.kind) == (form.key.group, form.key.kind)]
        alike = [other for other in alike if other.key.namespace == form.key.namespace] or alike
        if alike:
            best = min(alike, key=lambda other: (other.key != form.key, _distance(form, other), other.key))
            return _between(form, best)
    if missing:
        return _counted(missing[0].key, 1, 0)
    return _counted(extra[0].key, 0, 1)


def _distance(first: Form, second: Form) -> int:
    one, other = Counter(_leaves(first.value)), Counter(_leaves(second.value))
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


def _between(wanted: Form, got: Form) -> Difference:
    lacking = sorted(wanted.common - got.common)
    if canonical(wanted.value) == canonical(got.value) and lacking:
        field, key, value = lacking[0]
        pointer = f"/metadata/{field}/{escape(key)}"
        return _told(wanted.key, got.key, pointer, value, None)
    return _at(wanted.key, got.key, wanted.value, got.value)


def _at(wanted: ObjectKey, got: ObjectKey, one: Any, other: Any) -> Difference:
    pointer, left, right = _place(one, other, "")
    for field in ("/labels", "/annotations"):
        if pointer.startswith(field):
            pointer = f"/metadata{pointer}"
    return _told(wanted, got, pointer, left, right)


def _place(one: Any, other: Any, pointer: str) -> tuple[str, Any, Any]:
    """The first place where two values differ that are not equal."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in sorted({*one, *other}, key=str):
            if key not in one or key not in other or canonical(one[key]) != canonical(other[key]):
                return _place(one.get(key), other.get(key), f"{pointer}/{escape(str(key))}")
    if isinstance(one, list) and isinstance(other, list):
        for index in range(max(len(one), len(other))):
            left = one[index] if index < len(one) else None
            right = other[index] if index < len(other) else None
            if canonical(left) != canonical(right):
                return _place(left, right, f"{pointer}/{index}")
    return pointer, one, other


def _told(wanted: ObjectKey, got: ObjectKey, pointer: str, left: Any, right: Any) -> Difference:
    name = str(wanted) if wanted == got else f"{wanted} (rendered as {got})"
    values = f"wanted {_short(left)}, rendered {_short(right)}" if _may_show(wanted, pointer) else _HIDDEN
    return Difference(wanted=wanted, got=got, pointer=pointer, text=f"{name}: {pointer or '/'}: {values}")


def _may_show(key: ObjectKey, pointer: str) -> bool:
    kind = (key.group, key.kind)
    if _SECRETIVE & set(pointer.split("/")):
        return False
    if kind == (INGRESS.group, INGRESS.kind):
        return not pointer.startswith("/metadata/annotations")
    return is_owned(key) or kind in _TELLING


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


def _unresolved(forms: Iterable[Form]) -> Difference | None:
    form = next((form for form in forms if form.unresolved), None)
    if form is None:
        return None
    lost = form.unresolved[0]
    text = f"{form.key} refers to {lost}, which is not rendered: nobody can say what it means there"
    return Difference(wanted=form.key, got=form.key, text=text)


def _dangling(left: Forms, right: Forms, wants: Sequence[Form], gots: Sequence[Form]) -> Difference | None:
    """Equal forms that refer to what is not there are equal only where the same object stands on both sides."""
    lost = [form for form in (*gots, *wants) if form.unresolved]
    return _unresolved(form for form in lost if not left.stands_alike(form.key, right))
