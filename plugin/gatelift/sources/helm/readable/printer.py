"""Lines within branches: each is written at a path, and what has to be closed and opened on the way there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec

from gatelift.sources.helm.readable.dead import Conditions
from gatelift.sources.helm.readable.expressions import Expression, argument
from gatelift.sources.helm.readable.places import Key, Places, key_of
from gatelift.sources.helm.readable.stop import Stop
from gatelift.sources.helm.template.atoms import Branch
from gatelift.sources.helm.template.nodes import Block, Control, If, Range


class Loop(msgspec.Struct, frozen=True, eq=False):
    """A loop that the template does not have: over a list that values hold and an action wrote as a block."""

    key: Key
    over: Expression


Frame: TypeAlias = Branch | Loop
Frames: TypeAlias = tuple[Frame, ...]


class Printer:
    """A text in the making.

    ``on_open`` writes what belongs to the beginning of a branch; ``extra`` is what a condition asks for besides its
    own; ``named``: names for the elements of loops that have none.
    """

    def __init__(
        self,
        places: Places,
        conditions: Conditions,
        on_open: Callable[[Key | None, int], None],
        extra: Callable[[Branch], Expression | None],
        named: Mapping[Key, str],
    ) -> None:
        self.lines: list[str] = []
        self.stack: list[Frame] = []
        self._places = places
        self.conditions = conditions
        self._on_open = on_open
        self._extra = extra
        self.named: dict[Key, str] = dict(named)

    @property
    def dot(self) -> Key | None:
        """The branch that set ``.`` where the next line stands."""
        for frame in reversed(self.stack):
            if isinstance(frame, Loop):
                return frame.key
            if frame.rebinds:
                return key_of(frame)
        return None

    @property
    def stack_now(self) -> Frames:
        """The branches in which the next line stands."""
        return tuple(self.stack)

    def line(self, text: str, indent: int = 0) -> None:
        """One line."""
        self.lines.append(" " * indent + text)

    def action(self, text: str, indent: int = 0) -> None:
        """An action on a line of its own, of which nothing is left but what it writes."""
        self.line(f"{{{{- {text} }}}}", indent)

    def show(self, expression: Expression) -> str:
        """An expression as it is said here."""
        dot, named = self.dot, self.named
        return "".join(
            part if isinstance(part, str) else self._places.moved(*part, dot, named) for part in expression.parts
        )

    def arg(self, expression: Expression) -> str:
        """An expression as an argument here."""
        return self.show(argument(expression))

    def copy(self, start: int, end: int) -> str:
        """Text of the template, with its actions as they are said here."""
        return self._places.moved(start, end, self.dot, self.named)

    def go(self, path: Frames, indent: int = 0) -> None:
        """Close and open branches until ``path`` is where the next line stands."""
        common = 0
        for mine, wanted in zip(self.stack, path, strict=False):
            if mine is not wanted:
                break
            common += 1
        follows = self._follows(common, path)
        while len(self.stack) > common + (1 if follows else 0):
            self.close(indent)
        if follows:
            self.stack.pop()
            self._clauses(follows[1], follows[0].index + 1, indent)
            self._enter(follows[1], indent)
            common += 1
        for frame in path[common:]:
            self._open(frame, indent)

    def close(self, indent: int = 0) -> None:
        """Close the innermost branch."""
        self.stack.pop()
        self.action("end", indent)

    def _follows(self, common: int, path: Frames) -> tuple[Branch, Branch] | None:
        """The clause that is open and the one that is next, where that is a later one of the same structure."""
        if common >= min(len(self.stack), len(path)):
            return None
        mine, wanted = self.stack[common], path[common]
        if not isinstance(mine, Branch) or not isinstance(wanted, Branch):
            return None
        return (mine, wanted) if mine.control is wanted.control and mine.index < wanted.index else None

    def _open(self, frame: Frame, indent: int) -> None:
        if isinstance(frame, Loop):
            self.action(f"range {self.show(frame.over)}", indent)
        else:
            self._clauses(frame, 0, indent)
        self._enter(frame, indent)

    def _enter(self, frame: Frame, indent: int) -> None:
        self.stack.append(frame)
        self._on_open(frame.key if isinstance(frame, Loop) else key_of(frame), indent)

    def _clauses(self, branch: Branch, first: int, indent: int) -> None:
        """The tags of a structure up to the clause that is wanted; those between hold nothing of a route."""
        control = branch.control
        if isinstance(control, Block):
            raise Stop("A 'block' is opened here.", control.start)
        shown = first > 0
        for index in range(first, branch.index + 1):
            if isinstance(control, If) and self.conditions.clause(Branch(control, index)) is False:
                continue
            self.action(self._tag(control, index, shown=shown), indent)
            shown = True

    def _tag(self, control: Control, index: int, *, shown: bool) -> str:
        clause = control.clauses[index]
        word = "with" if type(control).__name__ == "With" else "range" if isinstance(control, Range) else "if"
        if clause.pipeline is None:
            return "else"
        if isinstance(control, If):
            condition: Expression = self.conditions.left(clause.pipeline)
            more = None if shown else self._extra(Branch(control, index))
            text = f"and {self.arg(condition)} {self.show(more)}" if more else self.show(condition)
        else:
            text = self.copy(clause.pipeline.start, clause.pipeline.end)
            key = (control.start, index)
            if isinstance(control, Range) and key in self.named and not clause.pipeline.variables:
                text = f"{self.named[key]} := {text}"
        return f"else {word} {text}" if shown else f"{word} {text}"
