"""The smallest request that still shows a disagreement: parts are left out one at a time, as long as it stays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

from msgspec.structs import replace

from gatelift.traffic.model import Request

PROBES = 48
"""So many requests at most are sent to shrink one."""

Shows = Callable[[Request], Awaitable[bool]]


async def shrink(request: Request, shows: Shows, probes: int = PROBES) -> Request:
    """The smallest request found for which ``shows`` is still true; ``request`` itself where nothing can go.

    The same request and the same answers give the same result; ``shows`` is asked at most ``probes`` times.
    """
    seen = {request}
    left = probes
    while True:
        for smaller in simpler(request):
            if smaller in seen:
                continue
            if left <= 0:
                return request
            seen.add(smaller)
            left -= 1
            if await shows(smaller):
                request = smaller
                break
        else:
            return request


def simpler(request: Request) -> Iterator[Request]:
    """Requests with one thing less, the greatest steps first."""
    if request.headers:
        yield replace(request, headers=())
    if len(request.headers) > 1:
        for index in range(len(request.headers)):
            yield replace(request, headers=request.headers[:index] + request.headers[index + 1 :])
    if request.body:
        yield replace(request, body=0)
        yield from (replace(request, body=size) for size in (1, request.body // 2) if 0 < size < request.body)
    if request.client:
        yield replace(request, client="")
    if request.method != "GET":
        yield replace(request, method="GET")
    if request.scheme != "http":
        yield replace(request, scheme="http")
    if request.host != request.host.lower():
        yield replace(request, host=request.host.lower())
    for target in _targets(request.target):
        yield replace(request, target=target)


def _targets(target: str) -> Iterator[str]:
    path, mark, query = target.partition("?")
    if mark:
        yield path
        parts = query.split("&")
        if len(parts) > 1:
            for index in range(len(parts)):
                yield f"{path}?{'&'.join(parts[:index] + parts[index + 1 :])}"
    tail = mark + query
    if path == "/":
        return
    yield f"/{tail}"
    segments = path.split("/")[1:]
    for index in range(len(segments)):
        rest = segments[:index] + segments[index + 1 :]
        yield f"/{'/'.join(rest)}{tail}"
    last = segments[-1]
    if "%" in last:
        yield f"/{'/'.join([*segments[:-1], 'a'])}{tail}"
    for size in dict.fromkeys((1, len(last) // 2, len(last) - 1)):
        if 0 < size < len(last) and "%" not in last:
            yield f"/{'/'.join([*segments[:-1], last[:size]])}{tail}"
