"""What a root is to render: its objects of today with what becomes of its Ingresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gatelift.expected.expected import Change
from gatelift.gateway.normal import key_of
from gatelift.ingress.read import is_ingress
from gatelift.manifests.shape import ObjectKey
from gatelift.sources.worlds import Rendered

Manifest = Mapping[str, Any]


def wanted(rendered: Rendered, changes: Iterable[Change]) -> list[Manifest]:
    """The objects that matter, as they are to be: those of today with what changes, then what is new."""
    by_key = {change_key(change): change for change in changes}
    obsolete = {item.key for change in by_key.values() for item in change.obsolete}
    found: list[Manifest] = []
    for resource in rendered.resources:
        change = by_key.get(resource.key) if is_ingress(resource) else None
        if resource.key in obsolete:
            continue
        if change is None:
            found.append(resource.value)
        elif change.keep:
            found.append(annotated(resource.value, change.annotations))
    return [*found, *(item for change in by_key.values() for item in change.emitted)]


def change_key(change: Change) -> ObjectKey:
    """The identity of the Ingress that a change is of."""
    api_version = change.ingress.api_version
    ref = change.ingress.ref
    return key_of(
        {"apiVersion": api_version, "kind": "Ingress", "metadata": {"namespace": ref.namespace, "name": ref.name}}
    )


def annotated(value: Manifest, changes: Mapping[str, str | None]) -> Manifest:
    """An object with annotations set and removed; a map of them that would be left empty goes."""
    if not changes:
        return value
    metadata = dict(value["metadata"])
    annotations = {**(metadata.get("annotations") or {})}
    for key, text in changes.items():
        if text is None:
            annotations.pop(key, None)
        else:
            annotations[key] = text
    metadata.pop("annotations", None)
    if annotations:
        metadata["annotations"] = annotations
    return {**value, "metadata": metadata}
