"""The lines that a template writes, before anyone knows which of its branches are taken.

A control structure either stands between lines, and then each of its branches holds whole lines, or within one, and
then it is a piece of that line. Where it is neither, because a line would be made of parts from several branches, that
is a problem, and the lines around are read all the same.
"""

from __future__ import annotations

import re

import msgspec

from gatelift.sources.helm.template.atoms import Atom, Path, Sort, Written
from gatelift.sources.helm.template.nodes import Block, Range, Structure
from gatelift.sources.helm.template.problems import Problem

# https://github.com/helm/helm/blob/v3.17.3/pkg/releaseutil/manifest.go splits at "---" without a look at what follows.
_SEPARATOR = re.compile(r"---[ \t]*")


class Piece(msgspec.Struct, frozen=True):
    """A part of a line: text (``node`` None), an output, or a whole control structure that stands within the line."""

    start: int
    end: int
    node: Written | Structure | None = None


class Line(msgspec.Struct, frozen=True):
    """One line that is not blank: its pieces without the white space before, and the column at which they begin.

    ``indent`` is None where code computes it. ``indented``: the line is one output that says its own indentation.
    ``assumed``: that the line begins there is likely, but not written.
    """

    indent: int | None
    pieces: tuple[Piece, ...]
    path: Path
    indented: bool = False
    assumed: bool = False

    @property
    def start(self) -> int:
        return self.pieces[0].start

    @property
    def end(self) -> int:
        return self.pieces[-1].end


class _Frame(msgspec.Struct):
    """A control structure whose end is not reached: the state of the line at its start, and what its branches left."""

    control: Structure
    prefix: int
    dirty: bool
    left_dirty: bool = False
    broken: bool = False
    begun: bool = False
    entered_next: bool = False


def lines(text: str, atoms: tuple[Atom, ...]) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
    """The lines in order, and what is no line. Raises nothing."""
    laying = _Laying(text, atoms)
    laying.run()
    return tuple(laying.lines), tuple(laying.problems)


