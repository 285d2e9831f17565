"""The tokens of Go's ``text/template``, with nothing left out.

Source of the rules: https://github.com/golang/go/blob/go1.26.0/src/text/template/parse/lex.go. Two things differ on
purpose: text keeps the white space that trim markers cut (``atoms`` cuts it), and comments are tokens, so that the
tokens' spans put together are the text.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto

import msgspec

from gatelift.sources.helm.template.problems import Problem

#: The characters that trim markers cut, and the only ones that separate words in an action.
SPACE = " \t\r\n"


class Kind(Enum):
    """What a token is. ``LEFT`` and ``RIGHT`` are braces with their trim markers, ``BROKEN`` is the rest, not read."""

    TEXT = auto()
    COMMENT = auto()
    LEFT = auto()
    RIGHT = auto()
    SPACE = auto()
    STRING = auto()
    RAW_STRING = auto()
    CHARACTER = auto()
    NUMBER = auto()
    COMPLEX = auto()
    BOOL = auto()
    NIL = auto()
    DOT = auto()
    FIELD = auto()
    VARIABLE = auto()
    IDENTIFIER = auto()
    KEYWORD = auto()
    PIPE = auto()
    DECLARE = auto()
    ASSIGN = auto()
    OPEN = auto()
    CLOSE = auto()
    OTHER = auto()
    BROKEN = auto()
    END = auto()


KEYWORDS = frozenset(("block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"))


class Token(msgspec.Struct, frozen=True):
    """One token: its kind and its span."""

    kind: Kind
    start: int
    end: int


class Lexed(msgspec.Struct, frozen=True):
    """The tokens of a text in order. ``problem`` says why the last one is ``BROKEN``, where it is."""

    tokens: tuple[Token, ...]
    problem: Problem | None = None


_LEFT = re.compile(r"\{\{(?:-[ \t\r\n])?")
_COMMENT_START = re.compile(r"\{\{(?:-[ \t\r\n])?/\*")
_RIGHT = re.compile(r"(?:[ \t\r\n]-)?\}\}")
_WORD = re.compile(r"\w*")
_TERMINATOR = re.compile(r"[ \t\r\n.,|:)(]|\Z|\}\}")
_NUMBER = re.compile(
    r"[+-]?(?:"
    r"0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?"
    r"|0[oO][0-7_]*(?:\.[0-7_]*)?"
    r"|0[bB][01_]*(?:\.[01_]*)?"
    r"|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?"
    r")i?"
)
_QUOTED = {
    '"': (Kind.STRING, re.compile(r'"(?:[^"\\\n]|\\[^\n])*+"'), "This quote is not closed on its line."),
    "'": (Kind.CHARACTER, re.compile(r"'(?:[^'\\\n]|\\[^\n])*+'"), "This character constant is not closed."),
    "`": (Kind.RAW_STRING, re.compile(r"`[^`]*+`"), "This backquote is never closed."),
}
# The empty text too: a point that ends the text is lexed as a number, and is never closed anyway.
_DIGITS = frozenset(("", *"0123456789"))
_SINGLE = {"=": Kind.ASSIGN, "|": Kind.PIPE, "(": Kind.OPEN, ")": Kind.CLOSE}


class _UnreadableError(Exception):
    def __init__(self, start: int, end: int, message: str) -> None:
        self.problem = Problem(start, end, message, "Correct the template; Helm cannot read it either.")


def lex(text: str) -> Lexed:
    """All tokens of ``text``. Never raises: what Go's lexer rejects ends the tokens with a ``BROKEN`` one."""
    tokens: list[Token] = []
    at = 0
    try:
        while at < len(text):
            at = _text(text, at, tokens)
            if at < len(text):
                at = _braces(text, at, tokens)
    except _UnreadableError as error:
        done = tokens[-1].end if tokens else 0
        tokens.append(Token(Kind.BROKEN, done, len(text)))
        return Lexed(tuple(tokens), error.problem)
    return Lexed(tuple(tokens))


def _text(text: str, at: int, tokens: list[Token]) -> int:
    end = text.find("{{", at)
    end = len(text) if end < 0 else end
    if end > at:
        tokens.append(Token(Kind.TEXT, at, end))
    return end


def _braces(text: str, at: int, tokens: list[Token]) -> int:
    comment = _COMMENT_START.match(text, at)
    if comment:
        return _comment(text, at, comment.end(), tokens)
    left = _LEFT.match(text, at)
    end = at + 2 if left is None else left.end()
    tokens.append(Token(Kind.LEFT, at, end))
    return _action(text, end, tokens)


