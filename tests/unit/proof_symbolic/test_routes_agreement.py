"""The model of routes against proxies that serve them: thousands of requests near the rules of random routes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import pytest

from gatelift.manifests.shape import ENVOY_GATEWAY
from gatelift.proof.symbolic.model import NOWHERE, Headers, Login, Reply, World
from gatelift.proof.symbolic.routes import world
from gatelift.replay.answers.precedence import Precedence
from gatelift.replay.envoy.knows import known
from gatelift.replay.envoy.run import envoy
from gatelift.replay.ground import ground
from gatelift.replay.project.whole import projected
from gatelift.replay.side import Side, Start
from gatelift.replay.traefik import traefik
from gatelift.replay.wire.send import send
from gatelift.traffic.answers.compare import absolute, header, is_preflight
from gatelift.traffic.fields import group
from gatelift.traffic.model import Answer, Manifest, Request
from support.route_rules import allows, challenge, headers_after, let_in, plain, replies, rewritten, target
from support.route_worlds import Maker, gateways

pytestmark = pytest.mark.replay
_SENT = {"x-add": "0", "x-gone": "0"}
_WATCHED = ("x-set", "x-add", "x-gone")


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
    assert _wrong(world(objects, envoy_gateway=False), requests, answers, side, only=_of_backend) == []


def _of_backend(line: str) -> bool:
    """Traefik says 503 where nobody is there, and has other ways with headers and trailing slashes."""
    return line.partition(" ")[0] in ("status", "backend", "location") and line != "status 500 503"


def _wrong(
    model: World,
    requests: Sequence[Request],
    answers: Sequence[Answer],
    side: Side,
    only: Callable[[str], bool] = lambda line: True,
) -> list[str]:
    found = []
    for request, answer in zip(requests, answers, strict=True):
        rules = model.rules(request.scheme, request.host.lower())
        assert [rule.rank for rule in rules] == sorted(rule.rank for rule in rules)
        told = [
            (rule, [*filter(only, _against(reply, request, answer, side))]) for rule, reply in replies(rules, request)
        ]
        if all(lines for _, lines in told):
            found.append(f"{request}: {told[0][0].about}: {told[0][1]}")
    return found


def _against(reply: Reply, request: Request, answer: Answer, side: Side) -> Iterator[str]:
    """What is otherwise than a reply says."""
    if reply.failure or answer.failure:
        if reply.failure != answer.failure:
            yield f"status {reply.failure} {answer.failure}"
        return
    refused = let_in(reply, request)
    if reply.cors is not None:
        yield from _of_cors(reply, request, answer)
        if is_preflight(request):
            return
    if refused:
        yield from _differs("status", refused, answer.status)
        if refused == 401:
            gate = next(gate for gate in reply.gates if isinstance(gate, Login))
            yield from _differs("challenge", challenge(gate, request), header(answer.headers, "www-authenticate"))
    elif reply.status:
        yield from _differs("status", reply.status, answer.status)
        if reply.location is not None:
            there = plain(absolute(request, header(answer.headers, "location"), side.ends))
            yield from _differs("location", plain(target(reply.location, request)), there)
    else:
        yield from _of_backend_seen(reply, request, answer)
    if not refused or not reply.status:
        yield from _changed("to the client", reply.to_client, {}, answer.headers)


def _of_backend_seen(reply: Reply, request: Request, answer: Answer) -> Iterator[str]:
    backends = dict(reply.backends)
    if answer.seen is None:
        yield from _differs("status", 500 if NOWHERE in backends else 200, answer.status)
        return
    if answer.seen.backend not in backends:
        yield f"backend {answer.seen.backend} is none of {backends}"
    path, mark, query = request.target.partition("?")
    yield from _differs("path", rewritten(reply.rewrite, path) + mark + query, answer.seen.target)
    yield from _differs("host", reply.host or request.host, header(answer.seen.headers, "host"))
    yield from _changed("to the backend", reply.to_backend, _SENT, answer.seen.headers)


def _of_cors(reply: Reply, request: Request, answer: Answer) -> Iterator[str]:
    cors = reply.cors
    assert cors is not None
    origin = header(request.headers, "Origin".lower())
    allowed = allows(cors, request)
    yield from _differs("origin", origin if allowed else "", header(answer.headers, "access-control-allow-origin"))
    if allowed:
        credentials = "true" if cors.credentials else ""
        yield from _differs("credentials", credentials, header(answer.headers, "access-control-allow-credentials"))
        yield from _differs("exposed", cors.exposed, header(answer.headers, "access-control-expose-headers"))
    if is_preflight(request):
        yield from _differs("status", cors.status, answer.status)
        for said, name in ((cors.methods, "allow-methods"), (cors.headers, "allow-headers"), (cors.max_age, "max-age")):
            yield from _differs(name, said, header(answer.headers, f"access-control-{name}"))


def _changed(where: str, change: Headers, sent: dict[str, str], came: Sequence[tuple[str, str]]) -> Iterator[str]:
    there = {name: ", ".join(value for _, value in values) for name, values in _by_name(came) if name in _WATCHED}
    there = {name: value.replace(",", ", ").replace(",  ", ", ") for name, value in there.items()}
    yield from _differs(f"headers {where}", headers_after(change, sent), there)


def _by_name(came: Sequence[tuple[str, str]]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    lowered = sorted(((key.lower(), value) for key, value in came), key=lambda pair: pair[0])
    yield from ((name, list(values)) for name, values in groupby(lowered, lambda pair: pair[0]))


def _differs(what: str, said: object, came: object) -> Iterator[str]:
    if said != came:
        yield f"{what} {said!r} {came!r}"
