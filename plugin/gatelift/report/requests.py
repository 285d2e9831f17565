"""Requests in reports, as data and in a line of text."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from gatelift.report.safe import harmless
from gatelift.traffic.model import Request
from gatelift.traffic.shown.curl import LOGINS, url


class ShownRequest(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A request as it was sent."""

    method: Annotated[str, Meta(description="The method")]
    url: Annotated[str, Meta(description="Scheme, host, path and query, exactly as they were sent")]
    headers: Annotated[tuple[str, ...], Meta(description="Further headers, as `Name: value`")] = ()
    body: Annotated[int, Meta(description="Bytes of the body")] = 0
    client: Annotated[str, Meta(description="The client's address, where it mattered")] = ""


def shown_request(request: Request) -> ShownRequest:
    """A request as data."""
    return ShownRequest(
        method=request.method,
        url=url(request),
        headers=tuple(f"{name}: {value}" for name, value in request.headers),
        body=request.body,
        client=request.client,
    )


def in_a_line(request: ShownRequest) -> str:
    """A request in a line, without anything that a terminal would obey."""
    parts = [f"{request.method} {request.url}"]
    if request.headers:
        parts.append(f"with {', '.join(map(named, request.headers))}")
    if request.body:
        parts.append(f"with a body of {request.body} bytes")
    if request.client:
        parts.append(f"from {request.client}")
    return harmless(" ".join(parts))


def named(header: str) -> str:
    """A header as it is shown: the login of a replay as what it is."""
    name, _, value = header.partition(": ")
    login = LOGINS.get(value)
    return f"{name}: {login}" if login else header
