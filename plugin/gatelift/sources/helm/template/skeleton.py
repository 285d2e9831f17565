"""The YAML of a template: mappings, lists and values, each with its span and the branches that it stands in.

One tree holds all branches. A key that several branches write is there several times, each under its own path; see
``find`` for reading it. A :class:`Splice` is a block that an action writes, of which the template does not tell more.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TypeAlias

import msgspec

from gatelift.sources.helm.template.atoms import Path, Written
from gatelift.sources.helm.template.lines import Piece
from gatelift.sources.helm.template.nodes import Spanned
from gatelift.sources.helm.template.problems import Problem


class Style(Enum):
    """How a value is written. ``FLOW``: between brackets; ``BLOCK``: after ``|`` or ``>``."""

    PLAIN = auto()
    SINGLE = auto()
    DOUBLE = auto()
    FLOW = auto()
    BLOCK = auto()


class Scalar(Spanned, frozen=True):
    """A value with its quotes. ``text`` is what it says, without them, where it is all on one line and no action writes
    any of it; else None."""

    style: Style
    pieces: tuple[Piece, ...]
    text: str | None

    @property
    def expression(self) -> Written | None:
        """The action, where it is all that the value is (quotes around it do not count)."""
        nodes = [piece.node for piece in self.pieces]
        quotes = 2 if self.style in (Style.SINGLE, Style.DOUBLE) else 0
        shown = [node for node in nodes if node is not None]
        if len(shown) != 1 or not isinstance(shown[0], Written):
            return None
        written = sum(piece.end - piece.start for piece in self.pieces if piece.node is None)
        return shown[0] if written == quotes else None


class Empty(Spanned, frozen=True):
    """Nothing: the value of a key after which nothing follows."""


class Splice(msgspec.Struct, frozen=True):
    """A block that an action writes at the column ``indent``.

    ``assumed``: that it belongs here is likely, but its text does not say so.
    """

    start: int
    end: int
    pieces: tuple[Piece, ...]
    indent: int
    path: Path
    assumed: bool = False

    @property
    def expression(self) -> Written | None:
        """The action, where it is one alone."""
        node = self.pieces[0].node if len(self.pieces) == 1 else None
        return node if isinstance(node, Written) else None


class Entry(msgspec.Struct, frozen=True):
    """A key and its value; ``start`` is the key's and ``end`` the value's."""

    start: int
    end: int
    key: Scalar
    value: Value
    path: Path


class Item(msgspec.Struct, frozen=True):
    """An item of a list; ``start`` is its dash's."""

    start: int
    end: int
    value: Value
    path: Path


class Mapping(Spanned, frozen=True):
    """A mapping whose keys stand at the column ``indent``."""

    indent: int
    members: tuple[Entry | Splice, ...]


class Sequence(Spanned, frozen=True):
    """A list whose dashes stand at the column ``indent``."""

    indent: int
    members: tuple[Item | Splice, ...]


class Spliced(Spanned, frozen=True):
    """What actions write alone on lines of their own; whether it is a mapping, a list or a value is not told."""

    indent: int
    members: tuple[Splice, ...]


Value: TypeAlias = Mapping | Sequence | Spliced | Scalar | Empty
Member: TypeAlias = Entry | Item | Splice


class Document(msgspec.Struct, frozen=True):
    """One document, from its first line (after ``---``) to its last.

    ``path``: the branches that all of it stands in, blocks that actions write aside.
    ``marker`` is the start of the ``---`` before it, -1 where there is none.
    """

    start: int
    end: int
    marker: int
    root: Value
    path: Path


class Skeleton(msgspec.Struct, frozen=True):
    """The documents of a template in order, and what could not be laid; the rest is whole in spite of it."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]
