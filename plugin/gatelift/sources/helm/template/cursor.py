"""A cursor over tokens, and the exception inside the parser that ends in a :class:`Problem`."""

from __future__ import annotations

from collections.abc import Sequence

from gatelift.sources.helm.template.lexer import Kind, Lexed, Token
from gatelift.sources.helm.template.problems import Problem

_FIX = "Correct the template; Helm cannot read it either."


class UnparsableError(Exception):
    """Raised and caught inside the parser only."""

    def __init__(self, start: int, end: int, message: str, fix: str = _FIX) -> None:
        super().__init__(message)
        self.problem = Problem(start, end, message, fix)


class Cursor:
    """The tokens of a text, one after the other; after the last comes ``Kind.END`` for ever."""

    __slots__ = ("_at", "_problem", "_tokens", "text")

    def __init__(self, text: str, lexed: Lexed) -> None:
        self.text = text
        self._tokens: Sequence[Token] = (*lexed.tokens, Token(Kind.END, len(text), len(text)))
        self._problem = lexed.problem
        self._at = 0

    def peek(self) -> Token:
        """The next token. Raises :class:`UnparsableError` where the lexer stopped, with its problem."""
        token = self._tokens[self._at]
        if token.kind is Kind.BROKEN and self._problem is not None:
            problem = self._problem
            raise UnparsableError(problem.start, problem.end, problem.message, problem.fix)
        return token

    def take(self) -> Token:
        """The next token, which is then past."""
        token = self.peek()
        if token.kind is not Kind.END:
            self._at += 1
        return token

    def mark(self) -> int:
        """Where the cursor is, for :meth:`back`."""
        return self._at

    def back(self, mark: int) -> None:
        """Go back to where :meth:`mark` was."""
        self._at = mark

    def skip_space(self) -> None:
        """Pass over spaces."""
        while self.peek().kind is Kind.SPACE:
            self._at += 1

    def peek_word(self) -> Token:
        """The next token that is no space."""
        self.skip_space()
        return self.peek()

    def take_word(self) -> Token:
        """The next token that is no space, which is then past."""
        self.skip_space()
        return self.take()

    def value(self, token: Token) -> str:
        """The characters of a token."""
        return self.text[token.start : token.end]

    def unexpected(self, token: Token, where: str) -> UnparsableError:
        """The error for a token that cannot stand there."""
        if token.kind is Kind.END:
            return UnparsableError(token.start, token.end, f"The text ends in {where}.")
        if token.kind is Kind.RIGHT:
            return UnparsableError(token.start, token.end, f"The action ends before something that {where} needs.")
        return UnparsableError(token.start, token.end, f"{self.value(token)!r} cannot stand here, in {where}.")
