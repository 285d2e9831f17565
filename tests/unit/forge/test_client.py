"""Requests against a real server on loopback that answers what a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
import pytest

from gatelift.findings import EnvironmentProblem, UsageError
from gatelift.forge.client import Client, Patience
from gatelift.forge.token import Token

SECRET = "ghs_0123456789abcdef"  # noqa: S105 - made up


@dataclass
class Server:
    """Answers in the order of ``answers``; the last one again and again."""

    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def then(self, status: int, body: object = None, **headers: str) -> Server:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append((status, {name.replace("_", "-"): value for name, value in headers.items()}, data))
        return self


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return None

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            made.seen.append((self.command, self.path, dict(self.headers.items()), body))
            status, headers, data = made.answers.pop(0) if made.answers[1:] else made.answers[0]
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_PATCH = do_GET  # noqa: N815 - http.server's names

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield made
    http.shutdown()
    http.server_close()
    thread.join(10)


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def client(server: Server, slept: list[float]) -> Client:
    return Client(server.url, Token(SECRET), Patience(sleep=slept.append, now=lambda: 1000.0))


class Thing(msgspec.Struct):
    """What an answer holds."""

    name: str


def test_a_request_says_who_asks_and_in_which_version(server: Server, client: Client) -> None:
    server.then(200, {"name": "x", "more": 1})
    assert client.get("/a", {"q": "ä b", "page": 2}).read(Thing).name == "x"
    method, path, headers, _ = server.seen[0]
    assert (method, path) == ("GET", "/a?q=%C3%A4+b&page=2")
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert headers["Accept"] == "application/vnd.github+json"
    assert headers["X-Github-Api-Version"] == "2022-11-28"
    assert headers["User-Agent"].startswith("gatelift/")


def test_without_a_token_none_is_sent(server: Server) -> None:
    server.then(200, {})
    Client(server.url, None).get("/a")
    assert "Authorization" not in server.seen[0][2]


def test_a_body_is_json(server: Server, client: Client) -> None:
    server.then(201, {"name": "x"})
    client.send("POST", "/a", {"b": "ü"})
    assert (server.seen[0][0], json.loads(server.seen[0][3])) == ("POST", {"b": "ü"})


@pytest.mark.parametrize(
    ("first", "waited"),
    [
        ((502, {}, {}), 1.0),
        ((503, {}, {"Retry_After": "7"}), 7.0),
        ((429, {}, {"Retry_After": "3"}), 3.0),
        ((429, {}, {}), 60.0),
        ((403, {}, {"Retry_After": "0"}), 0.0),
        ((403, {"message": "You have exceeded a secondary rate limit"}, {}), 60.0),
        ((403, {}, {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": "1030"}), 31.0),
        ((503, {}, {"Retry_After": "Wed, 21 Oct 2026 07:28:00 GMT"}), 1.0),
    ],
)
def test_a_forge_that_wants_a_break_gets_it(
    server: Server, client: Client, slept: list[float], first: tuple[int, object, dict[str, str]], waited: float
) -> None:
    status, body, headers = first
    server.then(status, body, **headers).then(200, {"name": "x"})
    assert client.get("/a").read(Thing).name == "x"
    assert slept == [waited]


def test_patience_ends(server: Server, client: Client, slept: list[float]) -> None:
    server.then(500, {"message": "oops"})
    with pytest.raises(EnvironmentProblem) as caught:
        client.get("/a")
    assert slept == [1.0, 2.0, 4.0, 8.0]
    assert caught.value.finding.code == "forge/trouble"


def test_a_break_that_is_too_long_is_not_taken(server: Server, client: Client, slept: list[float]) -> None:
    server.then(429, {}, Retry_After="3600")
    with pytest.raises(EnvironmentProblem) as caught:
        client.get("/a")
    assert (slept, caught.value.finding.code) == ([], "forge/limit")


def test_a_post_is_not_repeated_after_an_error_of_the_server(server: Server, client: Client) -> None:
    server.then(502, {})
    assert client.send("POST", "/a", {}).status == 502
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (301, "forge/moved"),
        (302, "forge/moved"),
        (307, "forge/moved"),
        (308, "forge/moved"),
        (401, "forge/token"),
        (403, "forge/permission"),
        (410, "forge/archived"),
        (418, "forge/answer"),
    ],
)
def test_a_refusal_is_a_finding_with_the_forges_own_words(
    server: Server, client: Client, status: int, code: str
) -> None:
    server.then(status, {"message": "Because", "errors": [{"field": "head", "code": "invalid"}, "text"]})
    with pytest.raises(EnvironmentProblem) as caught:
        client.get("/a")
    found = caught.value.finding
    assert found.code == code
    assert f"({status} to GET /a): Because; head invalid; text" in found.message
    assert found.fix


def test_a_redirect_is_not_followed(server: Server, client: Client) -> None:
    server.then(302, {}, Location=f"{server.url}/elsewhere")
    with pytest.raises(EnvironmentProblem):
        client.get("/a")
    assert [path for _, path, _, _ in server.seen] == ["/a"]


def test_a_server_that_repeats_the_token_does_not_get_it_printed(server: Server, client: Client) -> None:
    server.then(401, {"message": f"Bad credentials: Bearer {SECRET}, {Token(SECRET).basic}"})
    with pytest.raises(EnvironmentProblem) as caught:
        client.get("/a")
    text = f"{caught.value.finding} {caught.value!r}"
    assert SECRET not in text
    assert Token(SECRET).basic.removeprefix("Basic ") not in text


@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b'{"name": 1}', b"\xff"])
def test_an_answer_that_is_something_else_is_a_finding(server: Server, client: Client, body: bytes) -> None:
    server.then(200, body)
    with pytest.raises(EnvironmentProblem) as caught:
        client.get("/a").read(Thing)
    assert caught.value.finding.code == "forge/answer"


def test_an_error_that_is_no_json_is_a_finding(server: Server, client: Client) -> None:
    server.then(404, b"<html>not here")
    assert client.get("/a").status == 404
    server.answers[:] = [(403, {}, b"<html>\x1b[31m")]
    with pytest.raises(EnvironmentProblem) as caught:
        client.get("/a")
    assert "html" not in caught.value.finding.message


def test_nobody_there_is_a_finding(slept: list[float]) -> None:
    client = Client("http://127.0.0.1:9", Token(SECRET), Patience(sleep=slept.append))
    with pytest.raises(EnvironmentProblem) as caught:
        client.get("/a")
    assert caught.value.finding.code == "forge/unreachable"
    assert len(slept) == 4


@pytest.mark.parametrize("secret", ["", "a b", "a\n", "a\r\nX-Other: 1", "ä", "\x00"])
def test_a_token_that_is_none_is_refused_without_being_shown(secret: str) -> None:
    with pytest.raises(UsageError) as caught:
        Token(secret)
    assert caught.value.finding.code == "forge/token"
    assert not secret or repr(secret)[1:-1] not in caught.value.finding.message


def test_a_token_shows_itself_nowhere() -> None:
    token = Token(SECRET)
    assert SECRET not in f"{token} {token!r} {[token]} {vars(Token)}"
