"""Pipelines: declarations, commands and operands, as Go's parser takes them.

Source of the rules: ``pipeline``, ``command``, ``operand`` and ``term`` in
https://github.com/golang/go/blob/go1.26.0/src/text/template/parse/parse.go. That no function is missing is not checked.
"""

from __future__ import annotations

from gatelift.sources.helm.template.cursor import Cursor, UnparsableError
from gatelift.sources.helm.template.lexer import Kind, Token
from gatelift.sources.helm.template.literals import character, complex_number, number, unquote
from gatelift.sources.helm.template.nodes import (
    Bool,
    Chain,
    Command,
    Dot,
    Field,
    Function,
    Nil,
    Number,
    Operand,
    Pipeline,
    String,
    Variable,
)

#: Parentheses within parentheses that are read. Go takes 10,000; charts stay below 15.
MAX_PARENTHESES = 60

_STARTS = frozenset(
    (
        Kind.BOOL,
        Kind.CHARACTER,
        Kind.COMPLEX,
        Kind.DOT,
        Kind.FIELD,
        Kind.IDENTIFIER,
        Kind.NUMBER,
        Kind.NIL,
        Kind.RAW_STRING,
        Kind.STRING,
        Kind.VARIABLE,
        Kind.OPEN,
    )
)
_NUMBERS = {Kind.NUMBER: number, Kind.COMPLEX: complex_number, Kind.CHARACTER: character}


class Pipelines:
    """Reads pipelines from a cursor and knows the variables that are defined so far."""

    __slots__ = ("_cursor", "_depth", "variables")

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._depth = 0
        self.variables: list[str] = ["$"]

    def read(self, where: str, end: Kind = Kind.RIGHT) -> Pipeline:
        """A pipeline up to the token ``end``, which is left for the caller. ``where`` is ``range`` in a range only.

        Raises :class:`UnparsableError`.
        """
        start = self._cursor.peek_word().start
        variables, declares = self._declarations(where)
        commands: list[Command] = []
        while (token := self._cursor.peek_word()).kind is not end:
            if token.kind not in _STARTS:
                raise self._cursor.unexpected(token, _clause(where))
            commands.append(self._command())
        if not commands:
            raise UnparsableError(start, token.end, f"{_clause(where).capitalize()} needs a value.")
        for command in commands[1:]:
            first = command.args[0]
            if isinstance(first, Bool | Dot | Nil | Number | String):
                raise UnparsableError(first.start, first.end, "After a pipe only a function or a method can stand.")
        return Pipeline(start, commands[-1].end, tuple(commands), tuple(variables), declares)

    def _declarations(self, where: str) -> tuple[list[Variable], bool]:
        variables: list[Variable] = []
        cursor = self._cursor
        while cursor.peek_word().kind is Kind.VARIABLE:
            mark = cursor.mark()
            token = cursor.take()
            following = cursor.peek_word()
            name = cursor.value(token)
            if following.kind in (Kind.ASSIGN, Kind.DECLARE):
                cursor.take()
                self.variables.append(name)
                return [*variables, Variable(token.start, token.end, name)], following.kind is Kind.DECLARE
            if cursor.value(following) != ",":
                cursor.back(mark)
                break
            cursor.take()
            variables.append(Variable(token.start, token.end, name))
            self.variables.append(name)
            self._check_second(where, len(variables), following)
        # "range $i, $x" without ":=" reads $x as the value; Go sets $i to nothing but keeps the name.
        return variables, False

    def _check_second(self, where: str, count: int, comma: Token) -> None:
        if where != "range" or count > 1:
            raise UnparsableError(comma.start, comma.end, "Only a range sets two variables, and never more.")
        if self._cursor.peek_word().kind not in (Kind.VARIABLE, Kind.RIGHT, Kind.CLOSE):
            raise UnparsableError(comma.start, comma.end, "After this comma a variable must follow.")

    def _command(self) -> Command:
        cursor = self._cursor
        start = cursor.peek_word().start
        args: list[Operand] = []
        while True:
            cursor.skip_space()
            operand = self._operand()
            if operand is not None:
                args.append(operand)
            token = cursor.peek()
            if token.kind is Kind.SPACE:
                continue
            if token.kind is Kind.PIPE:
                cursor.take()
            elif token.kind not in (Kind.RIGHT, Kind.CLOSE):
                raise cursor.unexpected(token, "a command")
            break
        if not args:
            raise UnparsableError(start, token.end, "This command is empty.")
        return Command(start, args[-1].end, tuple(args))

    def _operand(self) -> Operand | None:
        cursor = self._cursor
        if cursor.peek_word().kind not in _STARTS:
            return None
        node = self._term(cursor.take())
        names: list[str] = []
        end = node.end
        while cursor.peek().kind is Kind.FIELD:
            token = cursor.take()
            names.append(cursor.value(token)[1:])
            end = token.end
        if not names:
            return node
        match node:
            case Field():
                return Field(node.start, end, (*node.names, *names))
            case Variable():
                return Variable(node.start, end, node.name, tuple(names))
            case Pipeline() | Function():
                return Chain(node.start, end, node, tuple(names))
        raise UnparsableError(node.start, end, "A value that is written out has no fields.")

    def _term(self, token: Token) -> Operand:
        start, end, text = token.start, token.end, self._cursor.value(token)
        match token.kind:
            case Kind.IDENTIFIER:
                return Function(start, end, text)
            case Kind.DOT:
                return Dot(start, end)
            case Kind.NIL:
                return Nil(start, end)
            case Kind.BOOL:
                return Bool(start, end, text == "true")
            case Kind.FIELD:
                return Field(start, end, (text[1:],))
            case Kind.VARIABLE:
                return self._variable(token, text)
            case Kind.OPEN:
                return self._parenthesis(token)
            case Kind.STRING | Kind.RAW_STRING:
                return string(self._cursor, token)
        if not _NUMBERS[token.kind](text):
            raise UnparsableError(start, end, f"Go does not take {text!r} for a number.")
        return Number(start, end, text)

    def _variable(self, token: Token, name: str) -> Variable:
        if name not in self.variables:
            raise UnparsableError(token.start, token.end, f"The variable {name} is not defined here.")
        return Variable(token.start, token.end, name)

    def _parenthesis(self, opened: Token) -> Pipeline:
        if self._depth >= MAX_PARENTHESES:
            message = f"Parentheses stand more than {MAX_PARENTHESES} deep here; gatelift reads no more."
            raise UnparsableError(opened.start, opened.end, message, "Set a variable to a part of the expression.")
        self._depth += 1
        inside = self.read("parentheses", Kind.CLOSE)
        self._depth -= 1
        closed = self._cursor.take_word()
        return Pipeline(opened.start, closed.end, inside.commands, inside.variables, inside.declares)


def string(cursor: Cursor, token: Token) -> String:
    """A string literal. Raises :class:`UnparsableError` for escapes that Go does not have."""
    value = unquote(cursor.value(token))
    if value is None:
        raise UnparsableError(token.start, token.end, "This string holds an escape that Go does not have.")
    return String(token.start, token.end, value)


def _clause(where: str) -> str:
    return {"action": "an action", "parentheses": "a parenthesis"}.get(where, f"the clause '{where}'")
