"""A server of our own on loopback: HTTP/1.1, and TLS on the same port where a certificate is given."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from gatelift.replay.programs.ports import listener
from gatelift.replay.side import Address
from gatelift.replay.wire.http1 import MOST_HEAD, Broken

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Tls = Callable[[], ssl.SSLContext]
"""Asked when the first handshake comes: most servers never see one, and certificates take time."""
_TLS_HANDSHAKE = b"\x16"


@asynccontextmanager
async def serving(host: str, serve: Serve, tls: Tls | None = None) -> AsyncIterator[Address]:
    """Hand every connection to ``serve``, until the context is left; then all are closed."""
    sock = listener(host)
    tasks: set[asyncio.Task[None]] = set()
    accepting = asyncio.create_task(_accept(sock, serve, tls, tasks))
    try:
        yield Address(*sock.getsockname())
    finally:
        for task in (accepting, *tasks):
            task.cancel()
        await asyncio.gather(accepting, *tasks, return_exceptions=True)
        sock.close()


async def _accept(sock: socket.socket, serve: Serve, tls: Tls | None, tasks: set[asyncio.Task[None]]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        connection, _ = await loop.sock_accept(sock)
        task = asyncio.create_task(_one(connection, serve, tls))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def _one(connection: socket.socket, serve: Serve, tls: Tls | None) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(MOST_HEAD, loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    try:
        context = tls() if tls and await _first(connection) == _TLS_HANDSHAKE else None
        transport, _ = await loop.connect_accepted_socket(lambda: protocol, connection, ssl=context)
    except (OSError, asyncio.CancelledError):
        connection.close()
        return
    writer = asyncio.StreamWriter(transport, protocol, reader, loop)
    try:
        with suppress(OSError, Broken):
            await serve(reader, writer)
    finally:
        writer.close()


async def _first(connection: socket.socket) -> bytes:
    """The first byte, left where it is."""
    while True:
        try:
            return connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            await _readable(connection)


async def _readable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    there = asyncio.Event()
    loop.add_reader(connection, there.set)
    try:
        await there.wait()
    finally:
        loop.remove_reader(connection)
