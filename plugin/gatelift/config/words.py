"""Words for messages: untrusted text made safe to print, and the known word nearest to a wrong one."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 60
_COMPARED = 64  # difflib takes quadratic time, and a key may be as long as the file
_TELLING = 4


def quote(text: str) -> str:
    """``text`` in double quotes, cut after 60 characters, with everything that does not print as itself escaped.

    A terminal's escape sequences, line breaks and direction marks from a repository never reach a message.
    """
    cut = text[:LONGEST]
    shown = "".join(_safe(character) for character in cut)
    return f'"{shown}{"…" if len(text) > LONGEST else ""}"'


def _safe(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that ``word`` was probably meant to be, or None. Case, ``-`` and ``_`` do not count.

    ``cutoff`` is how alike the two have to be, from 0 to 1 (``difflib.SequenceMatcher.ratio``).
    """
    plain = {_plain(candidate): candidate for candidate in known}
    asked = _plain(word[:_COMPARED])
    if asked in plain:
        return plain[asked]
    # Somebody who writes nginx means ingress-nginx, which difflib finds less alike than f5-nginx.
    containing = [full for full in plain if asked in full] if len(asked) >= _TELLING else []
    if containing:
        return plain[containing[0]]
    import difflib

    found = difflib.get_close_matches(asked, plain, n=1, cutoff=cutoff)
    return plain[found[0]] if found else None


def _plain(word: str) -> str:
    return word.replace("-", "").replace("_", "").casefold()


def suggest(word: str, known: Iterable[str]) -> str:
    """A next step for a wrong word: the nearest known one, else all of them. Versions that look alike are not alike."""
    words = tuple(known)
    near = None if word[:1].isdigit() else nearest(word, words)
    if near is not None:
        return f"Did you mean {near}?"
    return f"Known: {', '.join(words)}." if words else ""


def flow(value: object) -> str:
    """``value`` (text, numbers, lists and mappings of our own examples) as one line of YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    plain = text[:1].isalpha() and all(c.isalnum() or c in "-_./" for c in text)
    return text if plain else f'"{text}"'


def kind_of(value: object) -> str:
    """What a value read from YAML is, in words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "something else"
