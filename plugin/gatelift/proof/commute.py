"""Does rendering the new sources give what ``expected()`` makes of the old render?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from gatelift.manifests.shape import ObjectKey
from gatelift.proof.difference import Difference, difference
from gatelift.proof.evidence import Evidence, Proof
from gatelift.proof.forms import Everywhere, Manifest, canonical, is_owned, plain_key

__all__ = ["Difference", "Everywhere", "commutes", "difference"]


def commutes(
    root: str,
    wanted: Sequence[Manifest],
    rendered: Sequence[Manifest],
    *,
    everywhere: Everywhere | None = None,
    partial: tuple[str, ...] = (),
    named: Collection[ObjectKey] = (),
    mirrors: Mapping[ObjectKey, str] | None = None,
    unchanged: int = 0,
) -> Evidence:
    """Whether ``rendered`` ≡ ``wanted``, all objects that ``expected()`` asks for of ``root``.

    Other kinds are compared exactly, ours by normal form: names of generated objects do not matter, what they connect
    does. ``everywhere``: what the sources put on every object may be more than wanted. ``named`` and ``mirrors`` as in
    :func:`difference`. ``unchanged``: how many equal objects of other kinds the caller took out on both sides.
    """
    # What is the same to the letter means the same; most roots are, and forms cost more than the comparison.
    found = None
    if not _equal(wanted, rendered):
        found = difference(wanted, rendered, everywhere=everywhere, named=named, mirrors=mirrors)
    if found is not None:
        return Evidence(
            proof=Proof.COMMUTES, root=root, holds=False, text=found.text, ingress=found.ingress, partial=partial
        )
    ours = sum(is_owned(plain_key(item)) for item in wanted)
    others = len(wanted) - ours + unchanged
    text = f"{others} other objects are as they should be, {ours} of Gateway API mean what expected() asks for"
    return Evidence(proof=Proof.COMMUTES, root=root, holds=True, text=text, partial=partial)


def _equal(wanted: Sequence[Manifest], rendered: Sequence[Manifest]) -> bool:
    """Whether both hold the very same objects, each once."""
    # In bytes, because to Python 1 and true are one value.
    left = {plain_key(item): canonical(item) for item in wanted}
    right = {plain_key(item): canonical(item) for item in rendered}
    return len(left) == len(wanted) == len(rendered) and left == right
