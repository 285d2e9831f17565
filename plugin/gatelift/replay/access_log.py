"""Requests from an access log of nginx: ``combined``, ingress-nginx's own format, or JSON lines.

Formats: https://nginx.org/en/docs/http/ngx_http_log_module.html and
https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/log-format/. Neither names the host unless
somebody added it; JSON has whatever names its writer chose, so the usual ones are looked for. Nothing that could log
somebody in is kept: no header, and no value of a query that looks like a secret.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

MOST_LINES = 2_000_000
_LINE = re.compile(r'^\S+ \S+ .{0,200}? ?\[[^\]]*\] "((?:[^"\\]|\\.)*)" \d{3} ')
_REQUEST = re.compile(r"([A-Z]{3,10}) (\S+)(?: HTTP/[0-9.]+)?")
_HOSTS = ("host", "http_host", "vhost", "server_name", "request_host", "authority")
_METHODS = ("method", "request_method", "http_method")
_TARGETS = ("request_uri", "uri", "path", "url", "request_path", "http_request_uri")
_QUERIES = ("args", "query_string", "request_query", "query")
_SECRET = re.compile(
    r"(?i)token|secret|passw|pwd|api[-_]?key|auth|session|code|sig|credential|jwt|assertion|state|nonce"
)
_RANDOM = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w.~+/=%-]{20,}|[\w-]+\.[\w-]+\.[\w-]{10,}")
_PLACEHOLDER = "REMOVED"
_METHODS_SENT = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Logged(msgspec.Struct, frozen=True, order=True):
    """A distinct request of a log. ``host`` is empty where the log does not say it."""

    host: str
    target: str
    method: str


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """What a log holds: requests with how often they came, the most frequent first, and how many lines were unread."""

    requests: tuple[tuple[Logged, int], ...]
    lines: int
    unread: int


def read_log(lines: Iterable[str]) -> Log:
    """The distinct requests of a log."""
    found: Counter[Logged] = Counter()
    total = unread = 0
    for line in lines:
        if total >= MOST_LINES:
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
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return Log(requests=tuple(ordered), lines=total, unread=unread)


def _text(line: str) -> Logged | None:
    found = _LINE.match(line)
    return _request(found[1], "") if found else None


def _json(line: str) -> Logged | None:
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeError):
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
    return Logged(host.rpartition(":")[0] or host if ":" in host else host, without_secrets(target), method)


def _sendable(text: str) -> bool:
    """Whether a text can stand in a request line; nginx writes what cannot as an escape (``\\x22``)."""
    return text.isascii() and text.isprintable() and " " not in text and "\\x" not in text


def without_secrets(target: str) -> str:
    """A target whose query has no value that looks like a secret, by its name or by itself."""
    path, mark, query = target.partition("?")
    return path + mark + "&".join(_cleared(query.split("&"))) if mark else path


def _cleared(parts: Iterable[str]) -> Iterator[str]:
    for part in parts:
        name, sign, value = part.partition("=")
        hidden = (sign and value and _SECRET.search(name)) or _RANDOM.fullmatch(value)
        yield f"{name}={_PLACEHOLDER}" if hidden else part
