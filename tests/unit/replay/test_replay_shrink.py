"""Shrinking: what is left shows the same, nothing of it can go, and few requests are sent for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from gatelift.replay.answers.shrink import shrink, simpler
from gatelift.traffic.model import Request

_REQUESTS = st.builds(
    Request,
    scheme=st.sampled_from(["http", "https"]),
    host=st.just("shop.example.com"),
    target=st.lists(st.sampled_from(["a", "api", "v2", "long-name", "%C3%A4"]), max_size=4).map(
        lambda parts: "/" + "/".join(parts)
    ),
    method=st.sampled_from(["GET", "POST", "OPTIONS"]),
    headers=st.lists(st.tuples(st.sampled_from(["X-A", "X-B", "Cookie"]), st.just("1")), max_size=3).map(tuple),
    body=st.integers(0, 100),
)


def _shrunk(request: Request, shows: Callable[[Request], bool], probes: int = 48) -> tuple[Request, int]:
    asked = 0

    async def ask(smaller: Request) -> bool:
        nonlocal asked
        asked += 1
        return shows(smaller)

    return asyncio.run(shrink(request, ask, probes)), asked


def test_everything_that_does_not_matter_goes() -> None:
    request = Request(
        scheme="https", host="h", target="/shop/one/two?a=1&b=2", method="POST", headers=(("X-A", "1"),), body=9
    )

    assert _shrunk(request, lambda _: True)[0] == Request(host="h")


def test_what_matters_stays() -> None:
    request = Request(scheme="https", host="h", target="/x/shop/one?a=1&b=2", headers=(("X-A", "1"), ("X-B", "2")))

    def shows(smaller: Request) -> bool:
        return "/shop" in smaller.target and "b=2" in smaller.target and ("X-B", "2") in smaller.headers

    assert _shrunk(request, shows)[0] == Request(host="h", target="/shop?b=2", headers=(("X-B", "2"),))


@given(_REQUESTS, st.integers(0, 10))
def test_no_more_requests_are_sent_than_allowed(request: Request, probes: int) -> None:
    assert _shrunk(request, lambda _: True, probes)[1] <= probes


@given(_REQUESTS)
def test_the_result_cannot_be_made_smaller_and_shows_the_same(request: Request) -> None:
    def shows(smaller: Request) -> bool:
        return len(smaller.target) % 3 == len(request.target) % 3

    smallest, _ = _shrunk(request, shows, 1000)

    assert shows(smallest)
    assert not any(shows(smaller) for smaller in simpler(smallest))
