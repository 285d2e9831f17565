"""Regular expressions as nodes of a machine, from the parse tree of Python's own reader.

What nginx (PCRE) and Envoy (RE2) read alike is read; what is not regular (back-references, what gives nothing back),
what looks around, and what one of the readers takes for something else is ``Undecided``, with the reason.
"""

from __future__ import annotations

import re
import re._constants as codes  # type: ignore[import-not-found] # the parse tree is public in no other way
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gatelift.proof.symbolic.automata.alphabet import BYTES, any_case, signs
from gatelift.proof.symbolic.automata.machine import Machine
from gatelift.proof.symbolic.model import Undecided
from gatelift.traffic.places.regular import LONGEST, by_re2, parsed

MOST_REPEATED = 1000
"""RE2 takes no larger number of repetitions; each is a copy of nodes here."""
_TOKENS = re.compile(
    r"(?P<escape>\\(?:[^A-Za-z]|[dDsSwWAZzbBtnrfa]|x[0-9A-Fa-f]{2}))"
    r"|(?P<set>\[\^?\]?(?:\\.|[^]\\])*\])"
    r"|(?P<named>\(\?<(?=[A-Za-z_]))"
    r"|(?P<repeated>\{\d+(?:,\d*)?\})"
    r"|(?P<strange>\\|\(\*|\(\?[aiLmsux-]*[auLx]|\{[\s\d,]+\})"
    r"|.",
    re.DOTALL,
)
_STRANGE_SET = re.compile(r"\[[:.=]|--|&&|~~|\|\||\\(?![^A-Za-z]|[dDsSwWbtnrfa]|x[0-9A-Fa-f]{2})")
"""POSIX classes, operators between sets, and escapes (as beside sets): the readers take them differently, or not."""
_WITHOUT_LINE_BREAK = BYTES & ~signs("\n")
_SAID: Mapping[Any, str] = {
    codes.GROUPREF: "it refers back to what a group took",
    codes.GROUPREF_EXISTS: "it refers back to what a group took",
    codes.ASSERT: "it looks around",
    codes.ASSERT_NOT: "it looks around",
    codes.ATOMIC_GROUP: "what it took it never gives back",
    codes.POSSESSIVE_REPEAT: "what it took it never gives back",
}


class Reader:
    """Writes an expression into a machine, from its end to its beginning."""

    def __init__(self, machine: Machine, *, case_matters: bool) -> None:
        self._machine = machine
        self._fold = not case_matters
        self._dot = _WITHOUT_LINE_BREAK

    def expression(self, pattern: str, *, whole: bool, sent: bool) -> int:
        """The node where ``pattern`` begins; it takes a text to its end, or (not ``whole``) as far as it likes.

        ``sent``: it is RE2 that reads it, and a text as it is sent. Raises ``Undecided``.
        """
        tree = _tree(pattern, sent)
        flags = tree.state.flags
        self._fold = self._fold or bool(flags & re.IGNORECASE)
        self._dot = BYTES if flags & re.DOTALL else self._dot
        try:
            items, open_end = _without_rest(list(tree))
            end = self._machine.ever() if open_end or not whole else self._machine.end(self._machine.fits())
            return self._sequence(items, end)
        except RecursionError:
            raise Undecided(f"the expression {shortened(pattern)} is nested too deep") from None
        except _NotRegularError as error:
            raise Undecided(f"the expression {shortened(pattern)} is not decided: {error}") from None

    def _sequence(self, items: Iterable[Any], following: int) -> int:
        backwards = list(items)[::-1]
        self._machine.work.more(1 + len(backwards))
        for code, value in backwards:
            following = self._one(code, value, following)
        return following

    def _one(self, code: Any, value: Any, following: int) -> int:
        machine = self._machine
        if code in _CHARACTERS:
            return machine.sign(self._mask(code, value), following)
        if code is codes.AT:
            return self._anchor(value, following)
        if code is codes.SUBPATTERN:
            return self._group(value, following)
        if code is codes.BRANCH:
            return machine.either(*(self._sequence(branch, following) for branch in value[1]))
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            return self._repeated(int(value[0]), value[1], value[2], following)
        raise _NotRegularError(_SAID.get(code, "it has something that is not read here"))

    def _anchor(self, where: Any, following: int) -> int:
        if where in (codes.AT_BEGINNING, codes.AT_BEGINNING_STRING):
            return self._machine.begin(following)
        if where in (codes.AT_END, codes.AT_END_STRING):
            return self._machine.end(following)
        raise _NotRegularError("it asks for the edge of a word")

    def _group(self, value: Any, following: int) -> int:
        _, more, fewer, items = value
        fold, dot = self._fold, self._dot
        self._fold = (fold or bool(more & re.IGNORECASE)) and not fewer & re.IGNORECASE
        if (more | fewer) & re.DOTALL:
            self._dot = BYTES if more & re.DOTALL else _WITHOUT_LINE_BREAK
        try:
            return self._sequence(items, following)
        finally:
            self._fold, self._dot = fold, dot

    def _repeated(self, least: int, most: Any, items: Sequence[Any], following: int) -> int:
        if least > MOST_REPEATED or (most is not codes.MAXREPEAT and int(most) > MOST_REPEATED):
            raise _NotRegularError(f"it repeats something more than {MOST_REPEATED} times")
        if most is codes.MAXREPEAT:
            again = self._machine.loop()
            self._machine.close(again, self._sequence(items, again), following)
            following = again
        else:
            end = following
            for _ in range(int(most) - least):
                following = self._machine.either(self._sequence(items, following), end)
        for _ in range(least):
            following = self._sequence(items, following)
        return following

    def _mask(self, code: Any, value: Any) -> int:
        if code is codes.ANY:
            return self._dot
        if code is codes.IN:
            negated = bool(value) and value[0][0] is codes.NEGATE
            made = self._folded(_set(value[1:] if negated else value))
            return BYTES & ~made if negated else made
        made = self._folded(1 << value)
        return BYTES & ~made if code is codes.NOT_LITERAL else made

    def _folded(self, mask: int) -> int:
        return any_case(mask) if self._fold else mask


