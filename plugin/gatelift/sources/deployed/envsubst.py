"""Flux's substitution of ``${VARIABLES}``, with its own rules (``fluxcd/pkg/envsubst``), which are not quite a shell's.

``$$`` is a ``$`` anywhere outside of braces. ``${X-word}`` and ``${X+word}`` are errors; ``${X:+word}`` and
``${X:?word}`` mean the same as ``${X:-word}``; lengths and offsets count bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase

#: Beyond these a text is refused: no manifest needs them, and one might be made to fill the memory.
MAX_DEPTH = 50
MAX_CHARACTERS = 64 << 20
MAX_TRIMMED = 4096


class SubstitutionError(ValueError):
    """A text that Flux would not substitute; the message says what is wrong, without values."""


def substitute(text: str, variables: Mapping[str, str], *, keep_unknown: bool = False) -> str:
    """``text`` with its variables filled in. Undefined ones are empty, as Flux's default (not strict) mode has them.

    With ``keep_unknown`` an expression on an undefined variable stays as it is written, for where a source of
    variables could not be read. Raises :class:`SubstitutionError` for what Flux refuses.
    """
    if "$" not in text:
        return text
    return _Evaluator(text, variables, keep_unknown).run()


class _Evaluator:
    """Reads and evaluates in one pass; ``_at`` is the next character."""

    __slots__ = ("_at", "_depth", "_keep", "_made", "_text", "_variables")

    def __init__(self, text: str, variables: Mapping[str, str], keep: bool) -> None:
        self._text = text
        self._variables = variables
        self._keep = keep
        self._at = 0
        self._depth = 0
        self._made = 0

    def run(self) -> str:
        pieces: list[str] = []
        while self._at < len(self._text):
            found = self._text.find("$", self._at)
            if found < 0:
                break
            pieces.append(self._text[self._at : found])
            self._at = found + 1
            following = self._peek()
            if following == "{":
                self._at += 1
                pieces.append(self._counted(self._expression()))
            else:
                pieces.append("$")
                self._at += following == "$"
        pieces.append(self._text[self._at :])
        return "".join(pieces)

    def _counted(self, value: str) -> str:
        self._made += len(value)
        if self._made > MAX_CHARACTERS:
            raise SubstitutionError(f"the variables make more than {MAX_CHARACTERS:,} characters of this text")
        return value

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _expression(self) -> str:
        """What follows ``${``, with its closing brace."""
        start = self._at - 2
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise SubstitutionError(f"expressions are nested more than {MAX_DEPTH} levels deep")
        length = self._peek() == "#"
        self._at += length
        name = self._name()
        operator, arguments = ("#", []) if length else self._operation()
        if self._peek() != "}":
            raise SubstitutionError(f"the expression on {name} is none that Flux reads, or its brace is not closed")
        self._at += 1
        self._depth -= 1
        if self._keep and name not in self._variables:
            return self._text[start : self._at]
        return _apply(operator, self._variables.get(name, ""), arguments)

    def _name(self) -> str:
        start = self._at
        while self._at < len(self._text) and (self._text[self._at] == "_" or _is_word(self._text[self._at])):
            self._at += 1
        if self._at == start:
            raise SubstitutionError("a ${ is not followed by the name of a variable; write $${ for the characters")
        return self._text[start : self._at]

    def _operation(self) -> tuple[str, list[str]]:
        sign = self._peek()
        if sign == ":":
            if self._text[self._at + 1 : self._at + 2] in ("=", "-", "?", "+"):
                return self._take(2), self._words()
            return self._take(1), self._range()
        if sign == "=":
            return self._take(1), self._words()
        if sign in (",", "^") and sign:
            return self._run(",^"), []
        if sign in ("#", "%") and sign:
            return self._run(sign), [self._parameter(lambda char: char == "}")]
        if sign == "/":
            second = self._text[self._at + 1 : self._at + 2]
            return self._take(2 if second in ("/", "#", "%") and second else 1), self._replacement()
        return "", []

    def _take(self, count: int) -> str:
        self._at += count
        return self._text[self._at - count : self._at]

    def _run(self, signs: str) -> str:
        """One or two of ``signs``."""
        following = self._text[self._at + 1 : self._at + 2]
        return self._take(2 if following and following in signs else 1)

    def _words(self) -> list[str]:
        words: list[str] = []
        while self._peek() != "}":
            words.append(self._parameter(lambda char: char == "}"))
        return words

    def _range(self) -> list[str]:
        first = self._parameter(lambda char: char in ":}")
        if self._peek() != ":":
            return [first]
        while self._peek() == ":":
            self._at += 1
        return [first, self._parameter(lambda char: char == "}")]

    def _replacement(self) -> list[str]:
        pattern = "" if self._peek() == "/" else self._parameter(lambda char: char == "/", escapes=True)
        if self._peek() != "/":
            raise SubstitutionError("a ${NAME/pattern/word} has no second slash")
        while self._peek() == "/":
            self._at += 1
        if self._peek() == "}":
            return [pattern]
        return [pattern, self._parameter(lambda char: char == "}", escapes=True)]

    def _parameter(self, ends: Callable[[str], bool], *, escapes: bool = False) -> str:
        """One nested expression, or the text up to one, or up to a character that ends it; never empty."""
        if self._text.startswith("${", self._at):
            self._at += 2
            return self._expression()
        pieces: list[str] = []
        while (char := self._peek()) and not self._text.startswith("${", self._at):
            if escapes and self._text[self._at : self._at + 2] in ("$$", "\\/", "\\\\"):
                self._at += 1
                char = self._peek()
            elif ends(char):
                break
            pieces.append(char)
            self._at += 1
        if not pieces:
            raise SubstitutionError("an expression ends where a word should stand")
        return "".join(pieces)


def _is_word(char: str) -> bool:
    return char.isalpha() or char.isdecimal()


def _apply(operator: str, value: str, arguments: list[str]) -> str:
    match operator:
        case "#" if not arguments:
            return str(len(value.encode("utf-8", "surrogateescape")))
        case ",":
            return value[:1].lower() + value[1:]
        case ",,":
            return value.lower()
        case "^":
            return value[:1].upper() + value[1:]
        case "^^":
            return value.upper()
        case ":":
            return _part(value, arguments)
        case "#" | "##" | "%" | "%%":
            return _trimmed(operator, value, arguments[0])
        case "/" | "//":
            return value.replace(arguments[0], (arguments[1:] or [""])[0], -1 if operator == "//" else 1)
        case "/#" | "/%":
            return _replaced_end(operator, value, arguments)
    return value or "".join(arguments)


def _part(value: str, arguments: list[str]) -> str:
    data = value.encode("utf-8", "surrogateescape")
    try:
        numbers = [_go_int(argument) for argument in arguments]
    except ValueError:
        return value
    start = numbers[0] if numbers[0] >= 0 else max(len(data) + numbers[0], 0)
    end = len(data)
    if len(numbers) > 1:
        end = start + numbers[1] if numbers[1] >= 0 else max(len(data) + numbers[1], start)
    return data[start:end].decode("utf-8", "replace")


def _go_int(text: str) -> int:
    """A number as Go's ``strconv.Atoi`` reads it: no blanks, no underscores."""
    if not text.removeprefix("-").removeprefix("+").isascii() or not text.lstrip("+-").isdecimal():
        raise ValueError(text)
    return int(text)


def _replaced_end(operator: str, value: str, arguments: list[str]) -> str:
    if len(arguments) != 2:
        return value
    old, new = arguments
    if operator == "/#":
        return new + value.removeprefix(old) if value.startswith(old) else value
    return value.removesuffix(old) + new if value.endswith(old) else value


def _trimmed(operator: str, value: str, pattern: str) -> str:
    """``value`` without the shortest or longest beginning or end that fits a pattern of ``*``, ``?`` and ``[...]``."""
    if len(value) > MAX_TRIMMED or len(pattern) > MAX_TRIMMED:
        raise SubstitutionError(f"a value of more than {MAX_TRIMMED:,} characters is to be trimmed by a pattern")
    pattern = pattern.replace("[^", "[!")
    suffix = operator[0] == "%"
    lengths = range(1, len(value) + 1)
    for count in lengths if len(operator) == 1 else reversed(lengths):
        part = value[len(value) - count :] if suffix else value[:count]
        if fnmatchcase(part, pattern):
            return value[: len(value) - count] if suffix else value[count:]
    return value
