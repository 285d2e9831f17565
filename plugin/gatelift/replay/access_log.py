"""Requests from an access log of nginx: ``combined``, ingress-nginx's own format, or JSON lines.

Formats: https://nginx.org/en/docs/http/ngx_http_log_module.html and
https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/log-format/. Neither names the host unless
somebody added it; JSON has whatever names its writer chose, so the usual ones are looked for. Nothing that could log
somebody in is kept: no header, only plain values of queries, and no part of a path that looks like a secret.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TextIO
from urllib.parse import unquote

import msgspec

MOST_LINES = 2_000_000
MOST_TEXT = 1 << 30
LONGEST_LINE = 32 << 10
"""nginx reads 8 KiB of a request line (``large_client_header_buffers``), and writes a byte as four at most."""
MOST_DISTINCT = 200_000
"""So many distinct requests are kept in mind, those seen most often so far: far more than are ever sent."""
_LONGEST_TARGET = 8 << 10
_LONGEST_HOST = 253 + len(":65535")
_LINE = re.compile(r'^\S+ \S+ .{0,200}? ?\[[^\]]{0,80}\] "((?:[^"\\]|\\.)*)" \d{3} ')
_REQUEST = re.compile(r"([A-Z]{3,10}) (\S+)(?: HTTP/[0-9.]+)?")
_HOSTS = ("host", "http_host", "vhost", "server_name", "request_host", "authority")
_METHODS = ("method", "request_method", "http_method")
_TARGETS = ("request_uri", "uri", "path", "url", "request_path", "http_request_uri")
_QUERIES = ("args", "query_string", "request_query", "query")
_SECRET = re.compile(
    r"(?i)token|secret|passw|pwd|key|auth|sess|code|sig|credential|jwt|assertion|state|nonce|bearer|otp|pin|sid|mail|user"
    r"|phone|ticket|reset|invite|verif|confirm|magic"
)
_RANDOM = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w.~+/=%-]{20,}|[\w-]+\.[\w-]+\.[\w-]{10,}")
_PLAIN = re.compile(r"[a-z]{0,12}|[0-9]{1,3}")
"""What a value may be to stay as it is; no rule of an Ingress looks at queries."""
_GIVEN = re.compile(r"(?=.*[0-9]).{6,}")
"""What looks like somebody's own, after a word such as ``reset``."""
_SIGN = re.compile(r"%[0-9A-Fa-f]{2}|[A-Za-z0-9]")
_PLACEHOLDER = "REMOVED"
_METHODS_SENT = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Logged(msgspec.Struct, frozen=True, order=True):
    """A distinct request of a log. ``host`` is empty where the log does not say it."""

    host: str
    target: str
    method: str


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """What a log holds: requests with how often they came, the most frequent first, and how many lines were unread.

    ``cut``: whether it goes on after what was read.
    """

    requests: tuple[tuple[Logged, int], ...]
    lines: int
    unread: int
    cut: bool = False


def lines_of(file: TextIO) -> Iterator[str]:
    """The lines of a log, one after the other; of one that is too long only the beginning.

    It need not be a file that ends: after ``MOST_TEXT`` characters in lines that are too long nothing more is read.
    """
    passed = 0
    while line := file.readline(LONGEST_LINE):
        whole = line.endswith("\n")
        yield line
        while not whole and passed < MOST_TEXT and (rest := file.readline(LONGEST_LINE)):
            passed += len(rest)
            whole = rest.endswith("\n")
        if passed >= MOST_TEXT:
            return


def read_log(lines: Iterable[str]) -> Log:
    """The distinct requests of a log."""
    found: Counter[Logged] = Counter()
    total = unread = 0
    cut = False
    for number, line in enumerate(lines):
        if number >= MOST_LINES:
            cut = True
            break
        text = line.strip()
        if not text:
            continue
        total += 1
        logged = _json(text) if text.startswith("{") else _text(text)
        if logged is None:
            unread += 1
        else:
            found[logged] += 1
            if len(found) > 2 * MOST_DISTINCT:
                found = Counter(dict(found.most_common(MOST_DISTINCT)))
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return Log(requests=tuple(ordered), lines=total, unread=unread, cut=cut)


def _text(line: str) -> Logged | None:
    found = _LINE.match(line)
    return _request(found[1], "") if found else None


def _json(line: str) -> Logged | None:
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    host = _first(value, _HOSTS)
    target, method = _first(value, _TARGETS), _first(value, _METHODS)
    if target and method:
        query = _first(value, _QUERIES)
        return _made(method, f"{target}?{query}" if query and "?" not in target else target, host)
    return _request(_first(value, ("request",)), host)


def _first(value: Mapping[str, Any], names: Iterable[str]) -> str:
    return next((value[name] for name in names if isinstance(value.get(name), str)), "")


def _request(text: str, host: str) -> Logged | None:
    found = _REQUEST.fullmatch(text)
    return _made(found[1], found[2], host) if found else None


def _made(method: str, target: str, host: str) -> Logged | None:
    if not target.startswith("/") or method not in _METHODS_SENT or not _sendable(target + host):
        return None
    if len(target) > _LONGEST_TARGET or len(host) > _LONGEST_HOST:
        return None
    return Logged(host.rpartition(":")[0] or host if ":" in host else host, without_secrets(target), method)


def _sendable(text: str) -> bool:
    """Whether a text can stand in a request line; nginx writes what cannot as an escape (``\\x22``)."""
    return text.isascii() and text.isprintable() and " " not in text and "\\x" not in text


def without_secrets(target: str) -> str:
    """A target in which no value looks like a secret, by its name or by itself.

    In a path letters become other letters and digits become zeros, so that the same rules take it.
    """
    path, mark, query = target.partition("?")
    return "/".join(_covered(path.split("/"))) + mark + "".join(_cleared(re.split("([&;])", query)))


def _covered(segments: Iterable[str]) -> Iterator[str]:
    before = ""
    for segment in segments:
        name, *further = segment.split(";")
        hidden = _RANDOM.fullmatch(name) or (_SECRET.search(unquote(before)) and _GIVEN.fullmatch(name))
        # Parameters of a segment are mostly sessions.
        named = (f";{part.partition('=')[0]}={_PLACEHOLDER}" if "=" in part else f";{part}" for part in further)
        yield (_SIGN.sub(_other, name) if hidden else name) + "".join(named)
        before = name


def _other(sign: re.Match[str]) -> str:
    text = sign[0]
    if text.startswith("%"):
        return "%61" if unquote(text).isalnum() else text
    if text.isdigit():
        return "0"
    other = "a" if text in "abcdefABCDEF" else "x"
    return other.upper() if text.isupper() else other


def _cleared(parts: Iterable[str]) -> Iterator[str]:
    for part in parts:
        name, sign, value = part.partition("=")
        if not sign:
            yield part if part in ("&", ";") or _PLAIN.fullmatch(part) else _PLACEHOLDER
        elif value and (_SECRET.search(unquote(name)) or not _PLAIN.fullmatch(value)):
            yield f"{name}={_PLACEHOLDER}"
        else:
            yield part
