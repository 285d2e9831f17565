"""Which of two requests is the smaller one, for a person."""

from __future__ import annotations

from gatelift.traffic.model import Request

Size = tuple[int, int, bool, bool, Request]


def size(request: Request) -> Size:
    """The fewest headers, then the shortest path, then what is written in small letters."""
    return (
        len(request.headers) + bool(request.client) + bool(request.body),
        len(request.target),
        request.host != request.host.lower(),
        request.target != request.target.lower(),
        request,
    )