class _Laying:
    def __init__(self, text: str, atoms: tuple[Atom, ...]) -> None:
        self.lines: list[Line] = []
        self.problems: list[Problem] = []
        self._text = text
        self._atoms = atoms
        self._closes, self._numbers = _closes(atoms)
        self._frames: list[_Frame] = []
        self._pieces: list[Piece] = []
        self._prefix = 0
        self._first: Atom | None = None
        # Something stands on this line already, in at least one way of getting here.
        self._dirty = False
        self._skipping = False

    def run(self) -> None:
        at = 0
        while at < len(self._atoms):
            at = self._step(at)
        self._flush()

    def _step(self, at: int) -> int:
        atom = self._atoms[at]
        match atom.sort:
            case Sort.BREAK:
                self._break()
            case Sort.TEXT | Sort.OUTPUT:
                self._content(atom)
            case Sort.OPEN:
                return self._open(at)
            case Sort.NEXT:
                self._leave(atom)
                frame = self._frames[-1]
                self._dirty, self._prefix = frame.dirty, frame.prefix
                frame.broken = frame.begun = False
                frame.entered_next = True
            case Sort.CLOSE:
                self._close(atom)
        return at + 1

    def _break(self) -> None:
        self._flush()
        self._dirty = self._skipping = False
        self._prefix = 0
        for frame in self._frames:
            frame.broken = True

    def _content(self, atom: Atom) -> None:
        start = atom.start
        if atom.sort is Sort.TEXT and not self._pieces:
            shown = self._text[atom.start : atom.end].lstrip(" \t")
            start = atom.end - len(shown)
            self._prefix += start - atom.start
            if not shown:
                return
        begins = not self._pieces and not self._dirty and not self._prefix and atom.sort is Sort.TEXT
        separator = _SEPARATOR.match(self._text, start, atom.end) if begins else None
        if separator:
            self._separator(atom, separator)
        else:
            self._piece(atom, Piece(start, atom.end, atom.written))

    def _separator(self, atom: Atom, found: re.Match[str]) -> None:
        """Helm ends a document at "---" even where something follows at once, and goes on after the space."""
        self._piece(atom, Piece(found.start(), found.start() + 3))
        self._flush()
        self._dirty = False
        if found.end() < atom.end:
            self._piece(atom, Piece(found.end(), atom.end))

    def _piece(self, atom: Atom, piece: Piece) -> None:
        if self._skipping:
            return
        if not self._pieces:
            if self._dirty:
                self._glued(piece)
                return
            self._first = atom
        self._pieces.append(piece)
        self._dirty = True
        for frame in self._frames:
            frame.begun = frame.begun or not frame.broken

    def _glued(self, piece: Piece) -> None:
        self._skipping = True
        if self._text.startswith("#", piece.start):
            return
        message = "This stands on the line of what a branch above writes, because no line break is left between them."
        self._problem(piece, message, "Remove the '-' of the braces before it, so that the line break stays.")

    def _open(self, at: int) -> int:
        atom = self._atoms[at]
        close = self._closes[at]
        if atom.control is not None and self._numbers[close] == self._numbers[at]:
            inside = self._shown(at + 1, close)
            if not inside:
                return close + 1
            if self._dirty or self._shown(close + 1, len(self._atoms)):
                self._piece(atom, Piece(atom.start, self._atoms[close].end, atom.control))
                return close + 1
        self._flush()
        if atom.control is not None:
            self._frames.append(_Frame(atom.control, self._prefix, self._dirty))
        return at + 1

    def _shown(self, start: int, end: int) -> bool:
        """Whether something is written between two atoms before the line breaks."""
        for at in range(start, end):
            atom = self._atoms[at]
            if atom.sort is Sort.BREAK:
                return False
            if atom.sort is Sort.OUTPUT:
                return True
            if atom.sort is Sort.TEXT and not self._text[atom.start : atom.end].isspace():
                return True
        return False

    def _leave(self, atom: Atom) -> None:
        """The end of a branch."""
        self._flush()
        frame = self._frames[-1]
        # In the first clause of a loop, which alone repeats, a turn follows upon the one before.
        loops = isinstance(frame.control, Range) and not frame.entered_next
        if loops and frame.begun and frame.broken and self._dirty:
            message = "Each turn of this loop begins on the line on which the one before ended."
            fix = "Remove the '-' at the end of the range's braces, so that each turn begins with a line break."
            self._problem(atom, message, fix)
        frame.left_dirty = frame.left_dirty or self._dirty

    def _close(self, atom: Atom) -> None:
        self._leave(atom)
        frame = self._frames.pop()
        always = isinstance(frame.control, Block) or frame.control.has_else
        self._dirty = frame.left_dirty or (frame.dirty and not always)

    def _flush(self) -> None:
        pieces, first = self._pieces, self._first
        self._pieces, self._first = [], None
        if not pieces or first is None:
            return
        indent: int | None = self._prefix
        if first.indentation is not None:
            columns = first.indentation.columns
            indent = None if columns is None else self._prefix + columns
            # A comment after a block is no part of it.
            if len(pieces) > 1 and not self._text[pieces[1].start : pieces[1].end].lstrip().startswith("#"):
                message = "This follows on the last line of a block that an action writes."
                self._problem(pieces[1], message, "Begin a line of its own with it.")
            pieces = pieces[:1]
        self.lines.append(Line(indent, tuple(pieces), first.path, first.indentation is not None, first.assumed))

    def _problem(self, at: Piece | Atom, message: str, fix: str) -> None:
        self.problems.append(Problem(at.start, at.end, message, fix))


def _closes(atoms: tuple[Atom, ...]) -> tuple[dict[int, int], list[int]]:
    """For each opening tag the atom that closes it, and for each atom the number of line breaks before it."""
    opened: list[int] = []
    closes: dict[int, int] = {}
    numbers: list[int] = []
    breaks = 0
    for at, atom in enumerate(atoms):
        numbers.append(breaks)
        breaks += atom.sort is Sort.BREAK
        if atom.sort is Sort.OPEN:
            opened.append(at)
        elif atom.sort is Sort.CLOSE:
            closes[opened.pop()] = at
    return closes, numbers
