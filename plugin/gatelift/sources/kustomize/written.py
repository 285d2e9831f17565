"""How a result is written down: routes in the words of the Ingress that they mirror, the Ingress itself changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.expected.expected import Change
from gatelift.findings import Finding, InputError, Severity
from gatelift.ingress.model import Ingress
from gatelift.ingress.read import outline
from gatelift.manifests.resource import Provenance, Resource, ShapeError
from gatelift.sources.comments import remarks
from gatelift.sources.ingresses import SourceFile, SourceIngress, place_of
from gatelift.sources.kustomize.differences import Everywhere
from gatelift.sources.ours import fit
from gatelift.sources.output import new_documents, rewritten
from gatelift.sources.placing import NewDocument, Style, file_text, style_of
from gatelift.sources.variables import Variables, hidden_in
from gatelift.text.documents import split
from gatelift.text.source import Source

Manifest = Mapping[str, Any]


class Written(msgspec.Struct, frozen=True):
    """The text of a file that holds Ingresses, ``None`` where nothing is left of it, and the documents beside it.

    ``head``: the comments of a file of which nothing is left, for the head of the one that follows it.
    """

    text: str | None
    documents: tuple[NewDocument, ...]
    style: Style = Style()
    head: str = ""
    within: bool = False
    """Whether such documents are in the text itself."""

    def beside(self) -> str:
        """The text of a new file with the documents."""
        return file_text(self.documents, self.style, self.head)


def ingress_documents(
    file: SourceFile,
    choice: Callable[[SourceIngress], Sequence[Manifest]],
    agreed: Callable[[SourceIngress], Change | None],
    *,
    same: bool = False,
    ours: Collection[int] = (),
) -> Written:
    """What a file becomes. ``same``: whether what mirrors an Ingress goes into its own file, right behind it.

    ``ours``: the documents of the file that an earlier run wrote, and that are made anew. JSON holds no comment, so no
    mark either: what mirrors its Ingresses never goes into the same file.

    Raises ``InputError`` where an Ingress cannot be changed or taken out in place.
    """
    source = file.stream.source
    style = style_of(source.text, source.newline)
    same = same and not source.path.endswith(".json") and not any(item.json for item in file.stream.documents)
    changes: list[Change] = []
    documents: dict[Provenance, list[NewDocument]] = {}
    for ingress in file.ingresses:
        if ingress.ignored:
            continue
        objects, decided = choice(ingress), agreed(ingress)
        if not objects and decided is None:
            continue
        change = _change(file, ingress, objects, decided)
        documents[change.ingress.provenance] = new_documents(file.stream, change, deep=style.deep)
        if same or not change.keep or change.annotations:
            changes.append(change)
    everything = tuple(item for items in documents.values() for item in items)
    fitted = fit(file.stream, ours, everything if same else ())
    if not changes and not fitted.gone:
        return Written(source.text, everything, style)
    rest = {item.key for item in fitted.rest}
    text = rewritten(
        file.stream,
        changes,
        fitted.gone,
        replaced=fitted.replaced,
        behind={where: [item.text for item in items if item.key in rest] for where, items in documents.items()},
        repeated={where.document for where, items in documents.items() if items},
    )
    beside = () if same else everything
    if any(not item.empty for item in split(Source(source.path, text, source.bom, source.newline))):
        return Written(text, beside, style, within=same and bool(everything))
    return Written(None, beside, style, remarks(text))


def _change(file: SourceFile, ingress: SourceIngress, objects: Sequence[Manifest], agreed: Change | None) -> Change:
    """What becomes of a written Ingress: it stays as it is where not all roots that build it agree."""
    return Change(
        ingress=_outline(file, ingress),
        keep=agreed.keep if agreed is not None else True,
        annotations=agreed.annotations if agreed is not None else {},
        emitted=tuple(objects),
        withheld=agreed.withheld if agreed is not None else None,
    )


def _outline(file: SourceFile, ingress: SourceIngress) -> Ingress:
    """The Ingress under the name that it is written with, which may hold variables."""
    try:
        found = outline(hidden_in(file.resource(ingress), Variables()))
    except ShapeError as error:
        place = place_of(file, ingress)
        raise InputError(Finding("input/shape", Severity.ERROR, error.message, error.fix, place)) from None
    return msgspec.structs.replace(found, ref=ingress.ref)


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
