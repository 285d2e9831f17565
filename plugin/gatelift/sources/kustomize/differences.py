"""What one level of a kustomization still lacks: wanted objects against those that its new sources render."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.gateway.normal import key_of, normal
from gatelift.manifests.shape import EMITTED, INGRESS, ObjectKey

Manifest = Mapping[str, Any]
_OURS = frozenset((kind.group, kind.kind) for kind in EMITTED)
_INGRESS = frozenset((group, INGRESS.kind) for group in (INGRESS.group, "extensions"))
_BUILD_METADATA = {
    "originAnnotations": "config.kubernetes.io/origin",
    "transformerAnnotations": "alpha.config.kubernetes.io/transformations",
}
"""What ``buildMetadata`` asks for -> the annotation in which Kustomize notes it, on every object."""


class Everywhere(msgspec.Struct, frozen=True):
    """Labels and annotations that the sources put on every object: more of them is no difference."""

    labels: frozenset[str] = frozenset()
    annotations: frozenset[str] = frozenset()


class Differences(msgspec.Struct, frozen=True):
    """Pairs of (got, wanted) that differ, what is missing, and what is there and is not wanted."""

    changed: tuple[tuple[Manifest, Manifest], ...] = ()
    missing: tuple[Manifest, ...] = ()
    surplus: tuple[Manifest, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether everything is as it should be."""
        return not (self.changed or self.missing or self.surplus)


def differences(wanted: Sequence[Manifest], got: Sequence[Manifest], everywhere: Everywhere) -> Differences:
    """Compare the kinds that a rewrite touches: those that gatelift writes, and Ingresses."""
    right = {key_of(item): item for item in wanted if touched(item)}
    left = {key_of(item): item for item in got if touched(item)}
    changed = [
        (left[key], completed(item, left[key], everywhere))
        for key, item in right.items()
        if key in left and not alike(completed(item, left[key], everywhere), left[key])
    ]
    return Differences(
        changed=tuple(changed),
        missing=tuple(item for key, item in right.items() if key not in left),
        surplus=tuple(item for key, item in left.items() if key not in right),
    )


def without_ingresses(found: Differences, ingresses: Collection[ObjectKey]) -> Differences:
    """``found`` without some Ingresses: only roots say what becomes of one, since only there it is judged."""
    return Differences(
        changed=tuple(pair for pair in found.changed if key_of(pair[0]) not in ingresses),
        missing=tuple(item for item in found.missing if key_of(item) not in ingresses),
        surplus=tuple(item for item in found.surplus if key_of(item) not in ingresses),
    )


def touched(item: Manifest) -> bool:
    """Whether an object is of a kind that a rewrite adds, changes or removes."""
    key = key_of(item)
    return (key.group, key.kind) in _OURS or (key.group, key.kind) in _INGRESS


def is_ours(key: ObjectKey) -> bool:
    """Whether an object is of a kind that gatelift writes."""
    return (key.group, key.kind) in _OURS


def alike(first: Manifest, second: Manifest) -> bool:
    """Whether two objects of one identity say the same, annotations included."""
    if not is_ours(key_of(first)):
        return first == second
    return normal(first) == normal(second) and _annotations(first) == _annotations(second)


def _annotations(item: Manifest) -> Mapping[str, str]:
    return item["metadata"].get("annotations") or {}


def completed(wanted: Manifest, got: Manifest, everywhere: Everywhere) -> Manifest:
    """``wanted`` with the labels and annotations of ``got`` that the sources put on every object."""
    if not is_ours(key_of(wanted)):
        return wanted
    metadata = dict(wanted["metadata"])
    for name, keys in (("labels", everywhere.labels), ("annotations", everywhere.annotations)):
        mine = metadata.get(name) or {}
        theirs = got["metadata"].get(name) or {}
        merged = {**{key: value for key, value in theirs.items() if key in keys}, **mine}
        metadata.pop(name, None)
        if merged:
            metadata[name] = merged
    return {**wanted, "metadata": metadata}


def everywhere_of(kustomizations: Iterable[Mapping[str, Any]]) -> Everywhere:
    """What some kustomizations put on every object that they build."""
    labels: set[str] = set()
    annotations: set[str] = set()
    for value in kustomizations:
        labels.update(_keys(value.get("commonLabels")))
        annotations.update(_keys(value.get("commonAnnotations")))
        for item in value.get("labels") or ():
            labels.update(_keys(item.get("pairs")) if isinstance(item, Mapping) else ())
        annotations.update(key for name, key in _BUILD_METADATA.items() if name in (value.get("buildMetadata") or ()))
    return Everywhere(frozenset(labels), frozenset(annotations))


def _keys(value: object) -> Iterable[str]:
    return (str(key) for key in value) if isinstance(value, Mapping) else ()
