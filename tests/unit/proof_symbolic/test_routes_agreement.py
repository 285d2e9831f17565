"""The model of routes against proxies that serve them: thousands of requests near the rules of random routes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Collection, Sequence

import pytest
from msgspec.structs import replace

from gatelift.manifests.shape import ENVOY_GATEWAY
from gatelift.proof.symbolic.model import World
from gatelift.proof.symbolic.routes import world
from gatelift.replay.answers.precedence import Precedence
from gatelift.replay.envoy.knows import known
from gatelift.replay.envoy.run import envoy
from gatelift.replay.ground import ground
from gatelift.replay.project.whole import projected
from gatelift.replay.side import Side, Start
from gatelift.replay.traefik import traefik
from gatelift.replay.wire.send import send
from gatelift.traffic.answers.compare import Difference, Watched
from gatelift.traffic.fields import group
from gatelift.traffic.model import Answer, Attribute, Manifest, Request
from support.route_worlds import Maker, gateways
from support.ruling import ALL, otherwise

pytestmark = pytest.mark.replay
_NAMES = frozenset(("x-set", "x-add", "x-gone"))
_WATCHED = Watched(request=_NAMES, response=_NAMES)
_KNOWN_TO_TRAEFIK = (Attribute.STATUS, Attribute.BACKEND, Attribute.LOCATION)
"""It has other ways with headers and trailing slashes."""


def _asked(start: Start, given: Sequence[Manifest], requests: Sequence[Request]) -> tuple[Side, list[Answer]]:
    async def main() -> tuple[Side, list[Answer]]:
        async with ground(given) as here, start(given, here) as side:
            return side, await send(side, requests)

    return asyncio.run(main())


def _made(seed: int, sites: int, *, by_envoy: bool) -> tuple[Maker, list[Manifest]]:
    maker = Maker(seed, envoy=by_envoy)
    for number in range(sites):
        maker.site(number)
    return maker, [*gateways(envoy=by_envoy), *maker.objects]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere few machines have a wheel of Envoy")
@pytest.mark.parametrize("seed", range(2))
def test_envoy_answers_as_the_model_says(seed: int) -> None:
    maker, objects = _made(seed, 220, by_envoy=True)
    requests = maker.requests(16)
    ours = [item for item in objects if group(item) == ENVOY_GATEWAY]
    side, answers = _asked(envoy, (*projected(objects, known(objects)).objects, *ours), requests)

    model = world(objects, envoy_gateway=True)
    assert _wrong(model, requests, answers, side) == []
    # Nothing is agreed on for want of asking.
    assert {answer.status for answer in answers} == {200, 301, 302, 401, 403, 404, 500}


def test_traefik_answers_as_the_specification_has_it() -> None:
    maker, objects = _made(7, 220, by_envoy=False)
    served = projected(objects)
    order = Precedence.of(served.objects, served.listening)
    requests = [request for request in maker.requests(16) if not order.deviates(request)]
    side, answers = _asked(traefik, served.objects, requests)

    assert len(requests) > 2000
    # Where nobody is there, it says 503.
    answers = [replace(each, status=500) if each.status == 503 else each for each in answers]
    assert _wrong(world(objects, envoy_gateway=False), requests, answers, side, only=_KNOWN_TO_TRAEFIK) == []


def _wrong(
    model: World,
    requests: Sequence[Request],
    answers: Sequence[Answer],
    side: Side,
    only: Collection[Attribute] = ALL,
) -> list[tuple[Request, list[Difference]]]:
    for request in requests:
        ranks = [rule.rank for rule in model.rules(request.scheme, request.host.lower())]
        assert ranks == sorted(ranks)
    found = [
        (request, otherwise(model, request, answer, side.ends, _WATCHED, only))
        for request, answer in zip(requests, answers, strict=True)
    ]
    return [(request, differences) for request, differences in found if differences]
