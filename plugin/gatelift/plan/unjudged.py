"""Ingresses whose roots cannot be built or proved: they stay, and the ledger says so of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gatelift.expected.context import IngressKey, ingress_key
from gatelift.expected.expected import Change
from gatelift.expected.ledger import Entry
from gatelift.findings import Finding, Place
from gatelift.ingress.read import is_ingress, read
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Disposition, Note, refused
from gatelift.manifests.resource import Resource, ShapeError
from gatelift.plan.roots import Roots
from gatelift.plan.survey import Survey
from gatelift.sources.ingresses import place_of
from gatelift.sources.worlds import of_root

Unjudged = tuple[Change, Place | None]


def unjudged(found: Survey, roots: Roots, withdrawn: Mapping[str, Finding]) -> list[Unjudged]:
    """What becomes of each such Ingress, which is nothing, and where it stands."""
    return [*_withdrawn(roots, withdrawn), *_kept(roots, withdrawn), *_broken(found, roots)]


def places_of(items: list[Unjudged]) -> dict[IngressKey, Place]:
    """Where these Ingresses stand, as far as that is known."""
    return {ingress_key(change.ingress): place for change, place in items if place is not None}


def _withdrawn(roots: Roots, withdrawn: Mapping[str, Finding]) -> Iterator[Unjudged]:
    for root, finding in sorted(withdrawn.items()):
        note = refused(finding.message, finding.fix, Risk.ROUTING)
        item = roots.full[root]
        for resource in item.resources:
            if is_ingress(resource) and resource.key not in item.left and (change := _stays(resource, note)):
                yield change, item.places.get(resource.key)


def _kept(roots: Roots, withdrawn: Mapping[str, Finding]) -> Iterator[Unjudged]:
    """Ingresses that stay where the rest of their root goes on: of templates that do, or beside a route in the way."""
    for root, item in sorted(roots.full.items()):
        for resource in item.resources if root not in withdrawn else ():
            why = item.kept.get(resource.key)
            if why is not None:
                note = refused(why.why, why.todo, Risk.ROUTING)
                if (change := _stays(resource, note)) is not None:
                    yield change, item.places.get(resource.key)


def _broken(found: Survey, roots: Roots) -> Iterator[Unjudged]:
    for folder, why in sorted(roots.broken.items()):
        text = f"{folder}, which builds it, cannot be built as it is: {why}"
        note = refused(text, "see what the engine says; nothing of it was changed", Risk.ROUTING)
        below = found.graph.below(folder)
        for written in found.written:
            if written.ignored or not any(written.path in found.graph.resources.get(item, ()) for item in below):
                continue
            file = found.files[written.path]
            change = _stays(of_root(file.resource(written), folder), note)
            if change is not None:
                yield change, place_of(file, written)


def _stays(resource: Resource, note: Note) -> Change | None:
    try:
        ingress = read(resource)
    except ShapeError:
        return None  # a finding says what is wrong with it
    root, name = ingress.provenance.root, str(ingress.ref)
    entries = tuple(
        Entry(root, name, leaf, Disposition.REFUSED, note.text, note.todo, withheld=True) for leaf in ingress.leaves
    )
    return Change(ingress=ingress, keep=True, withheld=note, entries=entries)
