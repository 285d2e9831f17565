"""Requests, answers, and what cannot be compared: values without a process behind them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

Manifest = Mapping[str, object]


class Request(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """One request as it goes over the wire.

    - ``target``: path and query exactly as they stand in the request line; never decoded, never cleaned up.
    - ``host``: the ``Host`` header, and the server name of TLS. Without a port.
    - ``headers``: further headers, in order.
    - ``body``: the number of bytes that are sent as a body.
    - ``client``: the address of the client that the proxies see (a PROXY line tells it, as a load balancer would);
      empty: loopback.
    """

    scheme: str = "http"
    host: str
    target: str = "/"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: int = 0
    client: str = ""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What an echo server got: ``backend`` is ``namespace/service:port``; header names are in lower case."""

    backend: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back. ``seen`` is what the echo server says of itself; ``None`` where the proxy answered.

    ``failure`` is set instead of a status where there was no answer: ``tls``, ``closed``, ``timeout``.
    """

    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    seen: Seen | None = None
    failure: str = ""


class Attribute(StrEnum):
    """What is compared of two answers."""

    STATUS = "status"
    LOCATION = "location"
    BACKEND = "backend"
    PATH = "path"
    """path and query that the backend saw"""
    HOST = "host"
    """the ``Host`` that the backend saw"""
    FORWARDED = "forwarded"
    """``X-Forwarded-*`` that the backend saw"""
    REQUEST_HEADERS = "request headers"
    """headers that filters set for the backend"""
    CORS = "cors"
    HSTS = "hsts"
    RESPONSE_HEADERS = "response headers"
    """headers that filters set for the client"""
    COOKIES = "cookies"
    CHALLENGE = "challenge"
    """``WWW-Authenticate``"""


class NotReplayed(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """An attribute that the proxies here cannot show for some rules: never counted as agreement.

    ``hosts`` and ``paths`` say for which requests (empty: all); ``why`` names what was projected away. ``route``: the
    only one of which that is said, as ``namespace/name``; what another route takes is compared.
    """

    attribute: Attribute
    why: str
    hosts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    route: str = ""
    statuses: tuple[int, ...] = ()
    """If not empty: only where nginx answers with one of these."""
