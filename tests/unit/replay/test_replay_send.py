"""Requests go out as they were written, and what echo servers say of them comes back."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Awaitable, Callable, Sequence

import pytest

from gatelift.findings import EnvironmentProblem
from gatelift.replay.backends import Backend
from gatelift.replay.certificates import Certificates
from gatelift.replay.ground import ground
from gatelift.replay.side import Address, Side
from gatelift.replay.wire.echo import echo
from gatelift.replay.wire.http1 import head
from gatelift.replay.wire.send import Sender, send, written
from gatelift.replay.wire.server import Serve, serving
from gatelift.traffic.model import Answer, Request

WEB = Backend("shop", "web", 80)


@pytest.fixture
def certificates(tmp_path: str) -> Certificates:
    return Certificates(str(tmp_path))


def echoed(certificates: Certificates, requests: Sequence[Request]) -> list[Answer]:
    async def main() -> list[Answer]:
        async with echo([WEB], certificates) as places:
            place = places[str(WEB)]
            return await send(Side(name="echo", http=place, https=place), requests)

    return asyncio.run(main())


def served(serve: Serve, ask: Callable[[Sender], Awaitable[list[Answer]]], *, proxy: bool = False) -> list[Answer]:
    """What ``ask`` gets of a server that is written for it."""

    async def main() -> list[Answer]:
        async with serving("127.0.0.1", serve) as place:
            side = Side(name="own", http=place, https=place, proxy_protocol=proxy)
            async with Sender(side, timeout=0.5) as sender:
                return await ask(sender)

    return asyncio.run(main())


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("target", ["/", "//a//b/../c", "/%2e%2E/%zz", "/a?b=c?d#e", "*", "/\u00e9", "/a;b=c&d"])
def test_a_target_arrives_as_it_was_written(certificates: Certificates, scheme: str, target: str) -> None:
    (answer,) = echoed(certificates, [Request(scheme=scheme, host="a.example.com", target=target)])
    assert answer.status == 200
    assert answer.seen is not None
    assert (answer.seen.backend, answer.seen.method, answer.seen.target) == ("shop/web:80", "GET", target)
    assert answer.seen.headers == (("host", "a.example.com"),)


def test_headers_keep_their_order_and_come_as_often_as_they_were_given(certificates: Certificates) -> None:
    given = (("X-B", "1"), ("X-A", "2"), ("x-b", "3"), ("Cookie", "a=b; c=d"))
    (answer,) = echoed(certificates, [Request(host="a.example.com", headers=given)])
    assert answer.seen is not None
    assert answer.seen.headers[1:] == (("x-b", "1"), ("x-a", "2"), ("x-b", "3"), ("cookie", "a=b; c=d"))


def test_answers_come_in_the_order_of_the_requests(certificates: Certificates) -> None:
    answers = echoed(certificates, [Request(host="a.example.com", target=f"/{number}") for number in range(300)])
    assert [answer.seen.target for answer in answers if answer.seen] == [f"/{number}" for number in range(300)]


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "DELETE", "POST", "PURGE"])
def test_every_method_says_who_saw_it(certificates: Certificates, method: str) -> None:
    first, second = echoed(certificates, [Request(host="a.example.com", method=method)] * 2)
    assert first == second
    assert first.seen is not None
    assert first.seen.method == method


def test_an_echo_server_answers_what_it_is_asked_to(certificates: Certificates) -> None:
    asked = (
        ("X-Echo-Status", "503"),
        ("X-Echo-Header", "Set-Cookie: a=b; Path=/"),
        ("X-Echo-Header", "Retry-After: 1"),
    )
    failing, empty, nonsense = echoed(
        certificates,
        [
            Request(host="a.example.com", headers=asked),
            Request(host="a.example.com", headers=(("X-Echo-Status", "204"),)),
            Request(host="a.example.com", headers=(("X-Echo-Status", "many"), ("X-Echo-Header", "no colon"))),
        ],
    )
    assert failing.status == 503
    assert {("set-cookie", "a=b; Path=/"), ("retry-after", "1")} <= set(failing.headers)
    assert failing.seen is not None
    assert (empty.status, nonsense.status) == (204, 200)
    assert empty.seen is not None
    assert empty.seen.backend == "shop/web:80"


def test_a_body_is_sent_in_full(certificates: Certificates) -> None:
    (answer,) = echoed(certificates, [Request(host="a.example.com", method="PUT", body=3_000_000)])
    assert answer.seen is not None
    assert ("content-length", "3000000") in answer.seen.headers


def test_an_upgrade_is_not_taken(certificates: Certificates) -> None:
    headers = (("Connection", "Upgrade"), ("Upgrade", "websocket"))
    (answer,) = echoed(certificates, [Request(host="a.example.com", headers=headers)])
    assert answer.status == 200
    assert answer.seen is not None
    assert ("upgrade", "websocket") in answer.seen.headers


def test_what_is_not_in_latin_1_goes_out_as_utf_8(certificates: Certificates) -> None:
    (answer,) = echoed(certificates, [Request(host="a.example.com", target="/\u4f60", headers=(("X-A", "\u4f60"),))])
    assert answer.seen is not None
    assert answer.seen.target.encode("latin-1").decode() == "/\u4f60"


@pytest.mark.parametrize(
    "request_",
    [
        Request(host="a.example.com", target="/ HTTP/1.1\r\nX: y"),
        Request(host="a.example.com\nX: y"),
        Request(host="a.example.com", headers=(("X", "y\r\n\r\nGET / HTTP/1.1"),)),
        Request(host="a.example.com", headers=(("X\0", "y"),)),
    ],
)
def test_nothing_from_a_manifest_becomes_a_second_request(certificates: Certificates, request_: Request) -> None:
    assert echoed(certificates, [request_]) == [Answer(failure="closed")]


@pytest.mark.parametrize("host", ["", "a..b", "x" * 70 + ".example.com", "a_b.example.com", "\u00fc.example.com"])
def test_a_host_that_is_no_server_name_is_an_answer_too(certificates: Certificates, host: str) -> None:
    (answer,) = echoed(certificates, [Request(scheme="https", host=host)])
    assert answer.failure == "tls" or answer.status == 200


def test_connections_are_used_again_for_the_same_client_only() -> None:
    met: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.append((await reader.readline()).decode().strip())
        while await head(reader) is not None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    async def ask(sender: Sender) -> list[Answer]:
        clients = ["", "", "192.0.2.1", "192.0.2.1", "2001:db8::1", ""]
        return [await sender.send(Request(host="a.example.com", client=client)) for client in clients]

    answers = served(serve, ask, proxy=True)
    assert [answer.status for answer in answers] == [200] * 6
    assert [line.rsplit(" ", 1)[0] for line in met] == [
        "PROXY",
        "PROXY TCP4 192.0.2.1 127.0.0.1 40000",
        "PROXY TCP6 2001:db8::1 ::1 40000",
    ]


def test_a_connection_that_ended_meanwhile_is_no_failure() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async def ask(sender: Sender) -> list[Answer]:
        first = await sender.send(Request(host="a.example.com"))
        await asyncio.sleep(0.05)
        return [first, await sender.send(Request(host="a.example.com"))]

    assert [answer.status for answer in served(serve, ask)] == [200, 200]


def test_an_early_answer_to_a_long_body_counts() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.1)

    async def ask(sender: Sender) -> list[Answer]:
        return [await sender.send(Request(host="a.example.com", method="POST", body=50_000_000)) for _ in range(2)]

    assert [answer.status for answer in served(serve, ask)] == [413, 413]


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        (b"", "closed"),
        (b"HTTP/1.1 200 OK\r\nContent-Len", "closed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!", "closed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", "closed"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "closed"),
        (b"220 mail.example.com ready\r\n\r\n", "closed"),
    ],
)
def test_a_broken_answer_is_a_failure(said: bytes, failure: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        writer.write(said)

    async def ask(sender: Sender) -> list[Answer]:
        return [await sender.send(Request(host="a.example.com"))]

    assert served(serve, ask) == [Answer(failure=failure)]


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-T: 1\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\nuntil the end",
    ],
)
def test_every_way_to_end_an_answer_is_understood(said: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        writer.write(said)

    async def ask(sender: Sender) -> list[Answer]:
        return [await sender.send(Request(host="a.example.com")) for _ in range(2)]

    assert [answer.status for answer in served(serve, ask)] == [200, 200]


def test_silence_and_a_plain_server_where_tls_is_meant_are_failures() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (await reader.read(1)) == b"\x16":
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            return
        await asyncio.sleep(5)

    async def ask(sender: Sender) -> list[Answer]:
        return [await sender.send(Request(scheme=scheme, host="a.example.com")) for scheme in ("http", "https")]

    assert [answer.failure for answer in served(serve, ask)] == ["timeout", "tls"]


def test_a_request_may_bring_its_own_host_and_length() -> None:
    headers = (("Host", "other.example.com"), ("Content-Length", "0"))
    request = Request(host="a.example.com", method="POST", headers=headers)
    assert written(request) == b"POST / HTTP/1.1\r\nHost: other.example.com\r\nContent-Length: 0\r\n\r\n"
    assert written(Request(host="a.example.com", method="POST")).endswith(b"Content-Length: 0\r\n\r\n")


def test_what_is_wanting_here_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides would fail alike, which would look like agreement."""

    async def none_left(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("asyncio.open_connection", none_left)
    nobody = Address("127.0.0.1", 1)

    with pytest.raises(EnvironmentProblem) as caught:
        asyncio.run(send(Side(name="x", http=nobody, https=nobody), [Request(host="a.example.com")]))
    assert "ulimit -n" in caught.value.finding.fix


def test_too_few_descriptors_are_said_before_anything_starts() -> None:
    async def run() -> None:
        async with ground([_service(number) for number in range(16384)]):
            pass

    with pytest.raises(EnvironmentProblem) as caught:
        asyncio.run(run())
    assert "open files" in caught.value.finding.message


def _service(number: int) -> dict[str, object]:
    metadata = {"name": f"s{number}", "namespace": "shop"}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"ports": [{"port": 80}]}}
