"""Lists of a template: loops that take a turn for each item, blocks of values, and items of the template's own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias, TypeVar

from gatelift.sources.helm.own.entering import Entering
from gatelift.sources.helm.own.members import extra, shown, within
from gatelift.sources.helm.own.reading import Fed, written
from gatelift.sources.helm.own.turns import State, Turns
from gatelift.sources.helm.own.values import NoFitError, Path, TooMuchError, nearer
from gatelift.sources.helm.template.atoms import Path as Branches
from gatelift.sources.helm.template.skeleton import Item, Sequence, Splice, Value

_BACKENDS = "backendRefs/"
_T = TypeVar("_T")
Listed: TypeAlias = Item | Splice


class Lists(Entering):
    """What ``Fitting`` does with lists. ``_nearest``: of the ways that failed, the one that came nearest."""

    _nearest: NoFitError | None = None

    @abstractmethod
    def _value(self, value: Value, wanted: Any, holder: Branches, turns: Turns, state: State, at: str) -> None:
        """Make a place of the template say what is wanted. Raises ``NoFitError``."""

    @abstractmethod
    def _put(self, path: Path, found: Fed, wanted: Any, state: State, at: int) -> None:
        """Put what is wanted at the place of the values that an expression reads. Raises ``NoFitError``."""

    def _first(self, state: State, ways: list[Callable[[State], _T]], otherwise: NoFitError) -> _T:
        """Take the first of several ways that works. Raises the ``NoFitError`` of the one that came nearest."""
        failed: NoFitError | None = None
        for way in ways:
            self._budget.spend()
            trial = state.copy()
            try:
                made = way(trial)
            except TooMuchError:
                raise
            except NoFitError as error:
                failed = nearer(failed, error)
                self._nearest = nearer(self._nearest, error)
                continue
            state.adopt(trial)
            return made
        raise failed or otherwise

    def _sequence(
        self, value: Sequence, wanted: list[Any], holder: Branches, turns: Turns, state: State, at: str
    ) -> None:
        """By a loop or a block alone, where that can be; else items of the template's own take part.

        Backends the other way round: what the template names is the chart's own Service, whatever it is called.
        """
        items = [member for member in value.members if isinstance(member, Item | Splice)]
        looped = [member for member in items if any(branch.repeats for branch in extra(member, holder))]
        single = [member for member in items if member not in looped]
        fixed = [member for member in single if isinstance(member, Item)]
        blocks = [member for member in single if isinstance(member, Splice)]
        many: list[list[Listed]] = ([looped] if looped else []) + [[block] for block in blocks] or [[]]
        takings = (True, False) if at.endswith(_BACKENDS) else (False, True)

        def way(taking: bool, chosen: list[Listed], trial: State) -> None:
            left = list(wanted)
            for item in fixed:
                self._fixed(item, left if taking else [], left, holder, turns, trial, at)
            if not left:
                chosen = []
            elif not chosen:
                raise NoFitError(f"it has no place for more than {len(fixed)} of {shown(at)}", value.start)
            elif chosen is looped:
                self._turned(looped, left, holder, turns, trial, at)
            else:
                self._whole([item for item in chosen if isinstance(item, Splice)], left, holder, turns, trial, at)
            self._without([each for group in many if group is not chosen for each in group], holder, turns, trial)

        ways = [partial(way, taking, chosen) for taking in takings for chosen in many]
        self._first(state, list(ways), NoFitError(f"it writes nothing for {shown(at)}", value.start))

    def _fixed(
        self, item: Item, among: list[Any], left: list[Any], holder: Branches, turns: Turns, state: State, at: str
    ) -> None:
        """Have an item that stands outside of loops be the first of those that it can be, or not be there."""

        def be(each: Any, trial: State) -> Any:
            self._enter(item, holder, turns, trial)
            self._value(item.value, each, item.path, turns, trial, f"{at}*/")
            return each

        def leave(trial: State) -> Any:
            trial.leave(extra(item, holder), turns, item.start, f"an item of {shown(at)}")

        ways: list[Callable[[State], Any]] = [partial(be, each) for each in among]
        taken = self._first(state, [*ways, leave], NoFitError(""))
        if taken is not None:
            left.remove(taken)

    def _turned(
        self, members: list[Listed], wanted: list[Any], holder: Branches, turns: Turns, state: State, at: str
    ) -> None:
        """Have a loop write what is wanted, one turn for each, in the first of its forms that does."""

        def turn(index: int, each: Any, member: Listed, trial: State) -> None:
            inner = self._enter(member, holder, turns, trial, index=index)
            if isinstance(member, Item):
                self._value(member.value, each, member.path, inner, trial, f"{at}*/")
            else:
                self._block(member, each, inner, trial)
            for other in members:
                if other is not member and within(other, holder):
                    trial.leave(within(other, holder), inner, other.start)

        for index, each in enumerate(wanted):
            ways = [partial(turn, index, each, member) for member in members]
            self._first(state, list(ways), NoFitError(f"it writes nothing for {shown(at)}"))

    def _whole(self, members: list[Splice], wanted: Any, holder: Branches, turns: Turns, state: State, at: str) -> None:
        """Have one of the blocks that actions write be all that is wanted."""

        def block(member: Splice, trial: State) -> None:
            self._enter(member, holder, turns, trial)
            self._block(member, wanted, turns, trial)

        ways = [partial(block, member) for member in members]
        self._first(state, list(ways), NoFitError(f"it writes nothing for {shown(at)}"))

    def _block(self, member: Splice, wanted: Any, turns: Turns, state: State) -> None:
        node = member.expression
        found = written(self._scopes, node) if node is not None else None
        path = turns.path(found.origin) if found is not None else None
        if found is not None and path is not None:
            self._put(path, found, wanted, state, member.start)