class _NotRegularError(Exception):
    """What of an expression is not read."""


def shortened(pattern: str) -> str:
    """An expression for people: as it is printed, and not all of a long one."""
    return ascii(pattern if len(pattern) <= 80 else f"{pattern[:77]}...")


def octets(text: str) -> bytes:
    """A text of a manifest as it stands in a configuration. Raises ``Undecided``."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise Undecided(f"{shortened(text)} is no text that anybody can send") from None


def _tree(pattern: str, sent: bool) -> Any:
    if len(pattern) > LONGEST:
        raise Undecided(f"the expression {shortened(pattern)} is longer than {LONGEST} characters")
    # Bytes, as nginx has them: a character beyond ASCII is several. Of RE2 it is one.
    plain = octets(pattern).decode("latin-1")
    if sent and not pattern.isascii():
        raise Undecided(f"the expression {shortened(pattern)} has characters that no path is sent with")
    tree = parsed("".join(_as_python(token, pattern) for token in _TOKENS.finditer(plain)))
    if tree is None or (sent and by_re2(pattern) is None):
        raise Undecided(f"the expression {shortened(pattern)} cannot be read")
    return tree


def _as_python(token: re.Match[str], pattern: str) -> str:
    if token["strange"] or (token["set"] and _STRANGE_SET.search(token[0])):
        raise Undecided(f"the expression {shortened(pattern)} has something that not all read alike")
    return "(?P<" if token["named"] else token[0]


def _without_rest(items: list[Any]) -> tuple[list[Any], bool]:
    """Items without a ``.*`` at their end, which takes whatever follows: no text here has a line break."""
    bare = items
    while bare and bare[-1][0] is codes.AT and bare[-1][1] is codes.AT_END:
        bare = bare[:-1]
    if bare and bare[-1][0] is codes.MAX_REPEAT:
        least, most, repeated = bare[-1][1]
        if least == 0 and most is codes.MAXREPEAT and [code for code, _ in repeated] == [codes.ANY]:
            return bare[:-1], True
    return items, False


def _set(items: Iterable[tuple[Any, Any]]) -> int:
    made = 0
    for code, value in items:
        if code is codes.LITERAL:
            made |= 1 << value
        elif code is codes.RANGE:
            made |= (1 << (value[1] + 1)) - (1 << value[0])
        elif code is codes.CATEGORY:
            made |= _CATEGORIES[value]
    return made


_CHARACTERS = frozenset((codes.ANY, codes.LITERAL, codes.NOT_LITERAL, codes.IN))
_DIGITS = signs("0123456789")
_SPACES = signs(" \t\n\r\f\v")
_WORDS: int = _DIGITS | signs("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
_CATEGORIES: Mapping[Any, int] = {
    codes.CATEGORY_DIGIT: _DIGITS,
    codes.CATEGORY_NOT_DIGIT: BYTES & ~_DIGITS,
    codes.CATEGORY_SPACE: _SPACES,
    codes.CATEGORY_NOT_SPACE: BYTES & ~_SPACES,
    codes.CATEGORY_WORD: _WORDS,
    codes.CATEGORY_NOT_WORD: BYTES & ~_WORDS,
}
