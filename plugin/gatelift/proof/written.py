"""Which objects of a render are new or changed: what a run has to answer for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gatelift.manifests.shape import ObjectKey
from gatelift.proof.forms import Manifest, canonical, is_owned, plain_key, without_build_metadata


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """One root of a scope: what it rendered before, and what it renders now."""

    root: str
    before: Sequence[Manifest] = ()
    after: Sequence[Manifest] = ()


def written(before: Sequence[Manifest], after: Sequence[Manifest]) -> list[tuple[ObjectKey, Manifest]]:
    """The objects of our kinds in ``after`` that were not there, or were different, in the order of the render."""
    old = {(plain_key(item), _bytes(item)) for item in before if is_owned(plain_key(item))}
    keyed = ((plain_key(item), item) for item in after)
    return [(key, item) for key, item in keyed if is_owned(key) and (key, _bytes(item)) not in old]


def _bytes(item: Mapping[str, Any]) -> bytes:
    return canonical(without_build_metadata(item))
