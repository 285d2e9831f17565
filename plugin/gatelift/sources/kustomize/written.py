"""How a result is written down: routes in the words of the Ingress that they mirror, the Ingress itself changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.expected.expected import Change
from gatelift.ingress.read import read
from gatelift.manifests.resource import Resource
from gatelift.sources.ingresses import SourceFile, SourceIngress
from gatelift.sources.kustomize.differences import Everywhere
from gatelift.sources.marks import marked
from gatelift.sources.output import rewritten
from gatelift.text.documents import split
from gatelift.text.emit import dump
from gatelift.text.source import Source

Manifest = Mapping[str, Any]


class Written(msgspec.Struct, frozen=True):
    """The text of a file that holds Ingresses, ``None`` where nothing is left of it, and the documents beside it."""

    text: str | None
    documents: tuple[str, ...]


def ingress_documents(
    file: SourceFile,
    choice: Callable[[SourceIngress], Sequence[Manifest]],
    agreed: Callable[[SourceIngress], Change | None],
) -> Written:
    """What a file becomes. Raises ``InputError`` where an Ingress cannot be changed or taken out in place."""
    documents: list[str] = []
    changes: list[Change] = []
    for ingress in file.ingresses:
        if ingress.ignored:
            continue
        documents += [marked(dump(item), f"Ingress {ingress.ref}") for item in choice(ingress)]
        change = agreed(ingress)
        if change is not None and (not change.keep or change.annotations):
            changes.append(
                Change(ingress=read(file.resource(ingress)), keep=change.keep, annotations=change.annotations)
            )
    source = file.stream.source
    if not changes:
        return Written(source.text, tuple(documents))
    text = rewritten(file.stream, changes)
    rest = Source(source.path, text, source.bom, source.newline)
    return Written(text if any(not item.empty for item in split(rest)) else None, tuple(documents))


def as_written(item: Manifest, source: Resource | None, everywhere: Everywhere) -> dict[str, Any]:
    """A new object without what its kustomizations add to every object, unless its Ingress spells it out too."""
    metadata = dict(item["metadata"])
    written: Mapping[str, Any] = source.value["metadata"] if source is not None else {}
    for name, keys in (("labels", everywhere.labels), ("annotations", everywhere.annotations)):
        spelt = written.get(name) or {}
        kept = {key: text for key, text in (metadata.get(name) or {}).items() if key not in keys or key in spelt}
        metadata.pop(name, None)
        if kept:
            metadata[name] = kept
    if source is not None and not source.namespace and metadata.get("namespace"):
        metadata.pop("namespace")
    return {**item, "metadata": metadata}
