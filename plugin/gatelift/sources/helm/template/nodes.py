"""The tree of actions of one template, as Go's ``text/template`` has it, with the span of every node.

The spans of :func:`leaves`, in order, are the whole text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import msgspec


class Spanned(msgspec.Struct, frozen=True):
    """The characters ``start:end`` of ``Source.text``."""

    start: int
    end: int


# --- operands -------------------------------------------------------------------------------------------------------


class Dot(Spanned, frozen=True):
    """``.``, the cursor."""


class Nil(Spanned, frozen=True):
    """``nil``."""


class Bool(Spanned, frozen=True):
    """``true`` or ``false``."""

    value: bool


class Number(Spanned, frozen=True):
    """A number or a character constant as it is written; ``text`` is its source."""

    text: str


class String(Spanned, frozen=True):
    """A string in quotes or backquotes, and its value."""

    value: str


class Field(Spanned, frozen=True):
    """``.a.b``: fields of the cursor."""

    names: tuple[str, ...]


class Variable(Spanned, frozen=True):
    """``$x`` or ``$``, and the fields that follow it; ``name`` includes the ``$``."""

    name: str
    names: tuple[str, ...] = ()


class Function(Spanned, frozen=True):
    """The name of a function, ``include``."""

    name: str


class Chain(Spanned, frozen=True):
    """Fields of a parenthesis or a function: ``(index .a 0).b``."""

    base: Pipeline | Function
    names: tuple[str, ...]


class Command(Spanned, frozen=True):
    """What stands between two pipes: a function or a value, then its arguments."""

    args: tuple[Operand, ...]


class Pipeline(Spanned, frozen=True):
    """Commands joined by pipes. In parentheses, the span includes them.

    ``variables`` are those it sets (two only in a ``range``); ``declares`` tells ``:=`` from ``=``.
    """

    commands: tuple[Command, ...]
    variables: tuple[Variable, ...] = ()
    declares: bool = False


Operand: TypeAlias = Dot | Nil | Bool | Number | String | Field | Variable | Function | Chain | Pipeline

# --- what stands in braces ------------------------------------------------------------------------------------------


class Braces(Spanned, frozen=True):
    """Something from ``{{`` to ``}}``; ``trim_left`` and ``trim_right`` tell whether it cuts the space beside it."""

    trim_left: bool
    trim_right: bool


class Text(Spanned, frozen=True):
    """Text between braces, with the space that trim markers beside it cut."""


class Comment(Braces, frozen=True):
    """``{{/* ... */}}``."""


class Action(Braces, frozen=True):
    """A pipeline whose value is written out, unless it sets a variable."""

    pipeline: Pipeline


class TemplateCall(Braces, frozen=True):
    """``{{ template "name" pipeline }}``."""

    name: str
    pipeline: Pipeline | None = None


class Break(Braces, frozen=True):
    """``{{ break }}``."""


class Continue(Braces, frozen=True):
    """``{{ continue }}``."""


class Tag(Braces, frozen=True):
    """The braces that open or close a part of a structure; ``words`` as they read: ``if``, ``else if``, ``end``."""

    words: str


class Clause(msgspec.Struct, frozen=True):
    """One part of a control structure: its tag, its pipeline (none after a bare ``else``), and what it holds."""

    tag: Tag
    pipeline: Pipeline | None
    body: tuple[Node, ...]

    @property
    def is_else(self) -> bool:
        """Whether this is the bare ``else``."""
        return self.pipeline is None


class Control(msgspec.Struct, frozen=True):
    """A control structure: its clauses in order, and the tag that ends it."""

    clauses: tuple[Clause, ...]
    close: Tag

    @property
    def start(self) -> int:
        return self.clauses[0].tag.start

    @property
    def end(self) -> int:
        return self.close.end

    @property
    def has_else(self) -> bool:
        """Whether some clause runs in every case."""
        return self.clauses[-1].is_else


class If(Control, frozen=True):
    """``if``, ``else if`` ..., ``else``, ``end``."""


class With(Control, frozen=True):
    """``with``, ``else with`` ..., ``else``, ``end``."""


class Range(Control, frozen=True):
    """``range``, ``else``, ``end``."""


class Define(msgspec.Struct, frozen=True):
    """``{{ define "name" }} ... {{ end }}``: writes nothing where it stands."""

    tag: Tag
    name: str
    body: tuple[Node, ...]
    close: Tag

    @property
    def start(self) -> int:
        return self.tag.start

    @property
    def end(self) -> int:
        return self.close.end


class Block(msgspec.Struct, frozen=True):
    """``{{ block "name" pipeline }} ... {{ end }}``: a definition, called where it stands."""

    tag: Tag
    name: str
    pipeline: Pipeline
    body: tuple[Node, ...]
    close: Tag

    @property
    def start(self) -> int:
        return self.tag.start

    @property
    def end(self) -> int:
        return self.close.end


Leaf: TypeAlias = Text | Comment | Action | TemplateCall | Break | Continue | Tag
Node: TypeAlias = Text | Comment | Action | TemplateCall | Break | Continue | If | With | Range | Define | Block

#: What has an end tag of its own and writes where it stands.
Structure: TypeAlias = If | With | Range | Block


def leaves(nodes: Iterable[Node]) -> Iterator[Leaf]:
    """Everything that has a span of its own, in order of the text."""
    for node in nodes:
        if isinstance(node, Control):
            for clause in node.clauses:
                yield clause.tag
                yield from leaves(clause.body)
            yield node.close
        elif isinstance(node, Define | Block):
            yield node.tag
            yield from leaves(node.body)
            yield node.close
        else:
            yield node
