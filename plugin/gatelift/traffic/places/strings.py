"""Strings that a regular expression matches: a few, short, the same every time.

Every part is walked once and gives a handful of variants: each branch, the fewest repetitions and one more, the first
characters of a set. What cannot be made so (look-around, back-references, conditions) is left out of the string, and
whoever asks checks the strings against the expression; none may be left.
"""

from __future__ import annotations

import itertools
import re._constants as codes  # type: ignore[import-not-found] # the parse tree is public in no other way
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from gatelift.traffic.places.regular import member, parsed, takes

_MOST = 24
_LONGEST = 2000
"""No longer string is made: repetitions within repetitions grow without end, and no proxy takes a longer path."""
_PREFERRED = "az09AZ-_./ "


def strings(pattern: str, count: int = 4, *, whole: bool = True) -> tuple[str, ...]:
    """At most ``count`` strings that ``pattern`` matches, from the start, and to the end where ``whole``.

    Empty where the expression cannot be read or nothing that it matches was found.
    """
    tree = parsed(pattern)
    try:
        made = iter(_sequence(list(tree))) if tree is not None else iter(())
    except RecursionError:
        return ()
    made = (text for text in made if takes(pattern, text, whole=whole))
    return tuple(itertools.islice(dict.fromkeys(itertools.islice(made, _MOST)), count))


def _sequence(items: Sequence[Any]) -> list[str]:
    """Variants of parts that follow each other: each part varies while the others keep their first form."""
    parts = [list(dict.fromkeys(_variants(item))) or [""] for item in items]
    found = ["".join(part[0] for part in parts)]
    others = ((index, other) for index, part in enumerate(parts) for other in part[1:])
    for index, other in itertools.islice(others, _MOST - 1):
        found.append("".join(other if place == index else each[0] for place, each in enumerate(parts)))
    return [text for text in found if len(text) <= _LONGEST]


def _variants(item: tuple[Any, Any]) -> Iterator[str]:
    code, value = item
    if code is codes.LITERAL:
        yield chr(value)
    elif code is codes.NOT_LITERAL:
        yield from itertools.islice((char for char in _PREFERRED if ord(char) != value), 2)
    elif code is codes.ANY:
        yield from "a/"
    elif code is codes.IN:
        yield from itertools.islice(_members(value), 3)
    elif code is codes.BRANCH:
        yield from itertools.chain.from_iterable(_sequence(list(branch)) for branch in value[1])
    elif code is codes.SUBPATTERN:
        yield from _sequence(list(value[3]))
    elif code is codes.ATOMIC_GROUP:
        yield from _sequence(list(value))
    elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        yield from _repeated(*value)
    else:
        # Anchors and look-around stand for no character.
        yield ""


def _repeated(least: int, most: Any, inner: Iterable[Any]) -> Iterator[str]:
    variants = _sequence(list(inner))
    least = min(int(least), _MOST)
    more = least + 1 if int(most) > least else least
    for count in dict.fromkeys((max(least, min(1, int(most))), more, least)):
        yield from (text * count for text in variants[:4] if len(text) * count <= _LONGEST)


def _members(items: Sequence[Any]) -> Iterator[str]:
    negated = bool(items) and items[0][0] is codes.NEGATE
    if not negated:
        for code, value in items:
            if code is codes.LITERAL:
                yield chr(value)
            elif code is codes.RANGE:
                yield chr(value[0])
                yield chr(value[1])
    for char in _PREFERRED:
        if member(items, char):
            yield char
