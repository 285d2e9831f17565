"""The reader of HTTP/1.1 takes any bytes: it gives back a message, or says that there is none."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatelift.replay.wire.http1 import Broken, Head, body, head, message
from support.bounds import examples

TOKENS = st.text("abcXYZ019-_", min_size=1, max_size=12)
VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f\x85\xa0"), max_size=20)
PIECES = [
    b"HTTP/1.1 200 OK",
    b"\r\n",
    b"\n",
    b"Content-Length: 3",
    b"Transfer-Encoding: chunked",
    b"3\r\nabc",
    b"0",
    b"-1",
    b":",
]


def read(content: bytes, *, limit: int = 1 << 16) -> tuple[Head | None, bytes]:
    async def main() -> tuple[Head | None, bytes]:
        reader = asyncio.StreamReader(limit)
        reader.feed_data(content)
        reader.feed_eof()
        found = await head(reader)
        return found, await body(reader, found, until_closed=True) if found else b""

    return asyncio.run(asyncio.wait_for(main(), 5))


@given(first=TOKENS, headers=st.lists(st.tuples(TOKENS, VALUES), max_size=5), content=st.binary(max_size=50))
@examples(60)
def test_what_was_written_is_read_again(first: str, headers: list[tuple[str, str]], content: bytes) -> None:
    sized = [(f"X-{name}", value) for name, value in headers] + [("Content-Length", str(len(content)))]
    found, rest = read(message(first, sized, content))
    assert found == Head(first, tuple(sized))
    assert rest == content


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)), max_size=12).map(b"".join))
@examples(150)
def test_any_bytes_are_a_message_or_none(content: bytes) -> None:
    try:
        found, rest = read(content)
    except Broken:
        return
    assert found is not None or content == b""
    assert len(rest) <= len(content)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"HTTP/1.1 200", "within its head"),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "no colon"),
        (b"A\r\n" + b"X: " + b"y" * 5000 + b"\r\n\r\n", "too long"),
        (b"A\r\nContent-Length: 99999999999\r\n\r\n", "too long"),
        (b"A\r\nContent-Length: -5\r\n\r\n", "too long"),
        (b"A\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", "too long"),
        (b"A\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "no number"),
        (b"A\r\nContent-Length: 5\r\n\r\nab", "within its body"),
    ],
)
def test_why_there_is_no_message(content: bytes, why: str) -> None:
    with pytest.raises(Broken, match=why):
        read(content, limit=4096)


@pytest.mark.parametrize(
    ("text", "closes"),
    [
        (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nConnection: Close\r\n\r\n", True),
        (b"HTTP/1.0 200 OK\r\n\r\n", True),
        (b"GET / HTTP/1.0\r\n\r\n", True),
    ],
)
def test_whether_a_connection_goes_on(text: bytes, closes: bool) -> None:
    found, _ = read(text)
    assert found is not None
    assert found.closes is closes
