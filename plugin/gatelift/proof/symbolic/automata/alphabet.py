"""What texts are made of, as sets of signs in the bits of a number: 256 as they are sent, 256 more as ``%XX``.

A path is written in one way: slashes are not doubled, no segment is ``.`` or ``..``, nothing is encoded that need not
be. nginx and Envoy clean paths up alike until that holds (T11); where they do not is told for every Ingress, and so is
what becomes of ``%2F`` and ``%5C``. ``encoded`` in a state says whether any sign so far was ``%XX``: nginx compares
what such a sign stands for, Envoy its three characters.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_OTHERS = "!$&'()*+,;=:@/"
SENT = 256
"""The bit of a sign that is sent as ``%XX`` is this much higher than that of the byte that it stands for."""


def signs(text: str | bytes | Iterable[int]) -> int:
    """The set of some characters or bytes."""
    made = 0
    for sign in text.encode("latin-1") if isinstance(text, str) else text:
        made |= 1 << sign
    return made


RAW = signs(_UNRESERVED + _OTHERS)
"""RFC 3986, 3.3: what may stand in a path as it is."""
ENCODED = signs(range(256)) & ~signs(_UNRESERVED) & ~signs("/\\\0\r\n")
EVERY = (1 << 512) - 1
BYTES = (1 << 256) - 1
PRINTED = signs(range(0x20, 0x7F))
LETTERS = signs("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), signs("abcdefghijklmnopqrstuvwxyz")
HEXADECIMAL = b"0123456789ABCDEF"
_SHOWN_FIRST = (
    LETTERS[1],
    signs("0123456789"),
    LETTERS[0],
    signs("-_"),
    signs("/"),
    signs(_UNRESERVED + _OTHERS),
    signs(" ") << SENT,
    signs(range(0xC3, 256)) << SENT,
)


def decoded(mask: int) -> int:
    """The signs of a path that stand for one of some bytes."""
    return (mask & RAW) | ((mask & ENCODED) << SENT)


def any_case(mask: int) -> int:
    """A set with both cases of its letters, as nginx and RE2 read ASCII."""
    upper, lower = LETTERS
    return mask | (mask & upper) << 32 | (mask & lower) >> 32


def shown(mask: int) -> int:
    """The sign of a set that people read most easily; the first of several."""
    chosen = next((mask & part for part in _SHOWN_FIRST if mask & part), mask)
    return (chosen & -chosen).bit_length() - 1


def spelled(sign: int) -> str:
    """A sign as it stands in a request."""
    return chr(sign) if sign < SENT else f"%{sign - SENT:02X}"


class Place(msgspec.Struct, frozen=True):
    """Where in a text a reader is: ``at`` is a step of a universe, ``encoded`` whether a ``%XX`` came before."""

    at: int = 0
    encoded: bool = False


class Universe(msgspec.Struct, frozen=True):
    """All texts there are: ``steps`` of a place lead on with some signs; a text may end at the ``ends``."""

    steps: tuple[tuple[tuple[int, int], ...], ...]
    ends: frozenset[int]

    def on(self, place: Place) -> Iterable[tuple[int, Place]]:
        """The sets of signs that may follow, and where they lead to."""
        for mask, to in self.steps[place.at]:
            if mask & BYTES:
                yield mask & BYTES, Place(to, place.encoded)
            if mask >> SENT:
                yield mask >> SENT << SENT, Place(to, True)


def _paths() -> Universe:
    slash, dot = signs("/"), signs(".")
    rest = (RAW & ~slash & ~dot) | ENCODED << SENT
    begin, after_slash, inside, one, two = range(5)
    steps: list[tuple[tuple[int, int], ...]] = [()] * 5
    steps[begin] = ((slash, after_slash),)
    steps[after_slash] = ((dot, one), (rest, inside))
    steps[inside] = ((slash, after_slash), (dot | rest, inside))
    steps[one] = ((dot, two), (rest, inside))
    steps[two] = ((dot | rest, inside),)
    return Universe(tuple(steps), frozenset((after_slash, inside)))


PATHS = _paths()
_BLANK = signs(" ")
VALUES = Universe(
    (((PRINTED & ~_BLANK, 1),), ((PRINTED & ~_BLANK, 1), (_BLANK, 2)), ((PRINTED & ~_BLANK, 1), (_BLANK, 2))),
    frozenset((1,)),
)
"""Values of headers: printed, not empty, without blanks around them."""


def _not_empty(some: int) -> Universe:
    return Universe((((some, 1),), ((some, 1),)), frozenset((1,)))


COOKIES = _not_empty(PRINTED & ~signs(' ",;\\'))
"""Values of cookies (RFC 6265, 4.1.1), but for empty ones."""
QUERIES = _not_empty(PRINTED)
"""Values of queries as they are meant; encoded, where that is needed, when they are sent."""


def origins(schemes: Iterable[str]) -> Universe:
    """Values of ``Origin`` as browsers write them, in small letters, of these schemes; ``null``, too.

    https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
    """
    steps: list[list[tuple[int, int]]] = [[]]
    ends = set()
    for text, open_end in (("null", False), *((f"{scheme}://", True) for scheme in sorted(set(schemes)))):
        at = 0
        for sign in text:
            to = next((there for mask, there in steps[at] if mask == signs(sign)), 0)
            if not to:
                to = len(steps)
                steps.append([])
                steps[at].append((signs(sign), to))
            at = to
        if open_end:
            inside = len(steps)
            steps[at].append((_OF_HOSTS, inside))
            steps.append([(_OF_HOSTS, inside)])
            at = inside
        ends.add(at)
    return Universe(tuple(map(tuple, steps)), frozenset(ends))


_OF_HOSTS = signs("abcdefghijklmnopqrstuvwxyz0123456789-._:[]")
