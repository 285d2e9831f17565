"""From what Kustomize prints to objects: those that matter parsed, with their origin; all others as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gatelift.findings import Finding
from gatelift.manifests.resource import Resource
from gatelift.manifests.shape import ObjectKey
from gatelift.sources.ingresses import SourceIngress
from gatelift.sources.kustomize.differences import touched
from gatelift.sources.kustomize.shadow import MARKER
from gatelift.sources.streams import parsed


class Rendering(msgspec.Struct, frozen=True, kw_only=True):
    """One build: the objects that may matter, the text of every object that a rewrite does not touch, and origins."""

    folder: str
    resources: tuple[Resource, ...]
    others: tuple[str, ...]
    origins: Mapping[ObjectKey, str]
    """Object -> its marker; markers are taken out of the objects."""
    findings: tuple[Finding, ...] = ()

    def sources(self, written: Sequence[SourceIngress]) -> dict[ObjectKey, SourceIngress]:
        """Rendered Ingress -> where it is written, as far as its marker tells."""
        return {key: written[int(marker)] for key, marker in self.origins.items() if marker.isdigit()}


def rendering(folder: str, text: str) -> Rendering:
    """Read the output of a build."""
    reading = parsed(folder, folder, text.encode())
    if not reading.streams:
        return Rendering(folder=folder, resources=(), others=(), origins={}, findings=reading.findings)
    stream = reading.streams[0]
    resources: list[Resource] = []
    origins: dict[ObjectKey, str] = {}
    changing: set[int] = set()
    for item in reading.resources:
        resource, marker = _unmarked(item)
        resources.append(resource)
        if marker is not None:
            origins[resource.key] = marker
        if touched(resource.value):
            changing.add(item.provenance.document)
    others = tuple(
        document.body(stream.source).strip("\n")
        for document in stream.documents
        if not document.empty and document.index not in changing
    )
    return Rendering(
        folder=folder,
        resources=tuple(resources),
        others=tuple(sorted(others)),
        origins=origins,
        findings=tuple(item for item in reading.findings if item.code != "input/empty"),
    )


def _unmarked(resource: Resource) -> tuple[Resource, str | None]:
    annotations: Mapping[str, Any] = resource.value["metadata"].get("annotations") or {}
    if MARKER not in annotations:
        return resource, None
    rest = {key: value for key, value in annotations.items() if key != MARKER}
    metadata = {key: value for key, value in resource.value["metadata"].items() if key != "annotations"}
    if rest:
        metadata["annotations"] = rest
    value = {**resource.value, "metadata": metadata}
    return msgspec.structs.replace(resource, value=value), str(annotations[MARKER])
