"""The ledger of an Ingress that is left alone: another controller's, or one of which nobody knows whose it is."""

from __future__ import annotations

from collections.abc import Iterator

from gatelift.annotations import registry
from gatelift.expected.ledger import Entry
from gatelift.ingress.classes import ClassVerdict, Service
from gatelift.ingress.model import Ingress
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Disposition, Note, refused
from gatelift.manifests.resource import escape


def left(ingress: Ingress, verdict: ClassVerdict) -> tuple[Entry, ...]:
    """An entry for each leaf: why it is left, and for another controller's annotation what would replace it."""
    root, name = ingress.provenance.root, str(ingress.ref)
    whole = _whole(verdict)
    own = dict(_own(ingress, verdict, whole))
    notes = ((leaf, own.get(leaf, whole)) for leaf in ingress.leaves)
    return tuple(Entry(root, name, leaf, note.disposition, note.text, note.todo) for leaf, note in notes)


def _whole(verdict: ClassVerdict) -> Note:
    if verdict.service is Service.FOREIGN:
        return Note(Disposition.INERT, verdict.why, verdict.todo)
    return refused(verdict.why, verdict.todo, Risk.ROUTING)


def _own(ingress: Ingress, verdict: ClassVerdict, whole: Note) -> Iterator[tuple[str, Note]]:
    """Leaf -> what is said of it alone. No value is shown: it may be anything."""
    for key in ingress.annotations:
        sentence = registry.sentence(key)
        if not sentence:
            continue
        text = f"left as it is. {sentence}"
        if verdict.service is not Service.FOREIGN:
            text = f"{verdict.why}. {sentence}"
        yield f"/metadata/annotations/{escape(key)}", Note(whole.disposition, text, whole.todo, whole.risk)
