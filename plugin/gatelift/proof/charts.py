"""The proofs for charts: what a chart renders with its switch off and on, and what it refuses to render."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from gatelift.manifests.shape import ObjectKey
from gatelift.proof.difference import exactly
from gatelift.proof.evidence import Evidence, Proof
from gatelift.proof.forms import Manifest, canonical, is_owned, plain_key
from gatelift.proof.hosts import by_host
from gatelift.proof.lots import named as drawn
from gatelift.proof.lots import undrawn
from gatelift.proof.names import names
from gatelift.render.unstable import Unstable

__all__ = ["commutes_by_host", "fails_closed", "names", "notes_kept", "unchanged"]

# Helm puts the template's place and "error calling fail" before a message of ``fail``.
_OURS = re.compile(r"(?:\A|: |\n)[ \t]*(gatelift: [^\n]*)")
_SHOWN = 300


def unchanged(
    root: str,
    old: Sequence[Manifest],
    new: Sequence[Manifest],
    lots: Sequence[Unstable] = (),
    *,
    proof: Proof = Proof.SWITCHED_OFF,
) -> Evidence:
    """Whether ``new`` is ``old``, object for object and exactly, in any order.

    What is equal to the letter may be left out on both sides. ``lots``: what the chart draws by lot, which does not
    count and is named. ``proof``: what this is evidence for; the words are those of a switch that is off, or else of
    the objects that no rewrite touches.
    """
    found = None
    if Counter(map(canonical, old)) != Counter(map(canonical, new)):
        found = exactly(*undrawn(old, new, lots), whole=True)
    state = "with the switch off, " if proof is Proof.SWITCHED_OFF else ""
    if found is not None:
        return Evidence(proof=proof, root=root, holds=False, text=f"{state}{found.text}")
    text = f"{state}every object is what it was" if state else "the other objects are what they were"
    return Evidence(proof=proof, root=root, holds=True, text=f"{text}{drawn(lots)}")


def commutes_by_host(
    root: str,
    wanted: Sequence[Manifest],
    rendered: Sequence[Manifest],
    lots: Sequence[Unstable] = (),
    *,
    partial: tuple[str, ...] = (),
    named: Collection[ObjectKey] = (),
    mirrors: Mapping[ObjectKey, str] | None = None,
    unchanged: int = 0,
) -> Evidence:
    """Whether ``rendered`` means what ``wanted`` does, all objects that ``expected()`` asks for of one values case.

    Routes are compared by host and match, whichever objects they stand in (:func:`by_host`, which also says what
    ``mirrors`` is); other kinds exactly, without ``lots``. ``named``: objects of ours whose name counts; give those
    that the chart rendered before, because policies of kinds that nobody here knows may name them. ``unchanged``: how
    many equal objects of other kinds the caller took out on both sides.
    """
    found = None
    if Counter(map(canonical, wanted)) != Counter(map(canonical, rendered)):
        found = by_host(*undrawn(wanted, rendered, lots), named=named, mirrors=mirrors)
    if found is not None:
        return Evidence(
            proof=Proof.COMMUTES, root=root, holds=False, text=found.text, ingress=found.ingress, partial=partial
        )
    ours = sum(is_owned(plain_key(item)) for item in wanted)
    text = (
        f"{len(wanted) - ours + unchanged} other objects are as they should be, and each host is answered as by the "
        f"{ours} objects of Gateway API that expected() asks for{drawn(lots)}"
    )
    return Evidence(proof=Proof.COMMUTES, root=root, holds=True, text=text, partial=partial)


def fails_closed(root: str, message: str) -> Evidence:
    """Whether a chart refuses, in words of gatelift, to render values of which an Ingress cannot be translated.

    ``message``: Helm's error, empty where the chart renders. Of another error nothing is shown: it may hold a value.
    """
    found = _OURS.search(message)
    if found:
        said = found[1] if len(found[1]) <= _SHOWN else f"{found[1][: _SHOWN - 3]}..."
        text = f"with the switch on the chart refuses to render, and no route is opened: {said}"
    elif message:
        text = "with the switch on the chart fails for another reason than the Ingress that cannot be translated"
    else:
        text = "with the switch on the chart renders, though an Ingress of it cannot be translated"
    return Evidence(proof=Proof.FAILS_CLOSED, root=root, holds=found is not None, text=text)


def notes_kept(root: str, old: str, new: str, again: str | None = None) -> Evidence:
    """Whether NOTES.txt says with the switch off what it said before; its text, which may hold a password, is not told.

    ``again``: the old one rendered a second time. Lines that are drawn by lot are left out.
    """
    one, two = old.split("\n"), new.split("\n")
    free = _drawn_lines(one, (old if again is None else again).split("\n"))
    wrong = next(
        (at for at, (was, now) in enumerate(zip(one, two, strict=False)) if was != now and at not in free), None
    )
    if wrong is None and len(one) != len(two):
        wrong = min(len(one), len(two))
    if wrong is None:
        text = "with the switch off, NOTES.txt says what it said before"
    else:
        text = f"with the switch off, NOTES.txt says something else from line {wrong + 1} on"
    return Evidence(proof=Proof.NOTES, root=root, holds=wrong is None, text=text)


def _drawn_lines(one: Sequence[str], two: Sequence[str]) -> frozenset[int]:
    if len(one) != len(two):
        return frozenset()
    return frozenset(at for at, lines in enumerate(zip(one, two, strict=True)) if lines[0] != lines[1])
