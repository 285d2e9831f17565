"""Which document of a template writes which route: one each, or a turn of a loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from gatelift.sources.helm.offer import Manifest
from gatelift.sources.helm.own.conditions import Conditions
from gatelift.sources.helm.own.fit import Fitting
from gatelift.sources.helm.own.laid import RouteTemplate
from gatelift.sources.helm.own.reading import written
from gatelift.sources.helm.own.turns import State, Turns
from gatelift.sources.helm.own.values import Budget, NoFitError, Path, TooMuchError, Values, nearer
from gatelift.sources.helm.own.wanted import is_redirect, key_of_route, slug, with_fewer_rules
from gatelift.sources.helm.template.atoms import Branch
from gatelift.sources.helm.template.find import find, loops
from gatelift.sources.helm.template.nodes import Action, Control, If
from gatelift.sources.helm.template.origin import ELEMENT, KEY, Origin
from gatelift.sources.helm.template.skeleton import Document, Scalar

_MAIN = "main"


class Placed(msgspec.Struct, frozen=True):
    """Values that make a template write routes, and the routes for which it has no room, with the reason of each."""

    values: Values
    left: tuple[tuple[Manifest, NoFitError], ...] = ()


class Placing:
    """Places the routes of one case in the documents of one template."""

    def __init__(
        self, read: RouteTemplate, values: Values, locked: Callable[[Path], str], known: Mapping[str, str]
    ) -> None:
        self._read = read
        budget = Budget()
        self._fitting = Fitting(read, locked, known, budget)
        self._conditions = Conditions(read.scopes, locked, budget)
        self._state = State(values)
        self._free = list(read.documents)
        self._keys: set[str] = set()
        self._turns = 0

    def place(self, routes: Sequence[Manifest], *, room: bool = False) -> Placed:
        """Have each route be written; ``room``: whether there is another place for those that the template cannot.

        Raises ``NoFitError`` where not even one that serves requests is, and where another one has no place.
        """
        left: list[tuple[Manifest, NoFitError]] = []
        for route in sorted(routes, key=is_redirect):
            try:
                self._one(route)
            except TooMuchError:
                raise
            except NoFitError as error:
                if not is_redirect(route) and not room:
                    raise
                left.append((route, error))
        if len(left) == len(routes):
            raise left[0][1]
        self._rest()
        return Placed(self._state.values, tuple(left))

    def _one(self, route: Manifest) -> None:
        fewer = with_fewer_rules(route)
        failed: NoFitError | None = None
        for document in self._free:
            for form in (route, fewer) if fewer["spec"] != route["spec"] else (route,):
                trial = self._state.copy()
                try:
                    turns, key = self._entered(document, form, trial)
                    self._fitting.fit(document.root, form, document.path, turns, trial)
                    # Said early, for another document may do; all are settled once more at the end.
                    self._conditions.settle(trial.tests, trial.values.copy())
                except TooMuchError:
                    raise
                except NoFitError as error:
                    failed = nearer(failed, error)
                    continue
                self._state.adopt(trial)
                self._used(document, key)
                return
        if failed is not None:
            raise failed
        count = len(self._read.documents)
        said = "writes one route" if count == 1 else f"writes {count} routes"
        raise NoFitError(f"it {said}, and another one is needed for {_why(route)}", self._read.documents[0].start)

    def _used(self, document: Document, key: str) -> None:
        if not loops(document.path) or not self._told_apart(document):
            self._free.remove(document)
        self._keys.add(key)
        self._turns += 1

    def _entered(self, document: Document, route: Manifest, state: State) -> tuple[Turns, str]:
        turns, key = Turns(), ""
        for branch in document.path:
            if not branch.repeats:
                state.take(branch, turns)
            elif turns.items:
                raise NoFitError("loops stand in each other here", document.start)
            else:
                turns, key = self._turn(document, branch, route, state)
        return turns, key

    def _turn(self, document: Document, loop: Branch, route: Manifest, state: State) -> tuple[Turns, str]:
        pipeline = loop.clause.pipeline if loop.clause is not None else None
        origin = self._read.scopes.at(pipeline.start).bind(pipeline).origin if pipeline is not None else None
        path = Turns().path(origin) if origin is not None else None
        if origin is None or path is None:
            raise NoFitError("code computes what this loop goes through", document.start)
        there = state.values.base
        for key in path:
            there = there.get(str(key), {}) if isinstance(there, Mapping) else {}
        step: str | int = self._turns
        if isinstance(there, Mapping) and (there or self._reads(document, origin.then(KEY))):
            first = next(iter(there), _MAIN) if _MAIN not in there else _MAIN
            step = key_of_route(route, self._keys, first)
        turns = Turns().then(origin.then(ELEMENT), (*path, step))
        self._name(document, origin, route, turns, state)
        return turns, str(step)

    def _name(self, document: Document, loop: Origin, route: Manifest, turns: Turns, state: State) -> None:
        """Give a route of a list the name that its template asks for."""
        for node, alone in self._named(document):
            found = written(self._read.scopes, node)
            path = turns.path(found.origin) if found is not None else None
            inside = found is not None and found.origin.steps[: len(loop.steps) + 1] == (*loop.steps, ELEMENT)
            if path is not None and inside:
                whole = str(route["metadata"]["name"])
                hosts = route["spec"].get("hostnames") or ["all"]
                part = f"{slug(str(hosts[0]))}{'-redirect' if is_redirect(route) else ''}"
                state.values.put(path, whole if alone else part, node.start)

    def _told_apart(self, document: Document) -> bool:
        """Whether routes of a loop get names of their own."""
        for branch in loops(document.path):
            pipeline = branch.clause.pipeline if branch.clause is not None else None
            origin = self._read.scopes.at(pipeline.start).bind(pipeline).origin if pipeline is not None else None
            if origin is not None and (self._reads(document, origin.then(KEY)) or self._reads_below(document, origin)):
                return True
        return False

    def _reads(self, document: Document, place: Origin) -> bool:
        return any(place in self._read.scopes.reads(node.pipeline).origins for node, _ in self._named(document))

    def _reads_below(self, document: Document, loop: Origin) -> bool:
        head = (*loop.steps, ELEMENT)
        reads = [item for node, _ in self._named(document) for item in self._read.scopes.reads(node.pipeline).origins]
        return any(item.steps[: len(head)] == head for item in reads)

    def _named(self, document: Document) -> list[tuple[Action, bool]]:
        """The actions that write a document's name, and whether one is all of it."""
        found: list[tuple[Action, bool]] = []
        for item in find(document.root, "metadata", "name"):
            if isinstance(item.value, Scalar):
                alone = item.value.expression is not None
                nodes = [piece.node for piece in item.value.pieces if piece.node is not None]
                found += [(node, alone) for outer in nodes for node in _actions(outer)]
        return found

    def _rest(self) -> None:
        """Have the documents that write nothing stay silent, and all guards be as they have to."""
        for document in self._free:
            guards = tuple(branch for branch in document.path if not branch.repeats)
            if len(guards) == len(document.path) and guards:
                self._state.leave(guards, Turns(), document.start, "another route")
        self._conditions.settle(self._state.tests, self._state.values)


def _actions(node: object) -> list[Action]:
    if isinstance(node, Action):
        return [node]
    if not isinstance(node, Control):
        return []
    inner = [found for clause in node.clauses for each in clause.body for found in _actions(each)]
    tests = [
        Action(clause.pipeline.start, clause.pipeline.end, False, False, clause.pipeline)
        for clause in node.clauses
        if isinstance(node, If) and clause.pipeline is not None
    ]
    return [*tests, *inner]


def _why(route: Manifest) -> str:
    hosts = ", ".join(map(str, route["spec"].get("hostnames") or ["all hosts"]))
    return f"the redirect of plain HTTP on {hosts}" if is_redirect(route) else f"the rules of {hosts}"
