"""Values of a template as expressions: what stands in a scalar, without the quotes and the indentation around it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TypeAlias

import msgspec
import yaml

from gatelift.sources.helm.readable.stop import Stop
from gatelift.sources.helm.template.nodes import (
    Action,
    Bool,
    Chain,
    Command,
    Dot,
    Field,
    Function,
    Number,
    Operand,
    Pipeline,
    String,
    TemplateCall,
    Variable,
)
from gatelift.sources.helm.template.skeleton import Scalar, Style

Span: TypeAlias = tuple[int, int]

_ATOMS = (Dot, Field, Variable, Function, Chain, String, Number, Bool)
_QUOTES = frozenset(("quote", "squote"))
_SHIFTS = frozenset(("indent", "nindent"))


class Expression(msgspec.Struct, frozen=True):
    """An expression out of text of its own and spans of the template, which are rewritten where it is used.

    ``atom``: it can be an argument without parentheses. ``literal``: the string that it is, where it is one.
    """

    parts: tuple[str | Span, ...]
    atom: bool = True
    literal: str | None = None

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(part for part in self.parts if not isinstance(part, str))

    @property
    def start(self) -> int:
        """Where in the template it stands; 0 for text of its own."""
        return self.spans[0][0] if self.spans else 0


def own(text: str, *, atom: bool = True) -> Expression:
    """An expression that the template does not hold."""
    return Expression((text,), atom)


def string(text: str) -> Expression:
    """A string."""
    return Expression((quoted(text),), literal=text)


def quoted(text: str) -> str:
    """A string as Go reads it."""
    return json.dumps(text, ensure_ascii=False)


def call(*words: str | Expression) -> Expression:
    """A function called with arguments: ``call("include", name, dot)``."""
    parts: list[str | Span] = []
    for index, word in enumerate(words):
        shown = (word,) if isinstance(word, str) else argument(word).parts
        parts += [" ", *shown] if index else shown
    return Expression(tuple(parts), atom=False)


def piped(expression: Expression, function: str) -> Expression:
    """An expression handed to a function."""
    return Expression((*expression.parts, f" | {function}"), atom=False)


def argument(expression: Expression) -> Expression:
    """An expression in parentheses where it needs them."""
    return expression if expression.atom else Expression(("(", *expression.parts, ")"))


def pipeline(found: Pipeline, *, unquoted: bool = True) -> Expression:
    """A pipeline without the variables it sets, and without the quotes and indentation that it ends in."""
    commands = list(found.commands)
    dropped = _SHIFTS | _QUOTES if unquoted else _SHIFTS
    while len(commands) > 1 and _function(commands[-1]) in dropped:
        commands.pop()
    first = commands[0]
    if len(commands) > 1:
        return Expression(((first.start, commands[-1].end),), atom=False)
    if unquoted and _function(first) in _QUOTES and len(first.args) == 2:
        return operand(first.args[1])
    if len(first.args) == 1:
        return operand(first.args[0])
    return Expression(((first.start, first.end),), atom=False)


def operand(found: Operand) -> Expression:
    """One operand."""
    if isinstance(found, Pipeline):
        inner = pipeline(found, unquoted=False)
        # Parentheses that are not needed go.
        return inner if len(inner.spans) == 1 else Expression(((found.start, found.end),))
    literal = found.value if isinstance(found, String) else None
    return Expression(((found.start, found.end),), isinstance(found, _ATOMS), literal)


def scalar(found: Scalar, text: str) -> Expression:
    """What a scalar says. Raises ``Stop`` where branches, or escapes beside actions, make it up."""
    if found.text is not None:
        return string(found.text)
    if found.expression is not None:
        node = found.expression
        return pipeline(node.pipeline) if isinstance(node, Action) else include_of(node)
    if found.style is Style.BLOCK and "{{" not in text[found.start : found.end]:
        try:
            return string(str(yaml.load(f"x: {text[found.start : found.end]}\n", Loader=yaml.BaseLoader)["x"]))  # noqa: S506
        except yaml.YAMLError:
            raise Stop("This text over several lines is no YAML.", found.start) from None
    if found.style in (Style.FLOW, Style.BLOCK):
        raise Stop("This value is written in brackets, or over several lines, around actions.", found.start)
    return _printed(found, text)


def _printed(found: Scalar, text: str) -> Expression:
    quote = {Style.SINGLE: "'", Style.DOUBLE: '"'}.get(found.style, "")
    shown: list[str] = []
    arguments: list[Expression] = []
    for index, piece in enumerate(found.pieces):
        if isinstance(piece.node, Action):
            arguments.append(pipeline(piece.node.pipeline, unquoted=False))
            shown.append("%v")
        elif isinstance(piece.node, TemplateCall):
            arguments.append(include_of(piece.node))
            shown.append("%v")
        elif piece.node is None:
            part = text[piece.start : piece.end]
            part = part.removeprefix(quote) if quote and not index else part
            part = part.removesuffix(quote) if quote and index == len(found.pieces) - 1 else part
            if quote and (quote in part or "\\" in part):
                raise Stop("Escapes and actions make up this value together.", piece.start)
            shown.append(part.replace("%", "%%"))
        else:
            raise Stop("A branch stands within this value.", piece.start)
    return call("printf", string("".join(shown)), *arguments)


def include_of(node: TemplateCall) -> Expression:
    """``{{ template "x" . }}`` as a value."""
    given = node.pipeline
    return call("include", string(node.name), own("nil") if given is None else operand(given))


def yaml_of(found: Pipeline) -> tuple[Expression, bool]:
    """What a block holds that a pipeline writes, and whether that still is text.

    ``toYaml .x | nindent 4`` holds ``.x`` itself, anything else text to be read.
    """
    commands = [command for command in found.commands if _function(command) not in _SHIFTS]
    last = commands[-1]
    if _function(last) == "toYaml":
        if len(commands) == 1 and len(last.args) == 2:
            return operand(last.args[1]), False
        if len(commands) > 1 and len(last.args) == 1:
            return Expression(
                ((commands[0].start, commands[-2].end),), atom=len(commands) == 2 and _is_atom(commands)
            ), False
    return pipeline(found), True


def _is_atom(commands: Iterable[Command]) -> bool:
    first = next(iter(commands))
    return len(first.args) == 1 and isinstance(first.args[0], _ATOMS)


def first_of(found: Pipeline) -> str:
    """The function that a pipeline without its quotes calls; empty where it calls none, or several in a row."""
    commands = [command for command in found.commands if _function(command) not in _QUOTES]
    return _function(commands[0]) if len(commands) == 1 else ""


def _function(command: Command) -> str:
    first = command.args[0]
    return first.name if isinstance(first, Function) else ""
