"""The scopes of a whole template: which variables are set where, and which maps are changed.

The rules are those of https://pkg.go.dev/text/template#hdr-Variables.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

import msgspec

from gatelift.sources.helm.template.nodes import (
    Action,
    Block,
    Chain,
    Command,
    Control,
    Define,
    Function,
    If,
    Node,
    Operand,
    Pipeline,
    Range,
    String,
    TemplateCall,
)
from gatelift.sources.helm.template.origin import ELEMENT, KEY, Origin
from gatelift.sources.helm.template.parse import Template
from gatelift.sources.helm.template.scope import UNKNOWN, Bound, Reads, Scope, place

# https://masterminds.github.io/sprig/dicts.html: these change their first argument.
_MUTATING = frozenset(("set", "unset", "merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite"))


#: Variables that are noted, counted anew at each place where one changes; after that nothing is known.
MAX_NOTED = 500_000


class Mutation(msgspec.Struct, frozen=True):
    """A call that changes a map: where it stands, which function, and what it changes (None: unknown).

    ``key``: the one that is changed, where it is written out; ``literal``: what it is set to is written out too;
    ``made``: the map is one that the template made itself, which nothing else sees.
    """

    start: int
    end: int
    function: str
    target: Origin | None
    key: str | None = None
    literal: bool = False
    made: bool = False


class Scopes:
    """The scopes of one template file."""

    __slots__ = ("_scopes", "_starts", "mutations")

    def __init__(self, template: Template) -> None:
        walk = _Walk()
        walk.nodes(template.nodes)
        self._starts = [start for start, _ in walk.marks]
        self._scopes = [scope for _, scope in walk.marks]
        #: The calls that change a map, in order.
        self.mutations: tuple[Mutation, ...] = tuple(walk.mutations)

    def at(self, offset: int) -> Scope:
        """The scope at an offset of the text; in the braces of an action the one before its own variables are set."""
        return self._scopes[bisect_right(self._starts, offset) - 1]

    def name(self, expression: Operand) -> Origin | None:
        """The place that an expression stands for where it is written; None where it is computed."""
        return self.at(expression.start).name(expression)

    def reads(self, expression: Operand) -> Reads:
        """What an expression reads where it is written."""
        return self.at(expression.start).reads(expression)


_Frames = list[dict[str, Bound]]


class _Walk:
    """Goes through a template once and notes the scope wherever it changes."""

    def __init__(self) -> None:
        self.marks: list[tuple[int, Scope]] = []
        self.mutations: list[Mutation] = []
        self._room = MAX_NOTED
        self._begin(Origin())
        self._mark(0)

    def _begin(self, root: Origin) -> None:
        self._dot = place(root)
        # Innermost last; "=" reaches for the nearest frame that has the name, ":=" always writes into the last.
        self._frames: _Frames = [{"$": place(root)}]

    def nodes(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            match node:
                case Action(pipeline=pipeline):
                    self._run(pipeline)
                    if pipeline.variables:
                        self._set(pipeline, (self._scope().bind(pipeline),))
                        self._mark(node.end)
                case TemplateCall(pipeline=pipeline):
                    if pipeline is not None:
                        self._run(pipeline)
                case Define():
                    self._definition(node)
                case Block():
                    self._run(node.pipeline)
                    self._definition(node)
                case Control():
                    self._control(node)

    def _scope(self) -> Scope:
        merged: dict[str, Bound] = {}
        for frame in self._frames:
            merged |= frame
        return Scope(self._dot, merged)

    def _mark(self, at: int) -> None:
        scope = self._scope() if self._room > 0 else Scope(UNKNOWN, {})
        self._room -= len(scope.variables)
        self.marks.append((at, scope))

    def _definition(self, node: Define | Block) -> None:
        dot, frames = self._dot, self._frames
        self._begin(Origin((), argument=True))
        self._mark(node.tag.end)
        self.nodes(node.body)
        self._dot, self._frames = dot, frames
        self._mark(node.close.start)

    def _control(self, node: Control) -> None:
        self._frames.append({})
        if isinstance(node, Range):
            # A later turn of the loop sees what the one before it assigned.
            for name in _assigned(node.clauses[0].body):
                self._assign(name, UNKNOWN)
        ends: list[_Frames] = []
        for clause in node.clauses:
            self._mark(clause.tag.start)
            dot = self._dot
            if clause.pipeline is not None:
                self._run(clause.pipeline)
                self._enter(node, clause.pipeline)
            # Another clause sees what this one's pipeline set, and nothing of what its body does.
            frames = _copy(self._frames)
            self._frames.append({})
            self._mark(clause.tag.end)
            self.nodes(clause.body)
            ends.append(self._frames[:-1])
            self._dot, self._frames = dot, frames
        if not node.has_else:
            ends.append(_copy(self._frames))
        self._frames = [_agreed(frames) for frames in zip(*ends, strict=True)][:-1]
        self._mark(node.close.start)

    def _enter(self, node: Control, pipeline: Pipeline) -> None:
        bound = self._scope().bind(pipeline)
        if not isinstance(node, Range):
            self._set(pipeline, (bound,))
            self._dot = self._dot if isinstance(node, If) else bound
            return
        element, key = _step(bound, ELEMENT), _step(bound, KEY)
        self._set(pipeline, (element,) if len(pipeline.variables) == 1 else (key, element))
        self._dot = element

    def _set(self, pipeline: Pipeline, bounds: tuple[Bound, ...]) -> None:
        for variable, bound in zip(pipeline.variables, bounds, strict=False):
            if pipeline.declares:
                self._frames[-1][variable.name] = bound
            else:
                self._assign(variable.name, bound)

    def _assign(self, name: str, bound: Bound) -> None:
        for frame in reversed(self._frames):
            if name in frame:
                frame[name] = bound
                return

    def _run(self, pipeline: Pipeline) -> None:
        """Note what a pipeline changes."""
        for command in pipeline.commands:
            first = command.args[0]
            if isinstance(first, Function) and first.name in _MUTATING:
                self._mutation(command, first.name)
            for arg in command.args:
                inner = arg.base if isinstance(arg, Chain) else arg
                if isinstance(inner, Pipeline):
                    self._run(inner)

    def _mutation(self, command: Command, function: str) -> None:
        target = self._scope().name(command.args[1]) if len(command.args) > 1 else None
        key = command.args[2] if len(command.args) > 2 and function in ("set", "unset") else None
        shown = key.value if isinstance(key, String) else None
        literal = len(command.args) > 3 and isinstance(command.args[3], String)
        made = len(command.args) > 1 and self._scope().makes(command.args[1])
        self.mutations.append(Mutation(command.start, command.end, function, target, shown, literal, made))


def _copy(frames: _Frames) -> _Frames:
    return [dict(frame) for frame in frames]


def _agreed(frames: tuple[dict[str, Bound], ...]) -> dict[str, Bound]:
    """What a frame holds after branches of which one was taken: unknown wherever they differ."""
    first, *others = frames
    return {name: _one([bound, *(other.get(name, UNKNOWN) for other in others)]) for name, bound in first.items()}


def _one(bounds: list[Bound]) -> Bound:
    """What something is that one of these expressions set."""
    first, *others = bounds
    if all(other == first for other in others):
        return first
    same = all((other.origin, other.reads) == (first.origin, first.reads) for other in others)
    return Bound(first.origin, first.reads) if same else UNKNOWN


def _step(bound: Bound, step: str) -> Bound:
    """An element, or the key of one, of what a loop goes through."""
    return Bound(None, bound.reads) if bound.origin is None else place(bound.origin.then(step))


def _assigned(nodes: Iterable[Node]) -> Iterator[str]:
    """The variables that get a value by ``=`` somewhere in ``nodes``."""
    for node in nodes:
        if isinstance(node, Action) and not node.pipeline.declares:
            yield from (variable.name for variable in node.pipeline.variables)
        elif isinstance(node, Control):
            for clause in node.clauses:
                if clause.pipeline is not None and not clause.pipeline.declares:
                    yield from (variable.name for variable in clause.pipeline.variables)
                yield from _assigned(clause.body)
