"""Splitting a stream into documents without parsing it.

The rules for markers are those of https://yaml.org/spec/1.2.2/#91-documents: ``---`` and ``...`` at the first column,
followed by white space or the end of the line, always end what came before, even inside a block scalar.
"""

from __future__ import annotations

import json
import re
from typing import NoReturn

import msgspec

from gatelift.text.source import BREAKS, Source

_MARKER = re.compile(rf"(?:---|\.\.\.)(?<![^{BREAKS}](?:---|\.\.\.))(?=[ \t{BREAKS}]|\Z)")
_REST_OF_LINE = re.compile(rf"[^{BREAKS}]*(?:\r\n|[{BREAKS}]|\Z)")
_REST_IS_COMMENT = re.compile(rf"[ \t]*(?:(?<=[ \t])#[^{BREAKS}]*)?(?:\r\n|[{BREAKS}]|\Z)")
_SPACES = re.compile(r"[ \t]*")
_BLANK = re.compile(rf"(?:[ \t{BREAKS}]++|#[^{BREAKS}]*+)*+")
_PRELUDE = re.compile(rf"(?:[ \t{BREAKS}]++|[#%][^{BREAKS}]*+)*+")
_JSON_SPACE = re.compile(r"[ \t\r\n]*")


class Document(msgspec.Struct, frozen=True):
    """One document of a stream, as character offsets into ``Source.text``.

    ``start:end`` is the whole chunk with its markers, directives and the comments before its ``---``; the chunks of a
    stream, put together, are the text. ``body_start:body_end`` is what lies between the markers: it begins on the line
    after ``---``, or on the marker's own line if content follows there (``inline``), and ends before a ``...``.
    ``empty`` documents hold nothing but blanks and comments. ``json`` documents are values of a JSON stream: no marker
    stands between them.
    """

    source_path: str
    index: int
    start: int
    end: int
    body_start: int
    body_end: int
    empty: bool = False
    inline: bool = False
    json: bool = False

    def chunk(self, source: Source) -> str:
        """The whole chunk, markers included."""
        return source.text[self.start : self.end]

    def body(self, source: Source) -> str:
        """What lies between the markers."""
        return source.text[self.body_start : self.body_end]


def split(source: Source) -> tuple[Document, ...]:
    """The documents of a stream, in order; an empty text has none. Raises nothing: broken YAML still splits."""
    return _json_documents(source) or _yaml_documents(source)


def _yaml_documents(source: Source) -> tuple[Document, ...]:
    text = source.text
    found: list[Document] = []
    start = 0
    after_marker: int | None = None
    for marker in _MARKER.finditer(text):
        at = marker.start()
        if text[at] == ".":
            end = _end(_REST_OF_LINE, text, at)
            found.append(_document(source, len(found), (start, end), after_marker, at))
            start, after_marker = end, None
        elif after_marker is None and (at == start or _PRELUDE.fullmatch(text, start, at)):
            after_marker = marker.end()
        else:
            found.append(_document(source, len(found), (start, at), after_marker, at))
            start, after_marker = at, marker.end()
    if start < len(text):
        rest = _document(source, len(found), (start, len(text)), after_marker, len(text))
        if found and rest.empty and after_marker is None:
            # What follows the last "..." belongs to no document; keeping it with the last one invents none.
            found[-1] = msgspec.structs.replace(found[-1], end=len(text))
        else:
            found.append(rest)
    return tuple(found)


def _document(source: Source, index: int, chunk: tuple[int, int], after_marker: int | None, body_end: int) -> Document:
    text = source.text
    inline = False
    body_start = chunk[0]
    if after_marker is not None:
        comment = _REST_IS_COMMENT.match(text, after_marker, body_end)
        inline = comment is None
        body_start = comment.end() if comment else _end(_SPACES, text, after_marker)
    empty = _BLANK.fullmatch(text, body_start, body_end) is not None
    return Document(source.path, index, chunk[0], chunk[1], body_start, body_end, empty, inline)


def _json_documents(source: Source) -> tuple[Document, ...]:
    """The values of a JSON stream, which kubectl accepts without any marker; nothing if the text is not one."""
    text = source.text
    at = _end(_JSON_SPACE, text, 0)
    start = 0
    found: list[Document] = []
    while at < len(text):
        if text[at] not in "{[":
            return ()
        try:
            _, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return ()
        end = _end(_JSON_SPACE, text, end)
        found.append(Document(source.path, len(found), start, end, at, end, json=True))
        start = at = end
    return tuple(found)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


# Python reads NaN and Infinity, which JSON does not have; numbers stay text because only the extent matters here.
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=str, parse_float=str)
