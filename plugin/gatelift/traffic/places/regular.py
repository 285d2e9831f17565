"""Whether a regular expression of a manifest takes a text: in bounded time, or not known.

RE2 answers in time that grows with the text alone. What it cannot read but PCRE, and so nginx, can (look-around,
repetitions by more than 1000) is walked here, as sets of positions: nothing is tried twice, and steps are counted.
``None`` is an answer: no caller may take it for a yes or for a no where that would hide something.
"""

from __future__ import annotations

import re
import re._constants as codes  # type: ignore[import-not-found] # the parse tree is public in no other way
import re._parser as parser  # type: ignore[import-not-found] # as above
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

LONGEST = 4096
"""No longer expression is read: nginx takes no longer word in its configuration (``NGX_CONF_BUFFER``)."""
_MEMORY = 1 << 20
_STEPS = 1_000_000
"""So many for one expression, over all texts: a second, at most."""
_Take = Callable[[str], bool]
_Positions = frozenset[int]
_NOWHERE: _Positions = frozenset()


class _Unknown(Exception):  # noqa: N818 - no fault of anybody's
    """It would take too long, or is nothing that is walked."""


def takes(pattern: str, text: str, *, any_case: bool = False, whole: bool = False) -> bool | None:
    """Whether ``pattern`` takes ``text``, from its start, and to its end where ``whole``; ``None``: not known."""
    compiled = _compiled(pattern, any_case, whole)
    if compiled is None:
        return None
    try:
        return compiled(text)
    except (_Unknown, UnicodeEncodeError, RecursionError):
        return None


def readable(pattern: str) -> bool:
    """Whether anything can be known about an expression."""
    return _compiled(pattern, False, False) is not None


def parsed(pattern: str) -> Any:
    """The parse tree of an expression; ``None`` where it cannot be read, or is too long."""
    if len(pattern) > LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            # Of what Python may read otherwise one day: `[[a]`.
            warnings.simplefilter("ignore", FutureWarning)
            return parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return None


@lru_cache(maxsize=4096)
def by_re2(pattern: str, any_case: bool = False) -> Any:
    """An expression as RE2 reads it; ``None`` where it does not."""
    import re2  # where no expression is met, the library is not loaded

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    options.case_sensitive = not any_case
    try:
        return re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError):
        return None


@lru_cache(maxsize=4096)
def _compiled(pattern: str, any_case: bool, whole: bool) -> _Take | None:
    if len(pattern) > LONGEST:
        return None
    return _linear(pattern, any_case, whole) or _walking(pattern, any_case, whole)


def _linear(pattern: str, any_case: bool, whole: bool) -> _Take | None:
    compiled = by_re2(pattern, any_case)
    if compiled is None:
        return None
    match = compiled.fullmatch if whole else compiled.match
    return lambda text: match(text) is not None


def _walking(pattern: str, any_case: bool, whole: bool) -> _Take | None:
    tree = parsed(pattern)
    if tree is None:
        return None
    walk = _Walk(any_case or bool(tree.state.flags & re.IGNORECASE))
    return lambda text: walk.takes(tree, text, whole)


