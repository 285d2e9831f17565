"""Which objects of a render are new or changed: what a run has to answer for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.manifests.shape import ObjectKey
from gatelift.proof.evidence import Beside, Evidence, Proof
from gatelift.proof.forms import Manifest, canonical, is_owned, plain_key, without_build_metadata


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """One root of a scope: what it rendered before, and what it renders now."""

    root: str
    before: Sequence[Manifest] = ()
    after: Sequence[Manifest] = ()


class Clash(msgspec.Struct, frozen=True):
    """One way in which the roots of a scope stand in each other's way."""

    text: str
    roots: tuple[str, ...]
    """The roots that wrote what clashes, sorted."""
    beside: Beside | None = None
    """The route that was there before, where it is one that clashes."""


def evidences(proof: Proof, scope: str, clashes: Iterable[Clash], holding: str) -> tuple[Evidence, ...]:
    """The first clash of each set of roots as evidence; one that holds, with the text ``holding``, where there is none.

    Every set of roots is told, so that whoever withdraws them needs to ask only once.
    """
    found: dict[tuple[str, ...], list[Clash]] = {}
    for clash in clashes:
        found.setdefault(clash.roots, []).append(clash)
    if not found:
        return (Evidence(proof=proof, root=scope, holds=True, text=holding),)
    return tuple(
        Evidence(proof=proof, root=scope, holds=False, text=items[0].text, roots=roots, beside=_beside(items))
        for roots, items in found.items()
    )


def _beside(clashes: Sequence[Clash]) -> tuple[Beside, ...]:
    found = {clash.beside for clash in clashes}
    return tuple(sorted(item for item in found if item is not None)) if None not in found else ()


def written(before: Sequence[Manifest], after: Sequence[Manifest]) -> list[tuple[ObjectKey, Manifest]]:
    """The objects of our kinds in ``after`` that were not there, or were different, in the order of the render."""
    old = {(plain_key(item), _bytes(item)) for item in before if is_owned(plain_key(item))}
    keyed = ((plain_key(item), item) for item in after)
    return [(key, item) for key, item in keyed if is_owned(key) and (key, _bytes(item)) not in old]


def _bytes(item: Mapping[str, Any]) -> bytes:
    return canonical(without_build_metadata(item))
