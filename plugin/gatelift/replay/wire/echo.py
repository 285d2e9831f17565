"""The backends of a replay: each answers what it saw, as JSON.

What a request may ask of them, by headers that no proxy touches:
``X-Echo-Status: 503`` for that status, ``X-Echo-Header: NAME: VALUE`` (any number) for a header of the answer.
An upgrade is never taken: the request is answered as any other.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache

import msgspec

from gatelift.replay.backends import Backend
from gatelift.replay.certificates import Certificates
from gatelift.replay.side import Address
from gatelift.replay.wire.http1 import Head, body, head, message
from gatelift.replay.wire.server import Serve, Tls, serving
from gatelift.traffic.model import Seen

TYPE = "application/vnd.gatelift.echo+json"
SEEN = "X-Echo-Seen"
"""Bears what was seen where an answer has no body: HEAD, 204, 304."""
_WITHOUT_BODY = (204, 304)
_ADDRESS = "127.0.0.1"


@asynccontextmanager
async def echo(names: Iterable[Backend], certificates: Certificates) -> AsyncIterator[Mapping[str, Address]]:
    """``namespace/service:port`` -> where it answers: plain, and over TLS on the same port."""
    async with AsyncExitStack() as stack:
        found: dict[str, Address] = {}
        for name in names:
            server = serving(_ADDRESS, _serve(str(name)), _tls(name, certificates))
            found[str(name)] = await stack.enter_async_context(server)
        yield found


def seen(headers: Iterable[tuple[str, str]], content: bytes) -> Seen | None:
    """What an echo server says that it saw; ``None`` where somebody else answered."""
    named = {name.lower(): value for name, value in headers}
    try:
        if text := named.get(SEEN.lower()):
            return msgspec.json.decode(base64.b64decode(text), type=Seen)
        if named.get("content-type", "").startswith(TYPE):
            return msgspec.json.decode(content, type=Seen)
    except (ValueError, msgspec.DecodeError):
        return None
    return None


def _tls(name: Backend, certificates: Certificates) -> Tls:
    @cache
    def context() -> ssl.SSLContext:
        inside = f"{name.service}.{name.namespace}.svc"
        pem = certificates.of([name.service, f"{name.service}.{name.namespace}", inside, f"{inside}.cluster.local"])
        made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        made.load_cert_chain(pem.certificate_file, pem.key_file)
        return made

    return context


def _serve(name: str) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (asked := await head(reader)) is not None:
            if asked.get("expect").lower() == "100-continue":
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            await body(reader, asked)
            writer.write(_answer(name, asked))
            await writer.drain()
            if asked.closes:
                return

    return serve


def _answer(name: str, asked: Head) -> bytes:
    method, target, *_ = [*asked.first.split(" "), "", ""]
    headers = tuple((key.lower(), value) for key, value in asked.headers)
    content = msgspec.json.encode(Seen(backend=name, method=method, target=target, headers=headers))
    status = _status(asked.get("x-echo-status"))
    fields = [
        (key, value)
        for key, colon, value in (item.partition(": ") for item in asked.all("x-echo-header"))
        if colon and key
    ]
    if method == "HEAD" or status in _WITHOUT_BODY:
        fields.append((SEEN, base64.b64encode(content).decode()))
        length = len(content) if method == "HEAD" else 0
        content = b""
    else:
        length = len(content)
    fields += [("Content-Type", TYPE)] if status not in _WITHOUT_BODY else []
    fields += [("Content-Length", str(length))] if status not in _WITHOUT_BODY else []
    return message(f"HTTP/1.1 {status} Echo", fields, content)


def _status(text: str) -> int:
    return int(text) if text.isdecimal() and 200 <= int(text) <= 599 else 200
