"""Where a reading of a template stands: the turn of each loop, the branches that are taken, the values found so far."""

from __future__ import annotations

import msgspec

from gatelift.sources.helm.own.conditions import Test
from gatelift.sources.helm.own.values import NoFitError, Path, Values
from gatelift.sources.helm.template.atoms import Branch, Written
from gatelift.sources.helm.template.nodes import Action, Clause, Control, With
from gatelift.sources.helm.template.origin import ELEMENT, KEY, Origin
from gatelift.sources.helm.template.scoping import Scopes

_VALUES = 1
"""Steps of an origin before the path: ``Values``."""
_TWO = 2
_NONE = -1
"""Taken in place of a clause where none is."""


class Turn(msgspec.Struct, frozen=True):
    """One turn of a loop: ``element`` is what ``.`` is in it, ``path`` where that stands in the values."""

    element: Origin
    path: Path


class Turns(msgspec.Struct, frozen=True):
    """The turns of the loops around a place, outermost first."""

    items: tuple[Turn, ...] = ()

    def path(self, origin: Origin) -> Path | None:
        """The path of a place that a template names; None for what is no value of the chart."""
        if not origin.is_values:
            return None
        for turn in reversed(self.items):
            head = turn.element.steps
            if origin.steps[: len(head)] == head:
                return (*turn.path, *origin.steps[len(head) :])
        return origin.steps[_VALUES:]

    def then(self, element: Origin, path: Path) -> Turns:
        """One loop further in."""
        return Turns((*self.items, Turn(element, path)))

    @property
    def key(self) -> tuple[Path, ...]:
        """What tells two turns of the same loop apart."""
        return tuple(turn.path for turn in self.items)


class State:
    """What was found so far. Copied to try something, and taken over where that fits."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.tests: list[Test] = []
        self._taken: dict[tuple[int, tuple[Path, ...]], int] = {}
        self._computed: dict[int, str] = {}

    def copy(self) -> State:
        """The same, to try something with."""
        made = State(self.values.copy())
        made.tests = list(self.tests)
        made._taken = dict(self._taken)
        made._computed = dict(self._computed)
        return made

    def adopt(self, other: State) -> None:
        """Take what a copy found."""
        self.values.adopt(other.values)
        self.tests = other.tests
        self._taken = other._taken
        self._computed = other._computed

    def computed(self, scopes: Scopes, node: Written, wanted: str) -> bool:
        """Note what code is to compute; whether it would have to be two things, though it depends on no loop."""
        if isinstance(node, Action):
            reads = scopes.reads(node.pipeline)
            if any(step in (ELEMENT, KEY) for origin in reads.origins for step in origin.steps):
                return False
        return self._computed.setdefault(node.start, wanted) != wanted

    def take(self, branch: Branch, turns: Turns) -> None:
        """Have one clause of a structure be the one that runs. Raises ``NoFitError`` where another one has to."""
        clause = branch.clause
        if clause is None:
            return
        seen = self._taken.setdefault((branch.control.start, turns.key), branch.index)
        if seen != branch.index:
            raise NoFitError("it writes one of two things here, and the routes need both", clause.tag.start)
        for index, other in enumerate(_clauses(branch)[: branch.index + 1]):
            if other.pipeline is not None:
                container = isinstance(branch.control, With)
                self.tests.append(Test(other.pipeline, index == branch.index, turns.path, container))

    def leave(self, branches: tuple[Branch, ...], turns: Turns, at: int, what: str = "this") -> None:
        """Have what stands in ``branches`` not be written. Raises ``NoFitError`` where nothing decides over that."""
        if self.left(branches, turns):
            return
        for branch in reversed(branches):
            if (branch.control.start, turns.key) not in self._taken and self._skip(branch, turns):
                return
        raise NoFitError(f"it always writes {what}, and the routes have nothing like it", at)

    def left(self, branches: tuple[Branch, ...], turns: Turns) -> bool:
        """Whether another clause of one of these structures is to run."""
        seen = [(self._taken.get((branch.control.start, turns.key)), branch.index) for branch in branches]
        return any(taken is not None and taken != index for taken, index in seen)

    def loop(self, branch: Branch, turns: Turns) -> None:
        """Have a loop be gone through. Raises ``NoFitError`` where what stands in for an empty one is needed too."""
        if self._taken.setdefault((branch.control.start, turns.key), branch.index) != branch.index:
            raise NoFitError("it writes one of two things here, and the routes need both", branch.control.start)

    def _skip(self, branch: Branch, turns: Turns) -> bool:
        """Have a clause not run; False where its structure is none that conditions decide about."""
        clauses = _clauses(branch)
        if not clauses or len(clauses) > _TWO or branch.repeats:
            return False
        condition = clauses[0].pipeline
        if condition is None:
            return False
        container = isinstance(branch.control, With)
        self._taken[(branch.control.start, turns.key)] = len(clauses) - 1 - branch.index if len(clauses) > 1 else _NONE
        self.tests.append(Test(condition, branch.index != 0, turns.path, container))
        return True


def _clauses(branch: Branch) -> tuple[Clause, ...]:
    return branch.control.clauses if isinstance(branch.control, Control) else ()
