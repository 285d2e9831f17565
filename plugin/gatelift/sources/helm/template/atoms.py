"""A template as a flat row of atoms: text cut by trim markers and split at line breaks, outputs, and tags.

Every atom knows the branches that it stands in. What a ``define`` holds is no part of the row: it writes nothing there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from typing import TypeAlias

import msgspec

from gatelift.sources.helm.template.lexer import SPACE
from gatelift.sources.helm.template.nodes import (
    Action,
    Block,
    Braces,
    Clause,
    Control,
    Define,
    If,
    Leaf,
    Node,
    Range,
    Structure,
    TemplateCall,
    Text,
    With,
    leaves,
)
from gatelift.sources.helm.template.outputs import Indentation, indentation, is_silent


class Branch(msgspec.Struct, frozen=True, eq=False):
    """One clause of a control structure (or the body of a ``block``): what stands in it is written if it is taken.

    There is one object for each clause of a skeleton, and it is equal to itself only.
    """

    control: Structure
    index: int = 0

    @property
    def clause(self) -> Clause | None:
        """The clause; None for a ``block``."""
        return None if isinstance(self.control, Block) else self.control.clauses[self.index]

    @property
    def repeats(self) -> bool:
        """Whether this is the body of a loop."""
        return isinstance(self.control, Range) and not self.control.clauses[self.index].is_else

    @property
    def rebinds(self) -> bool:
        """Whether ``.`` is another in here."""
        clause = self.clause
        return clause is None or (isinstance(self.control, Range | With) and not clause.is_else)


#: The branches around a place, outermost first.
Path: TypeAlias = tuple[Branch, ...]

Written: TypeAlias = Action | TemplateCall


class Sort(Enum):
    """What an atom is. ``OPEN``, ``NEXT`` and ``CLOSE`` are tags of a control structure."""

    TEXT = auto()
    BREAK = auto()
    OUTPUT = auto()
    OPEN = auto()
    NEXT = auto()
    CLOSE = auto()


class Atom(msgspec.Struct, frozen=True):
    """One atom with its span; the span of a line break that ``nindent`` writes is empty.

    ``written`` is set for outputs, with their ``indentation``; ``control`` for tags. ``assumed``: that the output
    begins a line of its own is likely, but not written.
    """

    sort: Sort
    start: int
    end: int
    path: Path
    written: Written | None = None
    indentation: Indentation | None = None
    control: Structure | None = None
    assumed: bool = False


_BREAK = re.compile(r"\r\n|\n")
_REST_OF_LINE = re.compile(r"[ \t\r]*(?:\n|\Z)")


def atoms(text: str, nodes: tuple[Node, ...]) -> tuple[Atom, ...]:
    """The atoms of ``nodes``, which are the top of a template file or the body of a ``define``."""
    return tuple(_Flattening(text, nodes).walk(nodes, ()))


class _Flattening:
    def __init__(self, text: str, nodes: Iterable[Node]) -> None:
        self._text = text
        self._row: list[Leaf] = list(leaves(nodes))
        self._at = {leaf.start: i for i, leaf in enumerate(self._row)}

    def walk(self, nodes: Iterable[Node], path: Path) -> Iterator[Atom]:
        for node in nodes:
            if isinstance(node, Text):
                yield from self._split(node, path)
            elif isinstance(node, Control):
                yield from self._control(node, path)
            elif isinstance(node, Block):
                yield Atom(Sort.OPEN, node.tag.start, node.tag.end, path, control=node)
                yield from self.walk(node.body, (*path, Branch(node)))
                yield Atom(Sort.CLOSE, node.close.start, node.close.end, path, control=node)
            elif isinstance(node, Action | TemplateCall) and not is_silent(node):
                yield from self._output(node, path)

    def _control(self, node: If | With | Range, path: Path) -> Iterator[Atom]:
        for index, clause in enumerate(node.clauses):
            sort = Sort.NEXT if index else Sort.OPEN
            yield Atom(sort, clause.tag.start, clause.tag.end, path, control=node)
            yield from self.walk(clause.body, (*path, Branch(node, index)))
        yield Atom(Sort.CLOSE, node.close.start, node.close.end, path, control=node)

    def _output(self, node: Written, path: Path) -> Iterator[Atom]:
        pipeline = node.pipeline if isinstance(node, Action) else None
        indent = indentation(pipeline) if pipeline else None
        breaks = indent is not None and indent.breaks
        # An output alone on its line, whose marker takes the break before it, either writes nothing or begins with a
        # break of its own: what comes out would be glued to the line above it else.
        assumed = not breaks and self._took_a_break(node)
        if breaks or assumed:
            yield Atom(Sort.BREAK, node.start, node.start, path)
        yield Atom(Sort.OUTPUT, node.start, node.end, path, written=node, indentation=indent, assumed=assumed)

    def _took_a_break(self, node: Written) -> bool:
        at = self._at[node.start]
        before = self._row[at - 1] if at and node.trim_left else None
        if not isinstance(before, Text) or not _REST_OF_LINE.match(self._text, node.end):
            return False
        text = self._text[before.start : before.end]
        return "\n" in text[len(text.rstrip(SPACE)) :]

    def _split(self, node: Text, path: Path) -> Iterator[Atom]:
        start, end = self._trimmed(node)
        for found in _BREAK.finditer(self._text, start, end):
            if found.start() > start:
                yield Atom(Sort.TEXT, start, found.start(), path)
            yield Atom(Sort.BREAK, found.start(), found.end(), path)
            start = found.end()
        if end > start:
            yield Atom(Sort.TEXT, start, end, path)

    def _trimmed(self, node: Text) -> tuple[int, int]:
        """What the trim markers beside a text leave of it."""
        at = self._at[node.start]
        before = self._row[at - 1] if at else None
        after = self._row[at + 1] if at + 1 < len(self._row) else None
        start, end = node.start, node.end
        if isinstance(before, Braces) and before.trim_right:
            start = end - len(self._text[start:end].lstrip(SPACE))
        if isinstance(after, Braces) and after.trim_left:
            end = start + len(self._text[start:end].rstrip(SPACE))
        return start, end


def define_atoms(text: str, define: Define) -> tuple[Atom, ...]:
    """The atoms of what a ``define`` holds, trimmed by the tags around it."""
    row = _Flattening(text, (define,))
    return tuple(row.walk(define.body, ()))


def within(path: Path, outer: Path) -> bool:
    """Whether a place with ``path`` is written only where ``outer`` is taken."""
    return path[: len(outer)] == outer


def common(paths: list[Path]) -> Path:
    """The branches that all ``paths`` begin with."""
    first = min(paths, key=len)
    for depth, branch in enumerate(first):
        if any(path[depth] is not branch for path in paths):
            return first[:depth]
    return first
