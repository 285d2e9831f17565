"""The first place where two renders do not mean the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import msgspec

from gatelift.manifests.resource import escape
from gatelift.manifests.shape import ObjectKey
from gatelift.proof.forms import ROUTES, Everywhere, Form, Forms, Manifest, canonical, is_owned, plain_key
from gatelift.proof.forms import without_build_metadata as stripped
from gatelift.proof.telling import Difference, at, counted, distance, told

__all__ = ["Difference", "by_meaning", "difference", "exactly", "lost"]


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
    found = exactly(wanted, rendered) or by_meaning(wanted, rendered, everywhere, named)
    if found is None or found.wanted is None or mirrors is None:
        return found
    return msgspec.structs.replace(found, ingress=mirrors.get(found.wanted, ""))


def exactly(wanted: Iterable[Manifest], rendered: Iterable[Manifest], *, whole: bool = False) -> Difference | None:
    """The first difference by identity and value, of the kinds that are not ours.

    ``whole``: of all kinds, and with what says nothing (an empty namespace, what a build notes on objects).
    """
    left, right = _others(wanted, whole), _others(rendered, whole)
    for key in sorted({*left, *right}):
        ours, theirs = left.get(key, []), right.get(key, [])
        if Counter(map(canonical, ours)) == Counter(map(canonical, theirs)):
            continue
        if len(ours) != len(theirs):
            return counted(key, len(ours), len(theirs))
        pair = next(
            (a, b) for a, b in zip(_in_order(ours), _in_order(theirs), strict=True) if canonical(a) != canonical(b)
        )
        return at(key, key, *pair)
    return None


def _others(objects: Iterable[Manifest], whole: bool) -> dict[ObjectKey, list[Manifest]]:
    found: dict[ObjectKey, list[Manifest]] = {}
    for item in objects:
        key = plain_key(item)
        if whole or not is_owned(key):
            found.setdefault(key, []).append(item if whole else stripped(item))
    return found


def _in_order(objects: Sequence[Manifest]) -> list[Manifest]:
    return sorted(objects, key=canonical)


def by_meaning(
    wanted: Iterable[Manifest],
    rendered: Iterable[Manifest],
    everywhere: Everywhere | None,
    named: Collection[ObjectKey],
) -> Difference | None:
    """The first difference between the objects of our kinds, by their normal forms."""
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
            best = min(alike, key=lambda other: (other.key != form.key, distance(form.value, other.value), other.key))
            return _between(form, best)
    if missing:
        return counted(missing[0].key, 1, 0)
    return counted(extra[0].key, 0, 1)


def _between(wanted: Form, got: Form) -> Difference:
    lacking = sorted(wanted.common - got.common)
    if canonical(wanted.value) == canonical(got.value) and lacking:
        field, key, value = lacking[0]
        pointer = f"/metadata/{field}/{escape(key)}"
        return told(wanted.key, got.key, pointer, value, None)
    return at(wanted.key, got.key, wanted.value, got.value)


def _unresolved(forms: Iterable[Form]) -> Difference | None:
    """What is said of the first of ``forms`` that refers to something that is not there."""
    return next((lost(form.key, form.unresolved[0]) for form in forms if form.unresolved), None)


def lost(key: ObjectKey, to: ObjectKey) -> Difference:
    """What is said of an object that refers to something that is not there."""
    text = f"{key} refers to {to}, which is not rendered: nobody can say what it means there"
    return Difference(wanted=key, text=text)


def _dangling(left: Forms, right: Forms, wants: Sequence[Form], gots: Sequence[Form]) -> Difference | None:
    """Equal forms that refer to what is not there are equal only where the same object stands on both sides."""
    torn = [form for form in (*gots, *wants) if form.unresolved]
    return _unresolved(form for form in torn if not left.stands_alike(form.key, right))
