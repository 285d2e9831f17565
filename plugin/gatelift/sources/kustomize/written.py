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
from gatelift.sources.marks import mark_of, marked
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
    *,
    same: bool = False,
) -> Written:
    """What a file becomes. ``same``: whether what mirrors an Ingress goes into its own file, right behind it.

    Raises ``InputError`` where an Ingress cannot be changed or taken out in place.
    """
    documents: list[str] = []
    changes: list[Change] = []
    for ingress in file.ingresses:
        if ingress.ignored:
            continue
        objects = choice(ingress)
        change = agreed(ingress)
        keep, annotations = (change.keep, change.annotations) if change is not None else (True, {})
        if same or not keep or annotations:
            written = read(file.resource(ingress))
            changes.append(
                Change(ingress=written, keep=keep, annotations=annotations, emitted=tuple(objects) if same else ())
            )
        if not same:
            documents += [marked(dump(item), f"Ingress {ingress.ref}") for item in objects]
    source = file.stream.source
    if not changes:
        return Written(source.text, tuple(documents))
    text = rewritten(file.stream, changes, _ours(file))
    rest = Source(source.path, text, source.bom, source.newline)
    return Written(text if any(not item.empty for item in split(rest)) else None, tuple(documents))


def _ours(file: SourceFile) -> set[tuple[str, int]]:
    """The documents that gatelift wrote into this very file for Ingresses that are there, and that nobody changed."""
    present = {str(item.ref) for item in file.ingresses if not item.ignored}
    marks = ((item, mark_of(item.chunk(file.stream.source))) for item in file.stream.documents)
    return {(file.path, item.index) for item, mark in marks if mark and mark.intact and mark.mirrors in present}


def as_written(
    item: Manifest, change: Change, source: Resource | None, everywhere: Everywhere, *, placed: bool = False
) -> dict[str, Any]:
    """A new object without what its kustomizations add to every object, unless its Ingress spells it out too.

    ``placed``: whether something puts it into its Ingress's namespace, so that it need not say so.
    """
    metadata = dict(item["metadata"])
    written: Mapping[str, Any] = source.value["metadata"] if source is not None else {}
    for name, keys in (("labels", everywhere.labels), ("annotations", everywhere.annotations)):
        spelt = written.get(name) or {}
        kept = {key: text for key, text in (metadata.get(name) or {}).items() if key not in keys or key in spelt}
        metadata.pop(name, None)
        if kept:
            metadata[name] = kept
    if placed and metadata.get("namespace") == change.ingress.ref.namespace:
        metadata.pop("namespace", None)
    return {**item, "metadata": metadata}
