"""Having members of a template be written, or not: what that asks of its guards and loops."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gatelift.sources.helm.own.laid import RouteTemplate
from gatelift.sources.helm.own.members import extra, is_default, nodes_of, shown, words
from gatelift.sources.helm.own.reading import Fed, written
from gatelift.sources.helm.own.turns import State, Turns
from gatelift.sources.helm.own.values import Budget, Near, NoFitError, Path, dotted, off, true
from gatelift.sources.helm.template.atoms import Branch
from gatelift.sources.helm.template.atoms import Path as Branches
from gatelift.sources.helm.template.origin import ELEMENT, KEY, Origin
from gatelift.sources.helm.template.skeleton import Empty, Entry, Item, Member, Scalar, Splice, Value

_ALWAYS_SENDS = "each of its rules sends requests to a backend, and one that is needed answers them itself"


class Entering:
    """``locked``: why a place of the values must stay as it is, empty where it need not."""

    def __init__(self, read: RouteTemplate, locked: Callable[[Path], str], budget: Budget) -> None:
        self._budget = budget
        self._read = read
        self._scopes = read.scopes
        self._locked = locked

    def _place(self, member: Member, holder: Branches) -> Fed | None:
        """The mapping of the values that a member of a mapping writes, if it writes one."""
        loop = next((branch for branch in extra(member, holder) if branch.repeats), None)
        if loop is None:
            node = member.expression if isinstance(member, Splice) else None
            found = written(self._scopes, node) if node is not None else None
            return found if found is not None and found.origin.is_values else None
        origin = self._loop(loop)
        nodes = nodes_of(member)
        read = {place for node in nodes for place in self._scopes.reads(node.pipeline).origins}
        if origin is None or not {origin.then(KEY), origin.then(ELEMENT)} <= read:
            return None
        return Fed(origin, tpl=any("tpl" in words(node) for node in nodes))

    def _loop(self, branch: Branch) -> Origin | None:
        """What a loop goes through."""
        pipeline = branch.clause.pipeline if branch.clause is not None else None
        if pipeline is None:
            return None
        return self._scopes.at(pipeline.start).bind(pipeline).origin

    def _without(self, members: Sequence[Member], holder: Branches, turns: Turns, state: State) -> None:
        """Have loops and blocks of a list write nothing."""
        for member in members:
            if state.left(extra(member, holder), turns):
                continue
            loop = next((branch for branch in extra(member, holder) if branch.repeats), None)
            origin = self._loop(loop) if loop is not None else None
            found = Fed(origin) if origin is not None else self._place(member, holder)
            if found is not None:
                self._emptied(found, turns, state)

    def _enter(
        self,
        member: Member,
        holder: Branches,
        turns: Turns,
        state: State,
        *,
        index: int = 0,
        loops: bool = True,
    ) -> Turns:
        """Take the branches of a member beyond those of what holds it; the turns that it stands in then."""
        for branch in extra(member, holder):
            if not branch.repeats:
                state.take(branch, turns)
            elif loops:
                state.loop(branch, turns)
                turns = self._turn(branch, turns, index, member.start)
        for branch in self._read.opened:
            if isinstance(member, Item) and branch.control.start <= member.start < branch.control.end:
                state.take(branch, turns)
        return turns

    def _turn(self, loop: Branch, turns: Turns, index: int, at: int) -> Turns:
        origin = self._loop(loop)
        path = turns.path(origin) if origin is not None else None
        if origin is None or path is None:
            raise NoFitError("code computes what this loop goes through", at)
        return turns.then(origin.then(ELEMENT), (*path, index))

    def _emptied(self, found: Fed, turns: Turns, state: State) -> None:
        """Have a place hold nothing."""
        path = turns.path(found.origin)
        seen = state.values.get(path) if path is not None else None
        if path is None or not true(seen):
            return
        if why := self._locked(path):
            raise NoFitError(f"{dotted(path)} would have to change, and {why}")
        state.values.put(path, {} if isinstance(seen, Mapping) else off(seen))

    def _absent(self, entry: Entry, holder: Branches, turns: Turns, state: State, at: str) -> None:
        """Have a key that nobody wants not be written."""
        branches = extra(entry, holder)
        if any(not branch.repeats for branch in branches):
            state.leave(branches, turns, entry.start)
            return
        self._nothing(entry.value, entry.path, turns, state, at)

    def _nothing(self, value: Value, holder: Branches, turns: Turns, state: State, at: str) -> None:
        if isinstance(value, Empty):
            return
        if isinstance(value, Scalar):
            head, _, key = at.rpartition("/")
            if value.text is not None and not is_default(f"{head}/", key, value.text):
                raise NoFitError(_always(at), value.start, Near.WRITTEN)
            node = value.expression
            found = written(self._scopes, node) if node is not None else None
            if found is not None and found.origin.is_values:
                self._emptied(found, turns, state)
            return
        fixed = [member for member in value.members if not isinstance(member, Splice)]
        for member in fixed:
            branches = extra(member, holder)
            if not branches:
                why = _ALWAYS_SENDS if at.endswith("backendRefs") else _always(at)
                raise NoFitError(why, member.start, Near.WRITTEN)
            if not any(branch.repeats for branch in branches):
                state.leave(branches, turns, member.start)
        self._without([m for m in value.members if not isinstance(m, Entry)], holder, turns, state)


def _always(at: str) -> str:
    return f"it always writes {shown(at)}, and the routes have nothing like it"
