"""Writing new documents as ``kubectl`` and ``kustomize`` print them.

Block style, two spaces, list items at their key's column, or two further where a file's own style asks for that. A
string is quoted exactly where YAML 1.1 (PyYAML), go-yaml v2 or v3 would otherwise read something else, and in the
quotes that go-yaml chooses: double where the plain text would be another type, single where it would be other syntax.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from math import isfinite

# Beyond this a value contains itself, or is none that Kubernetes takes.
_MAX_DEPTH = 250
# libyaml and go-yaml give up on finding the ':' of a key after 1,024 characters.
_MAX_SIMPLE_KEY = 1000

# YAML 1.1 knows y, yes, on and their like in any case (https://yaml.org/type/bool.html).
_WORDS = frozenset(
    word
    for lower in ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "~")
    for word in (lower, lower.upper(), lower.capitalize())
) | {"", "=", "<<"}
# Everything that some reader takes for a number or a date.
_NUMBER = re.compile(
    r"[-+]?(?:(?=[_.]*[0-9])[0-9_]*\.?[0-9_]*(?:[eE][-+]?[0-9_]+)?"
    r"|0[bBoOxX][0-9a-fA-F_]*"
    r"|[0-9][0-9_]*(?::[0-9_.]+)+"
    r"|\.(?:inf|Inf|INF|nan|NaN|NAN))"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?"
)
_NUMBER_STARTS = frozenset("0123456789+-._")
# U+0085, U+2028 and U+2029 break lines, U+FEFF marks byte order; the rest is what YAML allows.
_CHARACTERS = "\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
_PLAIN = re.compile(
    rf"(?=[{_CHARACTERS}])(?!\.\.\.)"
    r"(?:[A-Za-z0-9/._()+^$;<=~\\\xa1-\U0010ffff]|--?(?=[A-Za-z0-9]))"
    rf"(?:(?![:#])[{_CHARACTERS}]|:(?![ ]|\Z)|(?<! )#)*(?<! )"
)
_UNPRINTABLE = re.compile(f"[^{_CHARACTERS}]")
_LITERAL = re.compile(f"(?![ \t\n])[{_CHARACTERS}\t\n]*")
_ESCAPED = re.compile(rf"""["\\]|[^{_CHARACTERS}]""")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", "\x1b": "\\e", "\b": "\\b"}


def dump(value: Mapping[str, object], *, deep: bool = False) -> str:
    """One document, without ``---``: keys in the given order, a final newline, ``{}`` for an empty mapping.

    ``deep``: whether the items of a list stand further in than its key, as many editors write them.
    Values are str, int, float, bool, None, and mappings, lists and tuples of those. Raises ``TypeError`` for any other
    value or a key that is no str, ``ValueError`` for what JSON cannot hold: infinities, NaN, integers beyond 64 bits,
    halves of surrogate pairs, values that contain themselves.
    """
    if not value:
        return "{}\n"
    out: list[str] = []
    _mapping(out, value, "", "", 0, "  " if deep else "")
    return "".join(out)


def _mapping(out: list[str], value: Mapping[str, object], lead: str, pad: str, depth: int, inner: str) -> None:
    """Writes entries: the first after ``lead``, which may hold list dashes, the others after ``pad``.

    ``inner``: how much further in than their key the items of a list stand.
    """
    if depth > _MAX_DEPTH:
        raise ValueError(f"values nested more than {_MAX_DEPTH} levels deep")
    for name, item in value.items():
        if not isinstance(name, str):
            raise TypeError(f"the key {name!r} is not a string")
        key = _key(name)
        out.append(f"{lead}{key}:" if len(key) <= _MAX_SIMPLE_KEY else f"{lead}? {key}\n{pad}:")
        lead = pad
        if type(item) is str and "\n" not in item:
            out.append(f" {_string(item)}\n")
        elif isinstance(item, Mapping) and item:
            out.append("\n")
            _mapping(out, item, f"{pad}  ", f"{pad}  ", depth + 1, inner)
        elif isinstance(item, list | tuple) and item:
            out.append("\n")
            _sequence(out, item, f"{pad}{inner}", f"{pad}{inner}", depth + 1, inner)
        else:
            out.append(f" {_leaf(item, f'{pad}  ')}\n")


def _sequence(
    out: list[str], value: list[object] | tuple[object, ...], lead: str, pad: str, depth: int, inner: str
) -> None:
    if depth > _MAX_DEPTH:
        raise ValueError(f"values nested more than {_MAX_DEPTH} levels deep")
    for item in value:
        if isinstance(item, Mapping) and item:
            _mapping(out, item, f"{lead}- ", f"{pad}  ", depth + 1, inner)
        elif isinstance(item, list | tuple) and item:
            _sequence(out, item, f"{lead}- ", f"{pad}  ", depth + 1, inner)
        else:
            out.append(f"{lead}- {_leaf(item, f'{pad}  ')}\n")
        lead = pad


def _leaf(value: object, pad: str) -> str:
    """A value on the line of its key or dash; ``pad`` indents the lines of a block scalar."""
    if isinstance(value, str):
        return _block(value, pad) if "\n" in value else _string(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if not -(2**63) <= value < 2**64:
            raise ValueError(f"an integer of {value.bit_length()} bits does not fit 64")
        return str(int(value))
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list | tuple):
        return "[]"
    raise TypeError(f"a value of the type {type(value).__name__} cannot be written as YAML")


def _float(value: float) -> str:
    if not isfinite(value):
        raise ValueError(f"{value} is not a JSON number")
    text = repr(float(value))
    # YAML 1.1 takes 1e+22 for a string: its floats have a point.
    return text if "." in text else text.replace("e", ".0e")


def _block(text: str, pad: str) -> str:
    """A text of several lines: a literal block where no reader could misjudge its indentation, else double quotes."""
    if not _LITERAL.fullmatch(text):
        return _double(text)
    body = text.rstrip("\n")
    kept = len(text) - len(body)
    sign = "-" if not kept else "" if kept == 1 else "+"
    lines = [f"{pad}{line}" if line else "" for line in body.split("\n")]
    return f"|{sign}\n" + "\n".join(lines) + "\n" * max(kept - 1, 0)


def _key(text: str) -> str:
    return _double(text) if "\n" in text else _string(text)


# Keys, kinds, paths and host names come again and again; long texts do not, and are not worth their memory.
def _string(text: str) -> str:
    return _short_string(text) if len(text) <= 64 else _quoted(text)


@lru_cache(maxsize=4096)
def _short_string(text: str) -> str:
    return _quoted(text)


def _quoted(text: str) -> str:
    if text in _WORDS or (text[0] in _NUMBER_STARTS and _NUMBER.fullmatch(text)):
        return _double(text)
    if _PLAIN.fullmatch(text):
        return text
    if _UNPRINTABLE.search(text):
        return _double(text)
    return "'" + text.replace("'", "''") + "'"


def _double(text: str) -> str:
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    sign = found[0]
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    code = ord(sign)
    if 0xD800 <= code <= 0xDFFF:
        raise ValueError(f"U+{code:04X} is half of a surrogate pair")
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
