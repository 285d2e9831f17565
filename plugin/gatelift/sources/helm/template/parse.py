"""The tree of actions of a template.

Accepts what Go's parser accepts, except that unknown functions pass and that nesting has a limit of its own
(https://github.com/golang/go/blob/go1.26.0/src/text/template/parse/parse.go).
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from gatelift.sources.helm.template.cursor import Cursor, UnparsableError
from gatelift.sources.helm.template.lexer import Kind, Token, lex
from gatelift.sources.helm.template.nodes import (
    Action,
    Block,
    Break,
    Clause,
    Comment,
    Continue,
    Control,
    Define,
    If,
    Node,
    Pipeline,
    Range,
    Tag,
    TemplateCall,
    Text,
    With,
)
from gatelift.sources.helm.template.pipelines import Pipelines, string
from gatelift.sources.helm.template.problems import Problem
from gatelift.text.source import Source

#: Control structures within control structures that are read; charts stay below 15.
MAX_NESTING = 100

_CONTROLS: dict[str, type[Control]] = {"if": If, "with": With, "range": Range}


class Template(msgspec.Struct, frozen=True):
    """One template file. ``nodes`` is empty where ``problem`` says why it could not be read."""

    source: Source
    nodes: tuple[Node, ...]
    problem: Problem | None = None

    @property
    def defines(self) -> tuple[Define, ...]:
        """The named templates that the file defines at its top, in order."""
        return tuple(node for node in self.nodes if isinstance(node, Define))


def parse(source: Source) -> Template:
    """The tree of a template file. Never raises."""
    try:
        return Template(source, _Parser(source.text).read())
    except UnparsableError as error:
        return Template(source, (), error.problem)


class _Open(msgspec.Struct):
    """A structure that is not closed yet: the clauses before, and the one that is open."""

    word: str
    tag: Tag
    body: list[Node]
    pipeline: Pipeline | None = None
    name: str = ""
    clauses: list[Clause] = []
    variables: list[str] | int = 0
    """What to go back to: how many variables there were, or all of them where a definition began anew."""
    ranges: int = 0


_Ended: TypeAlias = "If | With | Range | Define | Block"


class _Parser:
    def __init__(self, text: str) -> None:
        self._cursor = Cursor(text, lex(text))
        self._pipelines = Pipelines(self._cursor)
        self._stack: list[_Open] = []
        self._nodes: list[Node] = []
        self._ranges = 0
        self._defined: dict[str, bool] = {}

    def read(self) -> tuple[Node, ...]:
        cursor = self._cursor
        while (token := cursor.take()).kind is not Kind.END:
            match token.kind:
                case Kind.TEXT:
                    self._add(Text(token.start, token.end))
                case Kind.COMMENT:
                    self._add(Comment(token.start, token.end, *_trims(cursor.value(token))))
                case _:
                    self._action(token)
        if self._stack:
            opened = self._stack[-1]
            message = f"The '{opened.word}' that begins here has no 'end'."
            raise UnparsableError(opened.tag.start, opened.tag.end, message)
        return tuple(self._nodes)

    def _add(self, node: Node) -> None:
        (self._stack[-1].body if self._stack else self._nodes).append(node)

    def _action(self, left: Token) -> None:
        word = self._cursor.peek_word()
        if word.kind is not Kind.KEYWORD:
            pipeline = self._pipelines.read("action")
            self._add(Action(*self._close(left), pipeline))
            return
        self._cursor.take()
        match self._cursor.value(word):
            case "if" | "with" | "range" as name:
                self._open(left, name)
            case "else":
                self._else(left)
            case "end":
                self._end(left)
            case "define":
                self._define(left, word)
            case "block":
                self._block(left)
            case "template":
                self._template(left)
            case name:
                self._loop(left, word, Break if name == "break" else Continue)

    def _close(self, left: Token) -> tuple[int, int, bool, bool]:
        right = self._cursor.take_word()
        if right.kind is not Kind.RIGHT:
            raise self._cursor.unexpected(right, "an action that should end here")
        return left.start, right.end, left.end - left.start > 2, right.end - right.start > 2

    def _push(self, opened: _Open) -> None:
        if len(self._stack) >= MAX_NESTING:
            message = f"Control structures stand more than {MAX_NESTING} deep here; gatelift reads no more."
            raise UnparsableError(opened.tag.start, opened.tag.end, message, "Move a part into a named template.")
        self._stack.append(opened)

    def _open(self, left: Token, word: str) -> None:
        count = len(self._pipelines.variables)
        pipeline = self._pipelines.read(word)
        opened = _Open(word, Tag(*self._close(left), word), [], pipeline, variables=count, ranges=self._ranges)
        self._ranges += word == "range"
        self._push(opened)

    def _else(self, left: Token) -> None:
        opened = self._stack[-1] if self._stack else None
        if opened is None or opened.word not in _CONTROLS or opened.pipeline is None:
            raise UnparsableError(left.start, left.end, "This 'else' belongs to nothing.")
        word, pipeline = self._else_clause(opened.word)
        tag = Tag(*self._close(left), word)
        opened.clauses = [*opened.clauses, Clause(opened.tag, opened.pipeline, tuple(opened.body))]
        opened.tag, opened.pipeline, opened.body = tag, pipeline, []
        self._ranges = opened.ranges

    def _else_clause(self, control: str) -> tuple[str, Pipeline | None]:
        token = self._cursor.peek_word()
        word = self._cursor.value(token) if token.kind is Kind.KEYWORD else ""
        if word not in ("if", "with"):
            return "else", None
        if word != control:
            raise UnparsableError(token.start, token.end, f"'else {word}' cannot follow '{control}'.")
        self._cursor.take()
        return f"else {word}", self._pipelines.read(word)

    def _end(self, left: Token) -> None:
        tag = Tag(*self._close(left), "end")
        if not self._stack:
            raise UnparsableError(tag.start, tag.end, "This 'end' closes nothing.")
        opened = self._stack.pop()
        variables = opened.variables
        if isinstance(variables, int):
            del self._pipelines.variables[variables:]
        else:
            self._pipelines.variables = variables
        self._ranges = opened.ranges
        node = _ended(opened, tag)
        if isinstance(node, Define | Block):
            self._defines(node)
        self._add(node)

    def _defines(self, node: Define | Block) -> None:
        empty = all(_is_empty(child, self._cursor.text) for child in node.body)
        if not empty and self._defined.get(node.name):
            message = f"The template {node.name!r} is defined twice in this file."
            raise UnparsableError(node.tag.start, node.tag.end, message)
        self._defined[node.name] = not empty or self._defined.get(node.name, False)

    def _define(self, left: Token, word: Token) -> None:
        if self._stack:
            raise UnparsableError(word.start, word.end, "A 'define' can only stand at the top of a file.")
        name = self._name("define")
        tag = Tag(*self._close(left), "define")
        self._begin(_Open("define", tag, [], None, name))

    def _block(self, left: Token) -> None:
        name = self._name("block")
        pipeline = self._pipelines.read("block")
        tag = Tag(*self._close(left), "block")
        self._begin(_Open("block", tag, [], pipeline, name))

    def _begin(self, opened: _Open) -> None:
        """A definition begins: it sees neither the variables nor the loops around it."""
        opened.variables, opened.ranges = self._pipelines.variables, self._ranges
        self._pipelines.variables, self._ranges = ["$"], 0
        self._push(opened)

    def _template(self, left: Token) -> None:
        name = self._name("template")
        right = self._cursor.peek_word()
        pipeline = None if right.kind is Kind.RIGHT else self._pipelines.read("template")
        self._add(TemplateCall(*self._close(left), name, pipeline))

    def _loop(self, left: Token, word: Token, node: type[Break | Continue]) -> None:
        braces = self._close(left)
        if not self._ranges:
            raise UnparsableError(word.start, word.end, f"'{self._cursor.value(word)}' can only stand in a range.")
        self._add(node(*braces))

    def _name(self, where: str) -> str:
        token = self._cursor.take_word()
        if token.kind not in (Kind.STRING, Kind.RAW_STRING):
            raise self._cursor.unexpected(token, f"the clause '{where}', which needs a name in quotes")
        return string(self._cursor, token).value


def _ended(opened: _Open, close: Tag) -> _Ended:
    body = tuple(opened.body)
    if opened.word == "define":
        return Define(opened.tag, opened.name, body, close)
    if opened.word == "block" and opened.pipeline is not None:
        return Block(opened.tag, opened.name, opened.pipeline, body, close)
    clauses = (*opened.clauses, Clause(opened.tag, opened.pipeline, body))
    node = _CONTROLS[opened.word](clauses, close)
    assert isinstance(node, If | With | Range)  # noqa: S101 - tells mypy what the table holds
    return node


def _is_empty(node: Node, text: str) -> bool:
    """Whether Go counts a node as nothing when it looks for two definitions of one name."""
    return isinstance(node, Comment) or (isinstance(node, Text) and not text[node.start : node.end].strip())


def _trims(text: str) -> tuple[bool, bool]:
    return text.startswith("{{-"), text.endswith("-}}")
