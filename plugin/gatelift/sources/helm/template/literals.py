"""Literals as Go's ``strconv`` reads them: what the parser of templates accepts as a string, a character or a number.

Source of the rules: https://github.com/golang/go/blob/go1.26.0/src/strconv/quote.go (``Unquote``, ``UnquoteChar``), and
``newNumber`` in https://github.com/golang/go/blob/go1.26.0/src/text/template/parse/node.go.
"""

from __future__ import annotations

import re
from math import isinf

_SIMPLE = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92}
_HEX = {"x": 2, "u": 4, "U": 8}
_ESCAPE = re.compile(r"\\(?:([abfnrtv\\'\"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))")

# Underscores stand between digits, or between a prefix of the base and a digit.
_INTEGER = re.compile(
    r"[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)"
)
_DIGITS = r"[0-9](?:_?[0-9])*"
_DECIMAL_FLOAT = re.compile(rf"[+-]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?")
_HEX_DIGITS = r"[0-9a-fA-F](?:_?[0-9a-fA-F])*"
_HEX_FLOAT = re.compile(rf"[+-]?0[xX]_?(?:{_HEX_DIGITS}(?:\.(?:{_HEX_DIGITS})?)?|\.{_HEX_DIGITS})[pP][+-]?{_DIGITS}")
_COMPLEX = re.compile(r"([+-]?[^+-]+(?:(?<=[eEpP])[+-][^+-]+)?)([+-][^+-]+(?:(?<=[eEpP])[+-][^+-]+)?)i")


def unquote(text: str) -> str | None:
    """The value of a quoted or backquoted string; None where an escape is not one of Go's.

    Bytes that are not UTF-8, which ``\\x`` can make, come back as U+FFFD.
    """
    if text[0] == "`":
        return text[1:-1].replace("\r", "")
    data = _bytes(text[1:-1], '"')
    return None if data is None else data.decode("utf-8", errors="replace")


def character(text: str) -> bool:
    """Whether a character constant, with its quotes, holds exactly one character."""
    inside = text[1:-1]
    found = _ESCAPE.fullmatch(inside) if inside.startswith("\\") else None
    if found is None:
        return len(inside) == 1 and inside not in ("\\", "'")
    return _escaped(found, "'") is not None


def number(text: str) -> bool:
    """Whether Go takes a number: an integer of 64 bits, a finite float, or an imaginary one."""
    if text[-1:] == "i" and _float(text[:-1]):
        return True
    if _INTEGER.fullmatch(text):
        return _fits(text)
    # A number that is too large for an integer is not taken for a float unless it is written as one.
    return any(sign in text for sign in ".eEpP") and _float(text)


def complex_number(text: str) -> bool:
    """Whether Go takes a sum of a real and an imaginary number, such as ``1+2i``."""
    found = _COMPLEX.fullmatch(text)
    return found is not None and _float(found[1]) and _float(found[2])


def _bytes(inside: str, quote: str) -> bytes | None:
    pieces: list[bytes] = []
    at = 0
    while at < len(inside):
        if inside[at] != "\\":
            end = inside.find("\\", at)
            end = len(inside) if end < 0 else end
            pieces.append(inside[at:end].encode("utf-8", errors="surrogatepass"))
            at = end
            continue
        found = _ESCAPE.match(inside, at)
        data = _escaped(found, quote) if found else None
        if found is None or data is None:
            return None
        pieces.append(data)
        at = found.end()
    return b"".join(pieces)


def _escaped(found: re.Match[str], quote: str) -> bytes | None:
    sign, byte, short, long, octal = found.groups()
    if sign is not None:
        if sign in "'\"":
            return sign.encode() if sign == quote else None
        return bytes((_SIMPLE[sign],))
    if byte is not None or octal is not None:
        value = int(byte, 16) if octal is None else int(octal, 8)
        return bytes((value,)) if value < 256 else None
    value = int(short or long, 16)
    if value > 0x10FFFF or 0xD800 <= value <= 0xDFFF:
        return None
    return chr(value).encode()


def _fits(text: str) -> bool:
    digits = text.replace("_", "")
    sign = digits[0] if digits[0] in "+-" else ""
    bare = digits[len(sign) :]
    octal = len(bare) > 1 and bare[0] == "0" and bare[1].isdigit()
    if len(bare) > 70:
        return False
    value = int(bare, 8 if octal else 0)
    # Unsigned numbers take no sign in Go, not even a plus; -0 is written with one.
    return value <= 2**63 if sign == "-" else value < (2**63 if sign else 2**64)


def _float(text: str) -> bool:
    bare = text.replace("_", "")
    if _DECIMAL_FLOAT.fullmatch(text):
        return not isinf(float(bare))
    if not _HEX_FLOAT.fullmatch(text):
        return False
    try:
        float.fromhex(bare)
    except OverflowError:
        return False
    return True
