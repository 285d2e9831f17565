"""Holding one wanted object against the document that a template writes: which values make the two the same.

Every field that is wanted has to be written there, and every field that is written has to be wanted, or be one that
values can leave out. An action that names a place of the values gets what is wanted; one that computes is left to the
proof, as are names, which are free.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Mapped
from functools import partial
from typing import Any

from gatelift.sources.helm.own.laid import RouteTemplate
from gatelift.sources.helm.own.lists import Lists
from gatelift.sources.helm.own.members import as_text, by_key, escaped, extra, is_default, shown
from gatelift.sources.helm.own.reading import Fed, written
from gatelift.sources.helm.own.turns import State, Turns
from gatelift.sources.helm.own.values import Budget, Near, NoFitError, Path, dotted, nearer
from gatelift.sources.helm.template.atoms import Path as Branches
from gatelift.sources.helm.template.find import entries
from gatelift.sources.helm.template.skeleton import (
    Empty,
    Entry,
    Mapping,
    Scalar,
    Sequence,
    Splice,
    Spliced,
    Value,
)

_FREE = frozenset(("apiVersion", "kind", "status", "metadata/name", "metadata/namespace", "spec/rules/*/name"))
"""What is not compared here: the kind is known, and names are the chart's own affair."""


class Fitting(Lists):
    """Fits objects into the documents of one template.

    ``locked``: why a place of the values must stay as it is, empty where it need not. ``known``: labels that a helper
    of the chart writes anyway.
    """

    def __init__(
        self, read: RouteTemplate, locked: Callable[[Path], str], known: Mapped[str, str], budget: Budget
    ) -> None:
        super().__init__(read, locked, budget)
        self._known = known

    def fit(self, value: Value, wanted: Mapped[str, Any], holder: Branches, turns: Turns, state: State) -> None:
        """Have ``value``, a whole document, be ``wanted``. Raises ``NoFitError`` where it cannot be."""
        self._nearest = None
        try:
            self._value(value, wanted, holder, turns, state, "")
        except NoFitError as error:
            raise nearer(self._nearest, error) from None

    def _value(self, value: Value, wanted: Any, holder: Branches, turns: Turns, state: State, at: str) -> None:
        if isinstance(value, Empty):
            raise NoFitError(f"it writes nothing for {shown(at)}", value.start)
        if isinstance(value, Scalar):
            self._scalar(value, wanted, turns, state, at)
        elif isinstance(wanted, Mapped):
            self._mapping(value, wanted, holder, turns, state, at)
        elif isinstance(wanted, list | tuple):
            self._list(value, list(wanted), holder, turns, state, at)
        elif isinstance(value, Spliced):
            self._whole(list(value.members), wanted, holder, turns, state, at)
        else:
            raise NoFitError(f"it writes {shown(at)} in another form", value.start)

    def _scalar(self, value: Scalar, wanted: Any, turns: Turns, state: State, at: str) -> None:
        if value.text is not None:
            if value.text != as_text(wanted):
                near = Near.OTHER if at.endswith("type/") else Near.VALUE
                need = f"it writes {value.text!r} for {shown(at)}, and the routes need another"
                raise NoFitError(need, value.start, near)
            return
        node = value.expression
        found = written(self._scopes, node) if node is not None else None
        path = turns.path(found.origin) if found is not None else None
        if found is not None and path is not None:
            self._put(path, found, wanted, state, value.start)
        elif node is not None and state.computed(self._scopes, node, as_text(wanted)):
            raise NoFitError(f"it writes the same {shown(at)} everywhere, and the routes need several", value.start)

    def _put(self, path: Path, found: Fed, wanted: Any, state: State, at: int) -> None:
        seen = state.values.get(path)
        if seen == wanted or (as_text(seen) == as_text(wanted) and not isinstance(wanted, list | Mapped)):
            return
        if why := self._locked(path):
            raise NoFitError(f"{dotted(path)} would have to change, and {why}", at)
        state.values.put(path, escaped(wanted) if found.tpl else wanted, at)

    def _mapping(
        self, value: Value, wanted: Mapped[str, Any], holder: Branches, turns: Turns, state: State, at: str
    ) -> None:
        if isinstance(value, Sequence):
            raise NoFitError(f"it writes {shown(at)} as a list", value.start)
        left = dict(wanted)
        for entry in by_key(entries(value)).values():
            key = str(entry[0].key.text)
            if f"{at}{key}" in _FREE:
                left.pop(key, None)
            elif key in left:
                self._one_of(entry, left.pop(key), holder, turns, state, f"{at}{key}")
            else:
                for each in entry:
                    self._absent(each, holder, turns, state, f"{at}{key}")
        self._rest(value, left, holder, turns, state, at)

    def _one_of(self, found: list[Entry], wanted: Any, holder: Branches, turns: Turns, state: State, at: str) -> None:
        """Have one of the entries of a key, which stand in several branches, be what is wanted."""

        def be(entry: Entry, trial: State) -> None:
            self._enter(entry, holder, turns, trial)
            self._value(entry.value, wanted, entry.path, turns, trial, f"{at}/")
            for other in found:
                if other is not entry:
                    trial.leave(extra(other, holder), turns, other.start)

        ways = [partial(be, entry) for entry in found]
        self._first(state, list(ways), NoFitError(f"it writes nothing for {shown(at)}"))

    def _rest(self, value: Value, left: dict[str, Any], holder: Branches, turns: Turns, state: State, at: str) -> None:
        """What no key of a mapping says has to come from the blocks that actions write in it."""
        members = getattr(value, "members", ())
        places = [(member, found) for member in members if (found := self._place(member, holder)) is not None]
        blocks = [member for member in members if isinstance(member, Splice)]
        computed = [member for member in blocks if all(member is not known for known, _ in places)]
        if computed:
            # A helper writes some of these, and nobody but the engine knows which.
            labels = at == "metadata/labels/"
            left = {key: item for key, item in left.items() if labels and self._known.get(key) != item}
        if left and places:
            member, found = places[0]
            self._enter(member, holder, turns, state, loops=False)
            path = turns.path(found.origin)
            if path is not None:
                self._put(path, found, left, state, member.start)
            places = places[1:]
        elif missing := [key for key, item in left.items() if not is_default(at, key, item)]:
            raise NoFitError(f"it has no place for {shown(at + missing[0])}", value.start, Near.NO_PLACE)
        for _, found in places:
            self._emptied(found, turns, state)

    def _list(self, value: Value, wanted: list[Any], holder: Branches, turns: Turns, state: State, at: str) -> None:
        if isinstance(value, Mapping):
            raise NoFitError(f"it writes {shown(at)} as a mapping", value.start)
        if isinstance(value, Spliced):
            self._whole(list(value.members), wanted, holder, turns, state, at)
        elif isinstance(value, Sequence):
            self._sequence(value, wanted, holder, turns, state, at)