class _Walk:
    """Which positions of a text an expression reaches. Its steps are counted over all texts."""

    def __init__(self, any_case: bool) -> None:
        self._any_case = any_case
        self._left = _STEPS
        self._text = ""

    def takes(self, tree: Iterable[Any], text: str, whole: bool) -> bool:
        """Raises ``_Unknown``."""
        if "\n" in text:
            # Where lines end, what `.`, `^` and `$` mean hangs on flags.
            raise _Unknown
        self._text = text
        found = self._sequence(tree, frozenset((0,)))
        return len(text) in found if whole else bool(found)

    def _sequence(self, items: Iterable[Any], starts: _Positions) -> _Positions:
        for code, value in items:
            self._left -= 1 + len(starts)
            if self._left < 0:
                raise _Unknown
            starts = self._one(code, value, starts)
            if not starts:
                return _NOWHERE
        return starts

    def _one(self, code: Any, value: Any, starts: _Positions) -> _Positions:
        if code in _CHARACTERS:
            end = len(self._text)
            return frozenset(at + 1 for at in starts if at < end and self._is(code, value, self._text[at]))
        if code is codes.AT:
            return frozenset(at for at in starts if self._stands(value, at))
        if code is codes.SUBPATTERN:
            return self._group(value, starts)
        if code is codes.BRANCH:
            return frozenset().union(*(self._sequence(branch, starts) for branch in value[1]))
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            return self._repeated(int(value[0]), value[1], value[2], starts)
        if code in (codes.ASSERT, codes.ASSERT_NOT):
            wanted = code is codes.ASSERT
            return frozenset(at for at in starts if self._looks(value, at) is wanted)
        # Back-references, conditions, and what gives nothing back: where it ends hangs on how it began.
        raise _Unknown

    def _group(self, value: Any, starts: _Positions) -> _Positions:
        _, more, fewer, items = value
        before = self._any_case
        self._any_case = (before or bool(more & re.IGNORECASE)) and not fewer & re.IGNORECASE
        try:
            return self._sequence(items, starts)
        finally:
            self._any_case = before

    def _repeated(self, least: int, most: Any, items: Iterable[Any], starts: _Positions) -> _Positions:
        for _ in range(least):
            after = self._sequence(items, starts)
            if after == starts:
                break
            starts = after
        found, new = starts, starts
        for _ in range(min(int(most) - least, len(self._text) + 1)):
            new = self._sequence(items, new) - found
            if not new:
                break
            found |= new
        return found

    def _looks(self, value: Any, at: int) -> bool:
        direction, items = value
        if direction > 0:
            return bool(self._sequence(items, frozenset((at,))))
        least, most = items.getwidth()
        if least != most:
            raise _Unknown
        return at >= least and at in self._sequence(items, frozenset((at - least,)))

    def _stands(self, where: Any, at: int) -> bool:
        if where in (codes.AT_BEGINNING, codes.AT_BEGINNING_STRING):
            return at == 0
        if where in (codes.AT_END, codes.AT_END_STRING):
            return at == len(self._text)
        beside = [
            bool(sign) and _is_word(sign) for sign in (self._text[at - 1 : at] if at else "", self._text[at:][:1])
        ]
        return (beside[0] is not beside[1]) is (where is codes.AT_BOUNDARY)

    def _is(self, code: Any, value: Any, sign: str) -> bool:
        if code is codes.ANY:
            return True
        signs = {sign, sign.lower(), sign.upper()} if self._any_case else {sign}
        if code is codes.LITERAL:
            return any(each in signs for each in _cases(chr(value), self._any_case))
        if code is codes.NOT_LITERAL:
            return not any(each in signs for each in _cases(chr(value), self._any_case))
        return any(member(value, each) for each in signs)


_CHARACTERS = frozenset((codes.ANY, codes.LITERAL, codes.NOT_LITERAL, codes.IN))


def _cases(sign: str, any_case: bool) -> Sequence[str]:
    return (sign, sign.lower(), sign.upper()) if any_case else (sign,)


def member(items: Sequence[Any], sign: str) -> bool:
    """Whether a set of the parse tree holds a character."""
    negated = bool(items) and items[0][0] is codes.NEGATE
    return any(_is_member(each, sign) for each in (items[1:] if negated else items)) is not negated


def _is_member(item: tuple[Any, Any], sign: str) -> bool:
    code, value = item
    if code is codes.LITERAL:
        return bool(ord(sign) == value)
    if code is codes.RANGE:
        return bool(value[0] <= ord(sign) <= value[1])
    if code is codes.CATEGORY:
        belongs = _CATEGORIES.get(value)
        return belongs is not None and belongs(sign)
    return False


def _is_digit(sign: str) -> bool:
    return sign.isascii() and sign.isdigit()


def _is_space(sign: str) -> bool:
    return sign in " \t\n\r\f\v"


def _is_word(sign: str) -> bool:
    return sign == "_" or (sign.isascii() and sign.isalnum())


# As PCRE reads them where nobody asks for Unicode: nginx does not, and neither does RE2.
_CATEGORIES: Mapping[Any, Callable[[str], bool]] = {
    codes.CATEGORY_DIGIT: _is_digit,
    codes.CATEGORY_NOT_DIGIT: lambda sign: not _is_digit(sign),
    codes.CATEGORY_SPACE: _is_space,
    codes.CATEGORY_NOT_SPACE: lambda sign: not _is_space(sign),
    codes.CATEGORY_WORD: _is_word,
    codes.CATEGORY_NOT_WORD: lambda sign: not _is_word(sign),
}
