"""What ``.`` and variables stand for at a place of a template, as far as reading tells; nothing is evaluated.

An alias is followed (``$x := .Values.a``, ``with``, ``range``), a computed value is not: it is unknown, though what it
was computed from is remembered. A variable that gets another value in a branch or in a loop is unknown after it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gatelift.sources.helm.template.nodes import (
    Chain,
    Command,
    Dot,
    Field,
    Function,
    Operand,
    Pipeline,
    String,
    Variable,
)
from gatelift.sources.helm.template.origin import Origin

# https://masterminds.github.io/sprig/dicts.html: these make a map, and those give back the one that they change.
_MAKING = frozenset(("dict", "deepCopy", "mustDeepCopy", "omit", "pick", "fromYaml", "fromJson", "mustFromJson"))
_CHANGING = frozenset(("set", "unset", "merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite"))


class Reads(msgspec.Struct, frozen=True):
    """What an expression reads: the places that have a name, and whether these are all."""

    origins: tuple[Origin, ...]
    complete: bool


class Bound(msgspec.Struct, frozen=True):
    """What ``.`` or a variable stands for: a place (None: it is computed), and what the expression that set it read.

    ``definition`` is that expression, where one alone can have set it.
    """

    origin: Origin | None
    reads: Reads
    definition: Pipeline | None = None


def place(origin: Origin) -> Bound:
    """Something that stands for a place."""
    return Bound(origin, Reads((origin,), complete=True))


#: Something of which nothing is known.
UNKNOWN = Bound(None, Reads((), complete=False))


class Scope(msgspec.Struct, frozen=True):
    """What ``.`` and the variables are. A variable that is not in ``variables`` is not defined."""

    dot: Bound
    variables: dict[str, Bound]

    def name(self, operand: Operand) -> Origin | None:
        """The place that an operand, or a pipeline that only names one, stands for; None where it is computed."""
        match operand:
            case Dot():
                return self.dot.origin
            case Field(names=names):
                return _then(self.dot.origin, names)
            case Variable(names=names):
                return _then(self._bound(operand).origin, names)
            case Chain(base=base, names=names):
                return _then(self.name(base), names)
            case Pipeline(commands=(Command(args=(only,)),), variables=()):
                return self.name(only)
            case Pipeline() if found := _looked_up(operand):
                return _then(self.name(found[0]), found[1])
        return None

    def reads(self, operand: Operand) -> Reads:
        """Every place that an expression names, or that variables in it were computed from, each once, in order."""
        found: dict[Origin, None] = {}
        complete = True
        for leaf in _named(value(operand) if isinstance(operand, Pipeline) else operand):
            origin = self.name(leaf)
            reads = Reads((origin,), complete=True) if origin is not None else self._computed(leaf)
            found |= dict.fromkeys(reads.origins)
            complete = complete and reads.complete
        return Reads(tuple(found), complete)

    def bind(self, pipeline: Pipeline) -> Bound:
        """What a variable that is set to a pipeline stands for."""
        bare = value(pipeline)
        return Bound(self.name(bare), self.reads(bare), bare)

    def makes(self, operand: Operand) -> bool:
        """Whether an operand is a map that the template made itself: nothing that it was given is changed with it."""
        match operand:
            case Variable(names=()):
                definition = self._bound(operand).definition
                return definition is not None and self.makes(definition)
            case Pipeline(commands=commands):
                return self._made(commands[-1])
        return False

    def _made(self, command: Command) -> bool:
        function, *args = command.args
        if not isinstance(function, Function):
            return not args and self.makes(function)
        if function.name in _CHANGING:
            return bool(args) and self.makes(args[0])
        return function.name in _MAKING

    def _computed(self, operand: Operand) -> Reads:
        """What was read for something that has no name."""
        if isinstance(operand, Chain):
            return self.reads(operand.base)
        if isinstance(operand, Pipeline):
            found = _looked_up(operand)
            return self.reads(found[0]) if found else UNKNOWN.reads
        return self._bound(operand).reads

    def _bound(self, operand: Operand) -> Bound:
        if isinstance(operand, Variable):
            return self.variables.get(operand.name, UNKNOWN)
        return self.dot if isinstance(operand, Dot | Field) else UNKNOWN


def value(pipeline: Pipeline) -> Pipeline:
    """A pipeline without the variables that it sets."""
    return msgspec.structs.replace(pipeline, variables=()) if pipeline.variables else pipeline


def _then(origin: Origin | None, names: tuple[str, ...]) -> Origin | None:
    return None if origin is None else origin.then(*names)


def _named(operand: Operand) -> Iterator[Operand]:
    """The operands of an expression that can stand for a place."""
    match operand:
        case Dot() | Field() | Variable():
            yield operand
        case Chain(base=base):
            yield from (operand,) if isinstance(base, Pipeline) and _is_place(base) else _named(base)
        case Pipeline():
            if _looked_up(operand) is not None:
                yield operand
                return
            for command in operand.commands:
                for arg in command.args:
                    yield from _named(arg)


def _is_place(pipeline: Pipeline) -> bool:
    if pipeline.variables or len(pipeline.commands) != 1:
        return False
    args = pipeline.commands[0].args
    return _looked_up(pipeline) is not None or (len(args) == 1 and isinstance(args[0], Dot | Field | Variable))


def _looked_up(pipeline: Pipeline) -> tuple[Operand, tuple[str, ...]] | None:
    """The map and the keys of ``index .a "b" "c"`` and ``get .a "b"``."""
    if pipeline.variables or len(pipeline.commands) != 1:
        return None
    function, *args = pipeline.commands[0].args
    if not isinstance(function, Function) or function.name not in ("index", "get") or len(args) < 2:
        return None
    keys = tuple(key.value for key in args[1:] if isinstance(key, String))
    return (args[0], keys) if len(keys) == len(args) - 1 else None