def _comment(text: str, at: int, inside: int, tokens: list[Token]) -> int:
    closed = text.find("*/", inside)
    if closed < 0:
        raise _UnreadableError(at, len(text), "This comment is never closed by '*/'.")
    right = _RIGHT.match(text, closed + 2)
    if right is None:
        message = "After '*/' only '}}' or ' -}}' may stand, and a comment fills its braces alone."
        raise _UnreadableError(at, closed + 2, message)
    tokens.append(Token(Kind.COMMENT, at, right.end()))
    return right.end()


def _action(text: str, at: int, tokens: list[Token]) -> int:
    opened = tokens[-1].start
    depth = 0
    while True:
        right = _RIGHT.match(text, at)
        if right:
            if depth:
                raise _UnreadableError(opened, right.end(), "A parenthesis of this action is not closed.")
            tokens.append(Token(Kind.RIGHT, at, right.end()))
            return right.end()
        if at >= len(text):
            raise _UnreadableError(opened, len(text), "This action is never closed by '}}'.")
        token = _space(text, at) if text[at] in SPACE else _word(text, at)
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if depth < 0:
            raise _UnreadableError(at, at + 1, "This ')' closes nothing.")
        tokens.append(token)
        at = token.end


def _space(text: str, at: int) -> Token:
    end = at
    while end < len(text) and text[end] in SPACE:
        end += 1
    # The last space belongs to a trim marker that follows.
    if end - at > 1 and text.startswith("-}}", end):
        end -= 1
    return Token(Kind.SPACE, at, end)


def _word(text: str, at: int) -> Token:
    sign = text[at]
    if sign in _SINGLE:
        return Token(_SINGLE[sign], at, at + 1)
    if sign == ":":
        if not text.startswith(":=", at):
            raise _UnreadableError(at, at + 1, "A ':' must be followed by '='.")
        return Token(Kind.DECLARE, at, at + 2)
    if sign in _QUOTED:
        return _quoted(text, at)
    if sign == "$" or (sign == "." and text[at + 1 : at + 2] not in _DIGITS):
        return _field_or_variable(text, at)
    if sign in "+-." or "0" <= sign <= "9":
        return _number(text, at)
    if _is_word(sign):
        return _identifier(text, at)
    if " " <= sign <= "~":
        return Token(Kind.OTHER, at, at + 1)
    raise _UnreadableError(at, at + 1, f"The character U+{ord(sign):04X} means nothing in an action.")


def _quoted(text: str, at: int) -> Token:
    kind, pattern, message = _QUOTED[text[at]]
    found = pattern.match(text, at)
    if found is None:
        raise _UnreadableError(at, min(at + 1, len(text)), message)
    return Token(kind, at, found.end())


def _field_or_variable(text: str, at: int) -> Token:
    end = _end_of_word(text, at + 1)
    _terminated(text, at, end)
    if text[at] == "$":
        return Token(Kind.VARIABLE, at, end)
    return Token(Kind.FIELD if end > at + 1 else Kind.DOT, at, end)


def _identifier(text: str, at: int) -> Token:
    end = _end_of_word(text, at)
    _terminated(text, at, end)
    word = text[at:end]
    if word in KEYWORDS:
        return Token(Kind.KEYWORD, at, end)
    kind = {"nil": Kind.NIL, "true": Kind.BOOL, "false": Kind.BOOL}.get(word, Kind.IDENTIFIER)
    return Token(kind, at, end)


def _number(text: str, at: int) -> Token:
    end = _end_of_number(text, at)
    if text[end : end + 1] not in ("+", "-"):
        return Token(Kind.NUMBER, at, end)
    end = _end_of_number(text, end)
    if text[end - 1] != "i":
        raise _UnreadableError(at, end, "This is not a number; a sum needs the function 'add'.")
    return Token(Kind.COMPLEX, at, end)


def _end_of_number(text: str, at: int) -> int:
    found = _NUMBER.match(text, at)
    end = found.end() if found else at
    if end < len(text) and _is_word(text[end]):
        raise _UnreadableError(at, end + 1, "This is not a number: a letter follows it.")
    return end


def _end_of_word(text: str, at: int) -> int:
    found = _WORD.match(text, at)
    end = found.end() if found else at
    if not text[at:end].isascii():
        # Python's \w holds numerals such as "²" that are no letters and digits for Go.
        end = next((i for i in range(at, end) if not _is_word(text[i])), end)
    return end


def _is_word(sign: str) -> bool:
    if sign.isascii():
        return sign == "_" or sign.isalnum()
    category = unicodedata.category(sign)
    return category == "Nd" or category[0] == "L"


def _terminated(text: str, start: int, end: int) -> None:
    if _TERMINATOR.match(text, end) is None:
        raise _UnreadableError(start, end + 1, f"The character {text[end]!r} cannot follow a name without a space.")
