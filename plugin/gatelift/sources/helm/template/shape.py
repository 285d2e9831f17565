"""What the text of one line is to YAML: dashes, a key, a value. Outputs in it count as one character each."""

from __future__ import annotations

import re

import msgspec

from gatelift.sources.helm.template.lines import Line, Piece
from gatelift.sources.helm.template.nodes import Text, leaves

#: Stands for an output or a control structure within a line (U+FFFC, the object replacement character).
HOLE = "\ufffc"

_DASH = re.compile(r"-(?:[ \t]+|\Z)")
# A plain key begins with no indicator; "- " was taken before.
_KEY = re.compile(
    r"""(?:"(?:[^"\\]|\\.)*+"[ \t]*+|'(?:[^']|'')*+'[ \t]*+"""
    r"""|(?:[^\s"'\[\]{}#&*!|>%@`,:?-]|[?:-](?=[^ \t]))(?:[^:#]|:(?![ \t]|\Z)|(?<![ \t])\#)*?):(?=[ \t]|\Z)"""
)
_QUOTED = {'"': re.compile(r'"(?:[^"\\]|\\.)*+"'), "'": re.compile(r"'(?:[^']|'')*+'")}
_COMMENT = re.compile(r"(?:\A|[ \t])#")
_PROPERTIES = re.compile(r"(?:[&!][^ \t]*[ \t]*)+")
_BLOCK = re.compile(r"[|>](?:[+-]?[1-9]?|[1-9]?[+-]?)[ \t]*(?:[ \t]#.*)?\Z")
_FLOW_TOKEN = re.compile(r""""(?:[^"\\]|\\.)*+"|'(?:[^']|'')*+'|[\[\]{}"']""", re.DOTALL)

_CLOSED = frozenset("\"'[{")
_NEVER_FIRST = frozenset("]},%@`")
_KEY_OR_ITEM = re.compile(r":(?=\s|\Z)|\A\s*-(?=\s|\Z)")
_ALIAS = re.compile(r"\*[\w-]+")
_SECOND_KEY = re.compile(r":(?=[ \t\n]|\Z)|\A[-?](?=[ \t]|\Z)")


class Masked(msgspec.Struct, frozen=True):
    """Text in which outputs are holes, with the span of each of its characters in ``Source.text``."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    pieces: tuple[Piece, ...]

    def cut(self, start: int, end: int) -> Masked:
        """The characters ``start:end`` of this text."""
        starts, ends = self.starts[start:end], self.ends[start:end]
        if not starts:
            return Masked("", (), (), ())
        return Masked(self.text[start:end], starts, ends, _clip(self.pieces, starts[0], ends[-1]))


class Shape(msgspec.Struct, frozen=True):
    """One line: the columns and starts of its dashes, its key, and what follows, without comment.

    ``column`` is that of the key, or of the value where there is no key. ``value`` is None where nothing follows.
    """

    dashes: tuple[tuple[int, int], ...]
    column: int
    key: Masked | None
    value: Masked | None


def masked(text: str, line: Line) -> Masked:
    """A line with its outputs as holes."""
    shown: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece in line.pieces:
        if piece.node is None:
            shown.append(text[piece.start : piece.end].replace(HOLE, "?"))
            starts.extend(range(piece.start, piece.end))
            ends.extend(range(piece.start + 1, piece.end + 1))
        else:
            shown.append(HOLE)
            starts.append(piece.start)
            ends.append(piece.end)
    return Masked("".join(shown), tuple(starts), tuple(ends), line.pieces)


def shape(line: Masked, indent: int) -> Shape:
    """The shape of a line that begins at the column ``indent``."""
    dashes: list[tuple[int, int]] = []
    at = 0
    while found := _DASH.match(line.text, at):
        dashes.append((indent + at, line.starts[at]))
        at = found.end()
    key = _KEY.match(line.text, at)
    if key is None:
        return Shape(tuple(dashes), indent + at, None, value(line, at))
    # The colon is no part of the key, nor is the space before it.
    colon = key.end() - 1
    name = line.cut(at, at + len(line.text[at:colon].rstrip()))
    return Shape(tuple(dashes), indent + at, name, value(line, colon + 1))


def value(line: Masked, at: int) -> Masked | None:
    """What stands from ``at`` on without space around it and without a comment; None for nothing."""
    while line.text[at : at + 1] in (" ", "\t"):
        at += 1
    rest = line.text[at:]
    quoted = _QUOTED[rest[0]].match(rest) if rest[:1] in _QUOTED else None
    comment = _COMMENT.search(rest, quoted.end() if quoted else 0)
    end = comment.start() if comment else len(rest)
    shown = rest[:end].rstrip()
    return line.cut(at, at + len(shown)) if shown else None


def without_properties(text: Masked) -> Masked | None:
    """A value without the anchor and the tag before it; None where nothing else is there."""
    found = _PROPERTIES.match(text.text)
    if found is None:
        return text
    return text.cut(found.end(), len(text.text)) if found.end() < len(text.text) else None


def is_block(text: str) -> bool:
    """Whether a value is the header of a literal or folded text."""
    return _BLOCK.match(text) is not None


def begins_long(text: str) -> bool:
    """Whether a value begins with a quote or a bracket, and may go on for several lines."""
    return text[:1] in _CLOSED


def still_open(sign: str, depth: int, text: str) -> int:
    """How many brackets (or quotes: one) are still open after one more line of a value that begins with ``sign``.

    ``depth`` is that of the line before; for the first line it is 0, and the line includes ``sign``.
    """
    if sign in _QUOTED:
        whole = text if not depth else sign + text
        return 0 if _QUOTED[sign].match(whole) else 1
    for found in _FLOW_TOKEN.finditer(text):
        depth += (found[0] in "[{") - (found[0] in "]}")
        if not depth:
            break
    return depth


def is_value(text: str) -> bool:
    """Whether the text of a finished value can be one: nothing after what closes it, no "- " or ": " in a plain one."""
    if text[:1] in _CLOSED:
        return _end(text) == len(text)
    if text[:1] == "*":
        return _ALIAS.fullmatch(text) is not None
    return _SECOND_KEY.search(text) is None and text[:1] not in _NEVER_FIRST


def hides_key(value: Masked, source: str) -> bool:
    """Whether a branch inside a plain key or value holds a key or an item, so that it is none if that is taken."""
    if value.text[:1] in _CLOSED:
        return False
    inside = leaves(piece.node for piece in value.pieces if piece.node is not None)
    return any(isinstance(leaf, Text) and _KEY_OR_ITEM.search(source[leaf.start : leaf.end]) for leaf in inside)


def _end(text: str) -> int | None:
    """Where the quote or bracket with which a value begins is closed; None where it is not."""
    if text[0] in _QUOTED:
        quoted = _QUOTED[text[0]].match(text)
        return quoted.end() if quoted else None
    depth = 0
    for found in _FLOW_TOKEN.finditer(text):
        sign = found[0]
        if sign in ('"', "'"):
            return None
        depth += (sign in "[{") - (sign in "]}")
        if not depth:
            return found.end()
    return None


def _clip(pieces: tuple[Piece, ...], start: int, end: int) -> tuple[Piece, ...]:
    """The parts of ``pieces`` that lie in ``start:end``."""
    return tuple(
        Piece(max(piece.start, start), min(piece.end, end), piece.node)
        for piece in pieces
        if piece.start < end and start < piece.end
    )
