"""Names of a build that stand where no build follows them: within texts, and in the names of listeners.

On a Gateway that gatelift writes, a listener bears the name of its Ingress as the cluster knows it; a Backend bears a
Service's name within ``SERVICE.NAMESPACE.svc``; what a closed place answers names its Ingress. Sources that are written
without a prefix have to say all of these as they are in the cluster.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from gatelift.config.model import root_of
from gatelift.expected.expected import Change
from gatelift.sources.worlds import World

Manifest = Mapping[str, Any]
_TEXTS = {"Backend": ("endpoints",), "HTTPRouteFilter": ("directResponse",)}
"""Kind -> fields of its ``spec`` that hold names within texts, and no reference."""


def with_embedded(bare: World, full: World) -> World:
    """``bare``, judged in the names of the sources, with what ``full`` has of names that no build follows."""
    known = {
        (root_of(root), *_place(change)): change.emitted for root, found in full.by_root.items() for change in found
    }
    by_root = {
        root: tuple(_changed(change, known.get((root, *_place(change)), ())) for change in changes)
        for root, changes in bare.by_root.items()
    }
    return msgspec.structs.replace(bare, by_root=by_root)


def _place(change: Change) -> tuple[int, str]:
    """Where an Ingress stands in its build: the same in both worlds."""
    return change.ingress.provenance.document, change.ingress.provenance.item


def _changed(change: Change, known: tuple[Manifest, ...]) -> Change:
    if [item["kind"] for item in known] != [item["kind"] for item in change.emitted]:
        return change
    pairs = zip(change.emitted, known, strict=True)
    return msgspec.structs.replace(change, emitted=tuple(_embedding(mine, theirs) for mine, theirs in pairs))


def _embedding(mine: Manifest, theirs: Manifest) -> Manifest:
    for field in _TEXTS.get(mine["kind"], ()):
        if field in mine["spec"] and field in theirs["spec"]:
            return {**mine, "spec": {**mine["spec"], field: theirs["spec"][field]}}
    left, right = (item.get("spec", {}).get("parentRefs") or () for item in (mine, theirs))
    if len(left) != len(right) or not any("sectionName" in item for item in left):
        return mine
    parents = [
        {**item, "sectionName": other["sectionName"]} if "sectionName" in item and "sectionName" in other else item
        for item, other in zip(left, right, strict=True)
    ]
    return {**mine, "spec": {**mine["spec"], "parentRefs": parents}}
