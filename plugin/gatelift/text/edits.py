"""Edits of a text by span: what is not named stays as it is, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Edit(msgspec.Struct, frozen=True):
    """Replace the characters ``start:end`` of a text by ``text``; ``start == end`` inserts."""

    start: int
    end: int
    text: str


def apply(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with all ``edits`` made; offsets are those of the text before any edit.

    The order of ``edits`` does not matter, except that insertions at one offset keep it; an insertion at the start of
    a replaced span comes before its replacement. Raises ``ValueError`` for spans outside the text or that overlap.
    """
    pieces: list[str] = []
    done = 0
    previous: Edit | None = None
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if not 0 <= edit.start <= edit.end <= len(text):
            raise ValueError(f"{edit!r} lies outside a text of {len(text)} characters")
        if edit.start < done:
            raise ValueError(f"{previous!r} and {edit!r} overlap")
        pieces += (text[done : edit.start], edit.text)
        done = edit.end
        previous = edit
    pieces.append(text[done:])
    return "".join(pieces)
