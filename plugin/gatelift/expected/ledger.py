"""The ledger: what became of every annotation and every field of every Ingress, each exactly once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from gatelift.ingress.model import Ingress
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Disposition, Note, fold, refused


class Entry(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """One line of the ledger, keyed by (root, Ingress, JSON pointer). Values are never part of it.

    ``withheld`` marks an entry that says nothing of its own: its Ingress is withheld because of another entry.
    ``pointer`` is ``configmap:KEY`` for a setting of the controller that acts on this Ingress.
    """

    root: str
    ingress: str
    pointer: str
    disposition: Disposition
    text: str = ""
    todo: str = ""
    withheld: bool = False


UNKNOWN = refused(
    "unknown: gatelift does not know this field, and does not guess what it does",
    "remove it if it is a mistake",
    Risk.ROUTING,
)


def entries(
    ingress: Ingress, claims: Mapping[str, Note], notes: Iterable[tuple[str, Note]]
) -> tuple[tuple[Entry, Note], ...]:
    """One entry, with the note it was folded from, for each leaf of ``ingress`` and each other subject of ``notes``.

    ``claims`` say what a leaf is by itself; a leaf without a claim is unknown. A note on something that is no leaf goes
    to the first leaf below it.
    """
    gathered: dict[str, list[Note]] = {leaf: [] for leaf in ingress.leaves}
    for subject, note in notes:
        gathered.setdefault(_leaf(subject, gathered), []).append(note)
    for leaf in ingress.leaves:
        claim = claims.get(leaf, UNKNOWN)
        # "Nothing is lost" is what is said where nothing else is: beside "it does nothing" it would be wrong.
        if claim.disposition is not Disposition.EXACT or not gathered[leaf]:
            gathered[leaf].append(claim)
    root, name = ingress.provenance.root, str(ingress.ref)
    return tuple(
        (Entry(root, name, subject, folded.disposition, folded.text, folded.todo), folded)
        for subject, found in gathered.items()
        for folded in (fold(found),)
    )


def _leaf(subject: str, leaves: Mapping[str, object]) -> str:
    if subject in leaves or not subject.startswith("/"):
        return subject
    return next((leaf for leaf in leaves if leaf.startswith(f"{subject}/")), "/metadata/name")
