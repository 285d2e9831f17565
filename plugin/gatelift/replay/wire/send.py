"""Sends requests exactly as they are written, many at once, and gives back what came.

``Host`` is the request's own, whatever the address; nothing is verified in TLS, for the certificates are of our own
making; no redirect is followed. Connections are kept and used again for the same client, and in TLS the same server
name, because a handshake costs more than a request.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ssl
from collections import deque
from collections.abc import Sequence

import msgspec

from gatelift.findings import EnvironmentProblem, Finding, Severity
from gatelift.replay.side import Address, Side
from gatelift.replay.wire import http1
from gatelift.replay.wire.echo import seen
from gatelift.traffic.model import Answer, Request

_OWN_FAULT = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL))
"""What is wanting here, and says nothing of a proxy."""
AT_ONCE = 32
TIMEOUT = 10.0
"""Seconds for one request, from the connection on: more than any answer here takes."""
_STEP = 1 << 16
_BODY_METHODS = ("POST", "PUT", "PATCH")
_WITHOUT_BODY = (204, 304)
_INTERIM = range(100, 200)


class _Failed(Exception):  # noqa: N818 - it ends one request and is turned into an answer
    """Why there is no answer: ``tls``, ``closed``; ``unasked`` where a kept connection had ended before."""


class _Connection(msgspec.Struct):
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    used: bool = False


_Key = tuple[str, str, str]


class Sender:
    """Keeps connections to one side. A context manager: ``async with Sender(side) as sender``."""

    def __init__(self, side: Side, *, at_once: int = AT_ONCE, timeout: float = TIMEOUT) -> None:
        self._side = side
        self._timeout = timeout
        self._at_once = at_once
        self._bound = asyncio.Semaphore(at_once)
        self._idle: deque[tuple[_Key, _Connection]] = deque()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._tls.check_hostname = False
        self._tls.verify_mode = ssl.CERT_NONE
        self._tls.set_alpn_protocols(["http/1.1"])

    async def __aenter__(self) -> Sender:
        return self

    async def __aexit__(self, *_: object) -> None:
        kept = [connection for _, connection in self._idle]
        self._idle.clear()
        for connection in kept:
            connection.writer.close()
        await asyncio.gather(*(connection.writer.wait_closed() for connection in kept), return_exceptions=True)

    async def send(self, request: Request) -> Answer:
        """The answer to one request; a failure is an answer too."""
        async with self._bound:
            try:
                async with asyncio.timeout(self._timeout):
                    return await self._sent(request)
            except TimeoutError:
                return Answer(failure="timeout")
            except _Failed as failed:
                return Answer(failure=str(failed))
            except (OSError, http1.Broken) as error:
                if isinstance(error, OSError) and error.errno in _OWN_FAULT:
                    raise _too_little(error) from None
                return Answer(failure="closed")

    async def _sent(self, request: Request) -> Answer:
        key = (request.scheme, request.host if request.scheme == "https" else "", request.client)
        while True:
            connection = self._kept(key) or await self._connect(request)
            try:
                answer, keep = await _exchange(connection, request)
            except BaseException as error:
                connection.writer.close()
                if isinstance(error, _Failed) and str(error) == "unasked":
                    continue
                raise
            if keep:
                self._keep(key, connection)
            else:
                connection.writer.close()
            return answer

    def _kept(self, key: _Key) -> _Connection | None:
        """The connection for ``key`` that was used last, if there is one."""
        for index in range(len(self._idle) - 1, -1, -1):
            if self._idle[index][0] == key:
                connection = self._idle[index][1]
                del self._idle[index]
                return connection
        return None

    def _keep(self, key: _Key, connection: _Connection) -> None:
        connection.used = True
        self._idle.append((key, connection))
        if len(self._idle) > self._at_once:
            # Each costs the proxy memory, and there are as many server names as hosts.
            self._idle.popleft()[1].writer.close()

    async def _connect(self, request: Request) -> _Connection:
        address = self._side.https if request.scheme == "https" else self._side.http
        reader, writer = await asyncio.open_connection(address.host, address.port, limit=http1.MOST_HEAD)
        try:
            if self._side.proxy_protocol:
                writer.write(_proxy_line(request.client, address))
            if request.scheme == "https":
                await writer.start_tls(self._tls, server_hostname=request.host)
        except (ssl.SSLError, ConnectionError, ValueError):
            # ValueError: a host that is no name in the sense of IDNA, so that there is no server name to send.
            writer.close()
            raise _Failed("tls") from None
        except BaseException:
            writer.close()
            raise
        return _Connection(reader, writer)


async def send(
    side: Side, requests: Sequence[Request], *, at_once: int = AT_ONCE, timeout: float = TIMEOUT
) -> list[Answer]:
    """The answers to ``requests``, in their order."""
    async with Sender(side, at_once=at_once, timeout=timeout) as sender:
        answers: list[Answer] = await asyncio.gather(*(sender.send(request) for request in requests))
    return answers


def _too_little(error: OSError) -> EnvironmentProblem:
    message = f"a request of the replay could not be sent: {(error.strerror or str(error)).lower()}"
    fix = "allow more open files (`ulimit -n`), or replay one folder or one root"
    return EnvironmentProblem(Finding("environment/replay", Severity.ERROR, message, fix))


def _proxy_line(client: str, address: Address) -> bytes:
    """https://www.haproxy.org/download/1.8/doc/proxy-protocol.txt, version 1"""
    if not client:
        return b"PROXY UNKNOWN\r\n"
    family, own = ("TCP6", "::1") if ":" in client else ("TCP4", address.host)
    return f"PROXY {family} {client} {own} 40000 {address.port}\r\n".encode()


