"""Shares that many requests are counted for: a backend that cannot be reached by chance is one too many."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from gatelift.replay.answers.sharing import Send, Shared, sharing
from gatelift.replay.model import Judge
from gatelift.traffic.model import Answer, Request, Seen
from gatelift.traffic.places.place import Place

ASKED = Request(host="www.example.com")
WEB, NEXT = "shop/web:80", "shop/next:80"


def _sends(**counts: int) -> Send:
    names = [name for name, count in counts.items() for _ in range(count)]

    async def send(requests: Sequence[Request]) -> Sequence[Answer]:
        seen = (Seen(backend=f"shop/{name}:80", method="GET", target="/") for name in names)
        return [Answer(status=200, seen=each) for each in seen]

    return send


def _place(*backends: tuple[str, int]) -> Place:
    return Place(name="a rule", host=ASKED.host, backends=backends)


@pytest.mark.parametrize(
    ("before", "after", "differs"),
    [
        (_place((WEB, 1)), _place((WEB, 99), (NEXT, 1)), True),
        (_place((WEB, 99), (NEXT, 1)), _place((WEB, 99), (NEXT, 1)), False),
        (_place((WEB, 1), (NEXT, 0)), _place((WEB, 99), (NEXT, 1)), True),
    ],
)
def test_one_request_in_a_hundred_is_enough_where_none_may_go(before: Place, after: Place, differs: bool) -> None:
    found = asyncio.run(
        sharing([Shared(ASKED, 600)], _sends(web=600), _sends(web=594, next=6), Judge.NGINX, (), ([before], [after]))
    )

    assert bool(found) is differs
