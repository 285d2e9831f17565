"""Guards of a template: what they say with given values, and which value turns one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from gatelift.sources.helm.own.reading import fed, literal
from gatelift.sources.helm.own.values import Budget, Near, NoFitError, Path, TooMuchError, Values, dotted, off, true
from gatelift.sources.helm.template.nodes import Bool, Command, Function, Nil, Operand, Pipeline, Variable
from gatelift.sources.helm.template.origin import Origin
from gatelift.sources.helm.template.scope import value
from gatelift.sources.helm.template.scoping import Scopes

_STUCK = "values alone do not turn this guard"

Resolve: TypeAlias = Callable[[Origin], Path | None]
"""A place that a template names -> its path in the values, in the turn of each loop; None for what is no value."""


class Test(msgspec.Struct, frozen=True):
    """A condition that has to be true (``want``), or false. ``container``: what it guards needs more than a switch."""

    __test__ = False

    condition: Pipeline
    want: bool
    resolve: Resolve
    container: bool = False


class Conditions:
    """Reads conditions of one template. ``locked`` says why a place must keep its value, if it must."""

    def __init__(self, scopes: Scopes, locked: Callable[[Path], str], budget: Budget) -> None:
        self._scopes = scopes
        self._budget = budget
        self._locked = locked

    def settle(self, tests: list[Test], values: Values) -> None:
        """Have all conditions as they have to be. Raises ``NoFitError`` where one cannot."""
        for test in tests:
            self._force(test.condition, test.want, test, values)
        for test in tests:
            if self.holds(test.condition, test.resolve, values) is (not test.want):
                word = "true" if test.want else "false"
                raise NoFitError(
                    f"a guard of it would have to be {word} and another one not", test.condition.start, Near.GUARD
                )

    def holds(self, operand: Operand, resolve: Resolve, values: Values) -> bool | None:
        """What a condition is; None where reading does not tell."""
        known, found = self._value(operand, resolve, values)
        return true(found) if known else None

    def _value(self, operand: Operand, resolve: Resolve, values: Values) -> tuple[bool, Any]:
        self._budget.spend()
        if isinstance(operand, Bool | Nil):
            return True, isinstance(operand, Bool) and operand.value
        if (said := literal(operand)) is not None:
            return True, said
        place = self._place(operand, resolve)
        if place is not None:
            return True, values.get(place)
        call = self._call(operand)
        return self._called(*call, resolve, values) if call is not None else (False, None)

    def _called(self, name: str, args: list[Operand], resolve: Resolve, values: Values) -> tuple[bool, Any]:
        found = [self.holds(arg, resolve, values) for arg in args]
        match name:
            case "and":
                return _all(found)
            case "or":
                known, value = _all([None if item is None else not item for item in found])
                return known, not value
            case "not" | "empty" if found and found[0] is not None:
                return True, not found[0]
            case "eq" | "ne" if len(args) == 2:
                (one, left), (two, right) = (self._value(arg, resolve, values) for arg in args)
                return one and two, (_said(left) == _said(right)) is (name == "eq")
        return False, None

    def _force(self, operand: Operand, want: bool, test: Test, values: Values) -> None:
        if self.holds(operand, test.resolve, values) in (want, None):
            return  # what reading does not tell, rendering does
        place = self._place(operand, test.resolve)
        call = self._call(operand)
        if place is not None:
            self._turn(place, want, test, values, operand.start)
        elif call is not None:
            self._force_call(*call, want, test, values, operand.start)
        else:
            raise NoFitError(f"its guard is always {'false' if want else 'true'}", operand.start)

    def _force_call(self, name: str, args: list[Operand], want: bool, test: Test, values: Values, at: int) -> None:
        match name:
            case "not" | "empty":
                self._force(args[0], not want, test, values)
            case "and" | "or" if (name == "and") is want:
                for arg in args:
                    self._force(arg, want, test, values)
            case "and" | "or":
                self._first_of(args, want, test, values, at)
            case "eq" if want:
                self._same(args, test, values, at)
            case "ne" if not want:
                self._same(args, test, values, at)
            case _:
                raise NoFitError(_STUCK, at, Near.GUARD)

    def _first_of(self, args: list[Operand], want: bool, test: Test, values: Values, at: int) -> None:
        """Turn one of several conditions: the first that can be."""
        for arg in args:
            trial = values.copy()
            try:
                self._force(arg, want, test, trial)
            except TooMuchError:
                raise
            except NoFitError:
                continue
            if self.holds(arg, test.resolve, trial) is want:
                values.adopt(trial)
                return
        raise NoFitError(_STUCK, at, Near.GUARD)

    def _same(self, args: list[Operand], test: Test, values: Values, at: int) -> None:
        for one, other in (args, args[::-1]):
            place, said = self._place(one, test.resolve), literal(other)
            if place is not None and said is not None:
                self._unlocked(place, at)
                values.put(place, said, at)
                return
        raise NoFitError(_STUCK, at, Near.GUARD)

    def _turn(self, place: Path, want: bool, test: Test, values: Values, at: int) -> None:
        seen = values.get(place)
        if want and (test.container or not isinstance(seen, bool | None)):
            raise NoFitError(
                f"it writes this only where {dotted(place)} has a value, which the route does not need", at
            )
        self._unlocked(place, at)
        values.put(place, True if want else off(seen), at)

    def _unlocked(self, place: Path, at: int) -> None:
        if why := self._locked(place):
            raise NoFitError(f"{dotted(place)} would have to change, and {why}", at, Near.GUARD)

    def _place(self, operand: Operand, resolve: Resolve) -> Path | None:
        found = fed(self._scopes, operand)
        return resolve(found.origin) if found is not None else None

    def _call(self, operand: Operand) -> tuple[str, list[Operand]] | None:
        if isinstance(operand, Variable) and not operand.names:
            bound = self._scopes.at(operand.start).variables.get(operand.name)
            return self._call(bound.definition) if bound is not None and bound.definition is not None else None
        if not isinstance(operand, Pipeline):
            return None
        bare = value(operand)
        only = bare.commands[0] if len(bare.commands) == 1 else Command(0, 0, ())
        if not only.args:
            return None
        head, *args = only.args
        if isinstance(head, Function):
            return head.name, args
        return self._call(head) if not args and isinstance(head, Pipeline | Variable) else None


def _all(found: list[bool | None]) -> tuple[bool, bool]:
    """``and`` of what is known: one that is false decides, whatever the others are."""
    if False in found:
        return True, False
    return None not in found, True


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
