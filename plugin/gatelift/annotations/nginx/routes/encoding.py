"""Paths that a client may write percent-encoded: nginx compares what they decode to, the gateway what was written.

Envoy's normalisation decodes the characters that RFC 3986 calls unreserved and leaves all others as the client wrote
them, so ``/%40admin`` is no ``/@admin`` there, and a shorter path takes it
(https://github.com/envoyproxy/envoy/pull/13701). An encoded slash is another matter: Envoy Gateway decodes it.

So is a path of slashes alone. nginx merges them to ``/``; Envoy keeps the first and the last, and ``//`` is no exact
``/`` (``mergeSlashes`` in source/common/http/path_utility.cc; seen in a replay).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from gatelift.intent.route import PathKind, PathMatch

_SAME = frozenset("-._~/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
"""What reaches the gateway's matching as itself, however the client wrote it."""
_WRITTEN = "%0123456789ABCDEF"
"""What an encoded character consists of."""
_ATOM = re.compile(
    r"(?P<group>\((?:\?(?:P?<\w+>|:))?|\)(?:[*+?]|\{\d+(?:,\d*)?\})?\??|[|^$])"
    r"|(?P<atom>\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|.)"
    r"(?P<count>(?:[*+?]|\{\d+(?:,\d*)?\})?)\??",
    re.DOTALL,
)
_ENDLESS = re.compile(r"[*+]|\{[01],\}")


ROOT = "/"


def settled(path: str, regex: bool, exact: bool = False) -> bool:
    """Whether ``path`` takes a request however the client wrote it; False where nobody can say.

    ``regex``: whether it is an expression, to which anything may be added, unless it is ``exact``.
    """
    if exact and path == ROOT:
        return False
    if not regex:
        return all(character in _SAME for character in path)
    return _settled(path)


def takes_encoded(other: PathMatch, path: str, regex: bool) -> bool:
    """Whether a route that matches ``other`` may take a request for ``path``, unsettled, that is written otherwise."""
    if other.kind is PathKind.EXACT:
        return False
    if other.kind is PathKind.REGEX:
        theirs = _beginning(re.sub(r"\A(?:\(\?i\))?\^?", "", other.value))
    else:
        theirs = f"{other.value.rstrip('/')}/".lower()
    if path == ROOT:
        return "//".startswith(theirs)
    if regex:
        mine = _beginning(path)
        return mine.startswith(theirs) or theirs.startswith(mine)
    last = max((at for at, character in enumerate(path) if character not in _SAME), default=0)
    return path[:last].lower().startswith(theirs)


@lru_cache(maxsize=4096)
def _settled(path: str) -> bool:
    position = 0
    while position < len(path):
        found = _ATOM.match(path, position)
        if found is None or not path.isascii() or (found["group"] == "(" and path.startswith("(?", position)):
            return False
        position = found.end()
        if found["atom"] and not _atom_settled(found["atom"], found["count"], last=position == len(path)):
            return False
    return True


def _atom_settled(atom: str, count: str, last: bool) -> bool:
    """Whether what ``atom`` takes, ``count`` times, may be encoded; after the ``last`` one anything may follow."""
    if (atom in _SAME and atom != ".") or (len(atom) == 2 and atom[0] == "\\" and atom[1] in "-._~/"):
        return True
    if len(atom) == 2 and atom[0] == "\\" and atom[1] not in "dDwWsS":
        return False
    taken = _taken(atom)
    if taken <= _SAME:
        return True
    # One character becomes three: they are taken where any number of them is, or where nothing more is asked.
    encoded = all(character in taken for character in _WRITTEN)
    return encoded and (bool(_ENDLESS.match(count)) or (last and count in ("", "?")))


@lru_cache(maxsize=1024)
def _taken(atom: str) -> frozenset[str]:
    """The characters of one byte that RE2 lets ``atom`` stand for."""
    import re2  # as in paths: only for regular expressions

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    try:
        compiled = re2.compile(atom, options)
    except re2.error:
        return frozenset("%")
    return frozenset(character for character in map(chr, range(256)) if compiled.fullmatch(character))


def _beginning(expression: str) -> str:
    """The characters with which everything begins that ``expression`` takes, in lower case."""
    return "".join(_plain(expression)).lower()


def _plain(expression: str) -> Iterator[str]:
    position = 0
    while found := _ATOM.match(expression, position):
        atom = found["atom"]
        if not atom or found["count"] or found["group"]:
            return
        if len(atom) == 2 and not atom[1].isalnum():
            yield atom[1]
        elif len(atom) == 1 and atom != ".":
            yield atom
        else:
            return
        position = found.end()
