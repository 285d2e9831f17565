"""Access logs: three formats, distinct requests, and nothing in them that could log somebody in."""

from __future__ import annotations

import io
import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatelift.replay.access_log import Logged, lines_of, read_log, without_secrets

COMBINED = (
    '203.0.113.9 - alice [22/Nov/2026:10:00:00 +0000] "GET /shop?page=2 HTTP/1.1" 200 512 '
    '"https://www.example.com/?token=abc" "Mozilla/5.0 (X11; rv:1)"'
)
UPSTREAM = (
    '203.0.113.9 - - [22/Nov/2026:10:00:00 +0000] "POST /api/orders HTTP/2.0" 201 17 "-" "curl/8" 320 0.012 '
    "[shop-api-80] [] 10.0.0.7:8080 17 0.012 201 0a1b2c3d4e5f"
)


@pytest.mark.parametrize(
    ("line", "logged"),
    [
        (COMBINED, Logged("", "/shop?page=2", "GET")),
        (UPSTREAM, Logged("", "/api/orders", "POST")),
        (
            json.dumps({"host": "www.example.com:443", "method": "GET", "path": "/a", "args": "b=1"}),
            Logged("www.example.com", "/a?b=1", "GET"),
        ),
        (json.dumps({"vhost": "x.example.com", "request": "PUT /y HTTP/1.1"}), Logged("x.example.com", "/y", "PUT")),
        (json.dumps({"request_uri": "/z", "request_method": "DELETE"}), Logged("", "/z", "DELETE")),
    ],
)
def test_every_format_is_read(line: str, logged: Logged) -> None:
    assert read_log([line]).requests == ((logged, 1),)


def test_equal_requests_are_one_and_the_frequent_come_first() -> None:
    log = read_log([UPSTREAM, COMBINED, COMBINED, "", "no request"])

    assert log.requests == ((Logged("", "/shop?page=2", "GET"), 2), (Logged("", "/api/orders", "POST"), 1))
    assert (log.lines, log.unread) == (4, 1)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        '{"request": 7}',
        '1.2.3.4 - - [x] "\\x16\\x03\\x01" 400 0 "-" "-"',
        '1.2.3.4 - - [x] "GET http://elsewhere.example.com/ HTTP/1.1" 400 0 "-" "-"',
        '1.2.3.4 - - [x] "CONNECT a:443 HTTP/1.1" 400 0 "-" "-"',
        '1.2.3.4 - - [x] "GET /a\\x22b HTTP/1.1" 400 0 "-" "-"',
        json.dumps({"method": "GET", "path": "/a\r\nX-Evil: 1"}),
        json.dumps({"method": "GET", "path": "/a", "host": "a b"}),
    ],
)
def test_what_is_no_request_is_left_out(line: str) -> None:
    assert read_log([line]).requests == ()


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/a?token=abc&page=2", "/a?token=REMOVED&page=2"),
        ("/a?access_token=1&API_KEY=2&sig=3", "/a?access_token=REMOVED&API_KEY=REMOVED&sig=REMOVED"),
        ("/a?x=eyJhbGciOi.eyJzdWIiOi.SflKxwRJSMeKKF2QT4", "/a?x=REMOVED"),
        ("/a?x=9f86d081884c7d659a2feaa0c55ad015", "/a?x=REMOVED"),
        ("/a?password=", "/a?password="),
        ("/a?page=2&sort=name", "/a?page=2&sort=name"),
        ("/a", "/a"),
    ],
)
def test_values_that_look_like_secrets_do_not_get_through(target: str, kept: str) -> None:
    assert without_secrets(target) == kept


@given(st.text(max_size=200))
def test_no_line_is_too_odd(line: str) -> None:
    for logged, _ in read_log([line]).requests:
        assert logged.target.startswith("/")
        assert logged.target.isprintable()


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/reset/abc123def", "/reset/aaa000aaa"),
        ("/f/6F9619ff-8b86-d011-b42d-00cf4fc964fz/x", "/f/0A0000aa-0a00-a000-a00a-00aa0aa000ax/x"),
        ("/b;jsessionid=hunter12/c", "/b;jsessionid=REMOVED/c"),
        ("/a?x=1;token=hunter", "/a?x=1;token=REMOVED"),
        ("/a?pin=12&otp=34&sid=ab&email=bob", "/a?pin=REMOVED&otp=REMOVED&sid=REMOVED&email=REMOVED"),
        ("/a?%74oken=hunter&b=two%20words", "/a?%74oken=REMOVED&b=REMOVED"),
        ("/a?hunter24", "/a?REMOVED"),
        ("/auth/login/v2/users?page=2&sort=name&empty=&flag", "/auth/login/v2/users?page=2&sort=name&empty=&flag"),
    ],
)
def test_paths_keep_their_shape_and_queries_what_is_plain(target: str, kept: str) -> None:
    assert without_secrets(target) == kept


class _Endless(io.StringIO):
    """A file that goes on for ever, in one line."""

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override] # as files of text have it
        assert size is not None
        assert size > 0
        return "x" * size


@pytest.mark.parametrize(
    "odd",
    ["x" * 3_000_000, COMBINED.replace("/shop", "/" + "s" * 200_000), '{"a":' * 50_000, '"' * 400_000, " [" * 300_000],
)
def test_a_line_without_end_hides_no_other(odd: str) -> None:
    log = read_log(lines_of(io.StringIO(f"{COMBINED}\n{odd}\n\n{UPSTREAM}")))

    assert [item.target for item, _ in log.requests] == ["/api/orders", "/shop?page=2"]
    assert (log.lines, log.unread, log.cut) == (3, 1, False)


def test_a_log_without_end_is_read_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatelift.replay.access_log.MOST_LINES", 1000)

    assert read_log(lines_of(_Endless())).unread == 1
    assert read_log(itertools.repeat("\n")).cut
    log = read_log(itertools.repeat(COMBINED))
    assert (log.requests[0][1], log.cut) == (1000, True)


def test_what_comes_often_is_kept_among_very_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatelift.replay.access_log.MOST_DISTINCT", 10)
    lines = (COMBINED.replace("/shop", f"/{'often' if number % 3 else f'p{number}'}") for number in range(300))

    log = read_log(lines)
    assert len(log.requests) <= 20
    assert log.requests[0] == (Logged("", "/often?page=2", "GET"), 200)