def written(request: Request) -> bytes:
    """A request as it goes over the wire, without its body. Raises ``Broken`` for one that would be several."""
    given = {name.lower() for name, _ in request.headers}
    headers = [] if "host" in given else [("Host", request.host)]
    headers += request.headers
    if "content-length" not in given and (request.body or request.method in _BODY_METHODS):
        headers.append(("Content-Length", str(request.body)))
    return http1.message(f"{request.method} {request.target} HTTP/1.1", headers)


async def _exchange(connection: _Connection, request: Request) -> tuple[Answer, bool]:
    """The answer, and whether the connection can be used again."""
    writing = asyncio.create_task(_write(connection.writer, written(request), request.body))
    try:
        found = await _head(connection, request)
        bare = request.method == "HEAD" or _status(found) in _WITHOUT_BODY
        content = b"" if bare else await http1.body(connection.reader, found, until_closed=True)
        # An early answer (413) leaves the rest of a body unsent: then the connection is worth nothing.
        whole = writing.done() and not writing.cancelled() and writing.result()
    finally:
        writing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await writing
    sized = bare or bool(found.get("content-length") or found.get("transfer-encoding"))
    headers = tuple((name.lower(), value) for name, value in found.headers)
    answer = Answer(status=_status(found), headers=headers, seen=seen(headers, content))
    return answer, whole and sized and not found.closes and _status(found) != 101


async def _head(connection: _Connection, request: Request) -> http1.Head:
    while True:
        try:
            found = await http1.head(connection.reader)
        except ConnectionError:
            found = None
        if found is None:
            raise _Failed("unasked" if connection.used else "closed")
        if _status(found) not in _INTERIM or _status(found) == 101:
            return found


def _status(found: http1.Head) -> int:
    words = found.first.split(" ")
    if len(words) < 2 or not words[0].startswith("HTTP/1.") or not words[1].isdecimal():
        raise http1.Broken("the first line is no status line")
    return int(words[1])


async def _write(writer: asyncio.StreamWriter, content: bytes, left: int) -> bool:
    """Send the head, then a body of ``left`` bytes. Whether all of it could be sent."""
    try:
        writer.write(content)
        # Without the question, asyncio complains on standard error of each further piece.
        while left and not writer.is_closing():
            writer.write(b"x" * min(left, _STEP))
            left -= min(left, _STEP)
            await writer.drain()
    except OSError:
        return False
    return not left
