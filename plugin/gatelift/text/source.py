"""Decoding a file once: text without its byte order mark, and lines and columns from offsets."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

import msgspec

from gatelift.findings import Finding, InputError, Place, Severity

#: The characters that end a line for libyaml and go-yaml (https://yaml.org/spec/1.1/#id871136).
BREAKS = "\n\r\x85\u2028\u2029"

_BREAK = re.compile(f"\r\n|[{BREAKS}]")
_UTF8_BOM = b"\xef\xbb\xbf"
# The UTF-32 marks come first: the little-endian one begins with that of UTF-16.
_WIDE_BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32LE"),
    (b"\x00\x00\xfe\xff", "UTF-32BE"),
    (b"\xff\xfe", "UTF-16LE"),
    (b"\xfe\xff", "UTF-16BE"),
)
_ORDINARY = bytes([0x09, 0x0A, 0x0D, *range(0x20, 0x7F)])
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Source(msgspec.Struct, frozen=True):
    """One decoded input.

    ``path`` is what a person is shown (``-`` for standard input), ``text`` holds no byte order mark (``bom`` tells
    whether there was one) and keeps every line break as it was; ``newline`` is the break that most lines end with.
    """

    path: str
    text: str
    bom: bool = False
    newline: str = "\n"

    def encode(self, text: str) -> bytes:
        """The bytes of ``text`` as this file stores it: UTF-8, with the byte order mark if the file had one."""
        data = text.encode("utf-8")
        return _UTF8_BOM + data if self.bom else data

    def place(self, offset: int) -> Place:
        """The place of a character offset of ``text``."""
        return Place(self.path, *position(self.text, offset))

    def error(self, offset: int, code: str, message: str, fix: str) -> InputError:
        """An :class:`InputError` whose finding points at a character offset of ``text``."""
        return InputError(Finding(code, Severity.ERROR, message, fix, self.place(offset)))


def decode(path: str, data: bytes) -> Source:
    """Decode a file.

    Raises :class:`InputError` for anything but UTF-8 (``input/encoding``) and for characters that no YAML stream may
    hold (``input/control-character``; https://yaml.org/spec/1.2.2/#51-character-set).
    """
    for mark, name in _WIDE_BOMS:
        if data.startswith(mark):
            raise _unreadable(path, "input/encoding", f"This file is {name}, not UTF-8.", name)
    bom = data.startswith(_UTF8_BOM)
    body = data[len(_UTF8_BOM) :] if bom else data
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        offset = error.start + len(data) - len(body)
        message = f"The byte 0x{data[offset]:02x} at offset {offset} is not UTF-8."
        before = Source(path, body[: error.start].decode("utf-8"))
        place = before.place(len(before.text))
        raise _unreadable(path, "input/encoding", message, "ISO-8859-1", place) from None
    source = Source(path, text, bom, _majority_break(text))
    _refuse_control_characters(source, body)
    return source


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column of a character offset, both counted from 1; offsets past the end count as the end."""
    starts = _line_starts(text)
    offset = min(offset, len(text))
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


# Findings of one file come together, so the last few texts are all that is worth keeping.
@lru_cache(maxsize=4)
def _line_starts(text: str) -> list[int]:
    return [0, *(found.end() for found in _BREAK.finditer(text))]


def _majority_break(text: str) -> str:
    pairs = text.count("\r\n")
    return "\r\n" if pairs * 2 > text.count("\n") else "\n"


def _refuse_control_characters(source: Source, body: bytes) -> None:
    if not body.translate(None, _ORDINARY):
        return
    found = _FORBIDDEN.search(source.text)
    if found is None:
        return
    if found[0] == "\0" and body[:2].count(0) == 1:
        name = "UTF-16BE" if body[0] == 0 else "UTF-16LE"
        raise _unreadable(source.path, "input/encoding", f"This file looks like {name} without a mark.", name)
    raise source.error(
        found.start(),
        "input/control-character",
        f"YAML does not allow the character U+{ord(found[0]):04X}.",
        "Remove the character, or write it as an escape inside double quotes.",
    )


def _unreadable(path: str, code: str, message: str, encoding: str, place: Place | None = None) -> InputError:
    fix = f"Save the file as UTF-8, for example with: iconv -f {encoding} -t UTF-8 FILE (if {encoding} is what it is)."
    return InputError(Finding(code, Severity.ERROR, message, fix, place or Place(path)))
