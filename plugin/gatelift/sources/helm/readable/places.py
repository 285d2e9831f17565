"""What ``.`` is at each place of a template, and expressions rewritten for a place where it is another.

A loop over hosts moves from inside ``rules`` around the whole document; so what stood outside of it reads ``$`` now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import msgspec

from gatelift.sources.helm.readable.stop import Stop
from gatelift.sources.helm.template.atoms import Branch
from gatelift.sources.helm.template.nodes import (
    Action,
    Block,
    Chain,
    Clause,
    Control,
    Dot,
    Field,
    Node,
    Operand,
    Pipeline,
    Range,
    TemplateCall,
    Variable,
    With,
)
from gatelift.sources.helm.template.parse import Template

#: A clause: where its control structure begins, and which of its clauses it is. As ``.``: the one that set it.
Key: TypeAlias = tuple[int, int]


def key_of(branch: Branch) -> Key:
    """The key of a branch."""
    return branch.control.start, branch.index


class NamelessError(Stop):
    """An element of the loop ``key``, which has no name, is read where it is not ``.``."""

    def __init__(self, key: Key, at: int) -> None:
        super().__init__("This reads an element of a loop from where it has no name.", at)
        self.key = key


class Written(msgspec.Struct, frozen=True):
    """A pipeline that stands in braces, and the clause that set ``.`` there (None: it is the root)."""

    pipeline: Pipeline
    dot: Key | None


class Places:
    """The pipelines of one template file with what ``.`` is there."""

    def __init__(self, template: Template) -> None:
        self.text = template.source.text
        self.nodes = template.nodes
        self._clauses: dict[Key, tuple[Control, Clause]] = {}
        self._written = sorted(self._walk(template.nodes, None), key=lambda item: item.pipeline.start)
        self.variables = frozenset(
            item.name for written in self._written for item in _operands(written.pipeline) if isinstance(item, Variable)
        )

    def _walk(self, nodes: Iterable[Node], dot: Key | None) -> Iterator[Written]:
        for node in nodes:
            if isinstance(node, Action | TemplateCall):
                if node.pipeline is not None:
                    yield Written(node.pipeline, dot)
            elif isinstance(node, Control):
                for index, clause in enumerate(node.clauses):
                    key = (node.start, index)
                    self._clauses[key] = node, clause
                    if clause.pipeline is not None:
                        yield Written(clause.pipeline, dot)
                    sets = isinstance(node, Range | With) and not clause.is_else
                    yield from self._walk(clause.body, key if sets else dot)
            elif isinstance(node, Block):
                raise Stop("The template opens a 'block' here, whose '.' is known to nobody else.", node.start)

    def moved(self, start: int, end: int, dot: Key | None, named: Mapping[Key, str]) -> str:
        """The text ``start:end``, so that it means at a place where ``.`` is ``dot`` what it means where it stands.

        ``named``: variables that hold what ``.`` is in a loop. Raises ``Stop`` where it cannot be said.
        """
        edits: list[tuple[int, int, str]] = []
        for written in self._within(start, end):
            home = written.dot
            if home == dot or (home is not None and start <= home[0] < end):
                continue
            for operand in _operands(written.pipeline):
                if start <= operand.start and operand.end <= end and isinstance(operand, Dot | Field):
                    base = self._base(home, dot, named, operand.start)
                    edits.append((operand.start, operand.start + isinstance(operand, Dot), base))
        return _edited(self.text, start, end, edits)

    def homes(self, start: int, end: int) -> frozenset[Key]:
        """The clauses that set a ``.`` that ``start:end`` reads."""
        return frozenset(
            written.dot
            for written in self._within(start, end)
            for operand in _operands(written.pipeline)
            if written.dot is not None and isinstance(operand, Dot | Field) and start <= operand.start < end
        )

    def named(self, start: int, end: int) -> frozenset[str]:
        """The variables that ``start:end`` reads or sets."""
        return frozenset(
            operand.name
            for written in self._within(start, end)
            for operand in _operands(written.pipeline)
            if isinstance(operand, Variable) and start <= operand.start < end
        )

    def whole(self, start: int, end: int) -> int:
        """The end of ``start:end`` with all of the structures that begin in it."""
        return max([end, *(node.end for node, _ in self._clauses.values() if start < node.start < end)])

    def _within(self, start: int, end: int) -> Iterator[Written]:
        return (item for item in self._written if item.pipeline.start < end and start < item.pipeline.end)

    def _base(self, home: Key | None, dot: Key | None, named: Mapping[Key, str], at: int) -> str:
        """What the ``.`` of ``home`` is called where ``.`` is ``dot``."""
        if home is None:
            return "$"
        if home in named:
            return named[home]
        control, clause = self._clauses[home]
        pipeline = clause.pipeline
        if pipeline is None:
            raise NamelessError(home, at)
        if isinstance(control, Range):
            if pipeline.variables:
                return pipeline.variables[-1].name
            raise NamelessError(home, at)
        first, last = pipeline.commands[0], pipeline.commands[-1]
        shown = self.moved(first.start, last.end, dot, named)
        plain = len(pipeline.commands) == len(first.args) == 1 and isinstance(first.args[0], Field | Variable | Dot)
        return shown if plain else f"({shown})"


def _operands(pipeline: Pipeline) -> Iterator[Operand]:
    """The operands of a pipeline that hold no others, and the variables that it sets."""
    yield from pipeline.variables
    for command in pipeline.commands:
        for arg in command.args:
            yield from _leaves(arg)


def _leaves(operand: Operand) -> Iterator[Operand]:
    if isinstance(operand, Pipeline):
        yield from _operands(operand)
    elif isinstance(operand, Chain):
        yield from _leaves(operand.base)
    else:
        yield operand


def _edited(text: str, start: int, end: int, edits: list[tuple[int, int, str]]) -> str:
    out: list[str] = []
    for left, right, put in sorted(edits):
        # "." alone gives way; ".a" keeps its dot, which then joins it to what goes before it.
        out += [text[start:left], put]
        start = right
    return "".join((*out, text[start:end]))
