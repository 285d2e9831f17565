"""What became of one annotation or field: the five dispositions of the ledger, and notes."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from gatelift.intent.base import Risk


class Disposition(StrEnum):
    """How one annotation or field ends in the ledger, from the weightiest to the lightest."""

    REFUSED = "refused"
    """no translation; what to do is said"""
    DIFFERS = "differs"
    """translated; the difference is said in one sentence"""
    MOVED = "moved"
    """to a Gateway, ListenerSet or policy; where is said"""
    EXACT = "exact"
    INERT = "inert"
    """does nothing today; why is said"""


WEIGHT = {disposition: weight for weight, disposition in enumerate(Disposition)}


class Note(msgspec.Struct, frozen=True):
    """A disposition with its sentence, and for a refusal what to do and how much it blocks."""

    disposition: Disposition
    text: str = ""
    todo: str = ""
    risk: Risk = Risk.METADATA


def exact(text: str = "") -> Note:
    """Nothing is lost."""
    return Note(Disposition.EXACT, text)


def differs(text: str) -> Note:
    """Translated, but not quite the same."""
    return Note(Disposition.DIFFERS, text)


def moved(text: str) -> Note:
    """Somebody else's object says it now."""
    return Note(Disposition.MOVED, text)


def inert(text: str) -> Note:
    """It does nothing today."""
    return Note(Disposition.INERT, text)


def refused(text: str, todo: str, risk: Risk) -> Note:
    """No translation."""
    return Note(Disposition.REFUSED, text, todo, risk)


def fold(notes: Iterable[Note]) -> Note:
    """Many notes on one thing as one: the weightiest disposition, and the sentences of its equals, each once.

    ``EXACT`` outranks ``INERT`` here: what acts in one place and not in another is not inert. Nothing said: ``EXACT``.
    """
    ordered = sorted(notes, key=lambda note: WEIGHT[note.disposition])
    if not ordered:
        return exact()
    first = ordered[0].disposition
    same = [note for note in ordered if note.disposition is first]
    risks = [risk for risk in Risk if any(note.risk is risk for note in same)]
    return Note(first, _sentences(n.text for n in same), _sentences(n.todo for n in same), risks[0])


def _sentences(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))
