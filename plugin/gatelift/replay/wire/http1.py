"""HTTP/1.1 on asyncio streams, byte for byte: no library that cleans up targets, joins headers or follows redirects.

https://www.rfc-editor.org/rfc/rfc9112
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import msgspec

MOST_HEAD = 256 << 10
MOST_BODY = 64 << 20
_STEP = 1 << 16
Headers = tuple[tuple[str, str], ...]


class Broken(Exception):  # noqa: N818 - it says what the message is
    """What came is no HTTP/1.1 message, or ended in the middle of one."""


class Head(msgspec.Struct, frozen=True):
    """First line and headers of a message, in order, as they were sent (latin-1)."""

    first: str
    headers: Headers

    def get(self, name: str) -> str:
        """The first header of that name (in lower case), or nothing."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.headers if key.lower() == name)

    @property
    def closes(self) -> bool:
        """Whether no further message follows on this connection."""
        words = self.get("connection").lower()
        return "close" in words or (self.first.endswith("HTTP/1.0") or self.first.startswith("HTTP/1.0"))


async def head(reader: asyncio.StreamReader) -> Head | None:
    """The next head; ``None`` where the connection ended before it. Raises ``Broken``."""
    try:
        text = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise Broken("the message ends within its head") from None
        return None
    except asyncio.LimitOverrunError:
        raise Broken("the head is too long") from None
    first, *lines = text[:-4].decode("latin-1").split("\r\n")
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise Broken("a header has no colon")
        headers.append((name, value.strip(" \t")))
    return Head(first, tuple(headers))


async def body(reader: asyncio.StreamReader, of: Head, *, until_closed: bool = False) -> bytes:
    """The body that belongs to a head. Raises ``Broken``.

    ``until_closed``: without a length it goes on until the connection ends (a response's does, a request's never).
    """
    if "chunked" in of.get("transfer-encoding").lower():
        return await _chunked(reader)
    length = of.get("content-length")
    try:
        if length:
            return await reader.readexactly(_size(length, 10))
        return await _rest(reader) if until_closed else b""
    except asyncio.IncompleteReadError:
        raise Broken("the message ends within its body") from None


async def _rest(reader: asyncio.StreamReader) -> bytes:
    found = bytearray()
    while piece := await reader.read(_STEP):
        found += piece
        if len(found) > MOST_BODY:
            raise Broken("the body is too long")
    return bytes(found)


async def _chunked(reader: asyncio.StreamReader) -> bytes:
    found = bytearray()
    try:
        while size := _size((await reader.readline()).split(b";")[0].decode("latin-1").strip(), 16):
            if len(found) + size > MOST_BODY:
                raise Broken("the body is too long")
            found += await reader.readexactly(size)
            await reader.readline()
        while (await reader.readline()).strip():
            pass
    except asyncio.IncompleteReadError:
        raise Broken("the message ends within its body") from None
    return bytes(found)


def _size(text: str, base: int) -> int:
    try:
        size = int(text, base)
    except ValueError:
        raise Broken("a length is no number") from None
    if not 0 <= size <= MOST_BODY:
        raise Broken("the body is too long")
    return size


def message(first: str, headers: Iterable[tuple[str, str]], content: bytes = b"") -> bytes:
    """A message as it goes over the wire; nothing is added to what is given.

    Raises ``Broken`` where a line holds the end of a line: hosts and paths come from manifests, and one must not become
    a second request.
    """
    lines = [first, *(f"{name}: {value}" for name, value in headers)]
    if any(sign in line for line in lines for sign in "\r\n\0"):
        raise Broken("a line holds the end of a line")
    return b"".join(_encoded(line) + b"\r\n" for line in (*lines, "")) + content


def _encoded(line: str) -> bytes:
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode("utf-8", "surrogateescape")
