"""A symbolic proof before real proxies: what both models answer is sent to nginx, and to Envoy or Traefik."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from gatelift.manifests.shape import ENVOY_GATEWAY
from gatelift.proof.symbolic.asked.hosts import hosts
from gatelift.proof.symbolic.model import Undecided, World
from gatelift.proof.symbolic.nginx.world import world as ingresses
from gatelift.proof.symbolic.prove import Found, met
from gatelift.proof.symbolic.prove import requests as asked_of
from gatelift.proof.symbolic.routes.world import world as routes
from gatelift.replay.answers.precedence import Precedence
from gatelift.replay.envoy.knows import known
from gatelift.replay.envoy.run import envoy
from gatelift.replay.envoy.shows import Shown, shown
from gatelift.replay.ground import ground
from gatelift.replay.nginx.run import nginx
from gatelift.replay.project.whole import Projected, projected
from gatelift.replay.side import Side, Start
from gatelift.replay.traefik import traefik
from gatelift.replay.wire.send import send
from gatelift.traffic.answers.compare import Difference, Ends, Watched, compare, left_out
from gatelift.traffic.answers.watched import watched
from gatelift.traffic.case import Case, cases_of
from gatelift.traffic.fields import group
from gatelift.traffic.model import Answer, Attribute, Manifest, NotReplayed, Request
from support.conversion import Conversion
from support.ruling import ALL, answering, otherwise


def cases_in(made: Conversion) -> tuple[Case, ...]:
    """What is proved of a conversion, class by class."""
    after = [item.value for item in made.found.resources if item.kind != "Ingress"]
    found = cases_of(made.found.resources, [*after, *made.emitted], made.result.changes, made.context.config)
    return tuple(found.values())


def case_of(made: Conversion) -> Case:
    """As ``cases_in``, of a conversion of one class."""
    (case,) = cases_in(made)
    return case


class Worlds(NamedTuple):
    """Both sides of a case, as the models have them."""

    before: World
    after: World

    @classmethod
    def of(cls, case: Case, settings: Mapping[str, str], *, envoy_gateway: bool) -> Worlds:
        return cls(ingresses(case.before, settings), routes(case.objects_after, envoy_gateway=envoy_gateway))

    def requests(self) -> Iterator[list[Request]]:
        """For each host and scheme, all that a proof asks."""
        for host in hosts(self.before.names | self.after.names):
            for scheme in ("http", "https"):
                found: dict[Request, None] = {}
                try:
                    for item in met(scheme, host, self.before.rules(scheme, host), self.after.rules(scheme, host)):
                        found.update(dict.fromkeys(each for pair in item.pairs for each in asked_of(item, pair)))
                except Undecided:
                    continue
                yield list(found)


def some(requests: Iterable[list[Request]], most: int, seed: int) -> list[Request]:
    """At most so many of each host and scheme."""
    chance = random.Random(seed)  # noqa: S311 - a seed makes it the same each time
    return [each for own in requests for each in (own if len(own) <= most else chance.sample(own, most))]


class After(NamedTuple):
    """A proxy that serves the routes of a case, what it gets, and what it cannot show.

    ``order``, ``elsewhere``: of Traefik, in which order it asks rules, and the hosts that are left to Envoy.
    """

    start: Start
    objects: Sequence[Manifest]
    missing: tuple[NotReplayed, ...]
    order: Precedence = Precedence()
    elsewhere: Shown = Shown()

    @classmethod
    def of(cls, case: Case, *, by_envoy: bool) -> After:
        objects = case.objects_after
        made: Projected = projected(objects, known(objects)) if by_envoy else projected(objects)
        if by_envoy:
            ours = [item for item in objects if group(item) == ENVOY_GATEWAY]
            return cls(envoy, (*made.objects, *ours), made.not_replayed)
        order = Precedence.of(made.objects, made.listening)
        return cls(traefik, made.objects, made.not_replayed, order, shown(objects, made))

    def shows(self, request: Request) -> bool:
        """Whether it reads the routes for a request as Gateway API has them."""
        known_order = not self.order.by_host or not self.order.deviates(request)
        return known_order and not self.elsewhere.answers(request)

    def lacks(self, request: Request) -> frozenset[Attribute]:
        """What of the answer to a request it does not show; where it does not show who comes in, all of it."""
        missing = left_out(request, self.missing)
        return ALL if Attribute.STATUS in missing else missing


class Asked(NamedTuple):
    """What both proxies answered to the same requests."""

    before: Side
    after: Side
    answers: Mapping[Request, tuple[Answer, Answer]]


def asked(case: Case, settings: Mapping[str, str], after: After, requests: Sequence[Request]) -> Asked:
    """Both proxies, asked."""
    start: Start = partial(nginx, settings=settings)

    async def main() -> Asked:
        async with ground([*case.before, *after.objects]) as here:
            async with start(case.before, here) as left:
                one = await send(left, requests)
            async with after.start(after.objects, here) as right:
                other = await send(right, requests)
        return Asked(left, right, dict(zip(requests, zip(one, other, strict=True), strict=True)))

    return asyncio.run(main())


Wrong = tuple[str, Request, list[Difference]]


def disagreements(worlds: Worlds, found: Asked, after: After, names: Watched) -> list[Wrong]:
    """The requests that a proxy answers otherwise than its model: of which side, and in what."""
    made: list[Wrong] = []
    for request, (one, other) in found.answers.items():
        shown = ALL - after.lacks(request)
        sides = (
            ("before", otherwise(worlds.before, request, one, found.before.ends, names)),
            ("after", otherwise(worlds.after, request, other, found.after.ends, names, shown)),
        )
        made += [(side, request, differences) for side, differences in sides if differences]
    return made


def unseen(witnesses: Iterable[Found], found: Asked, after: After, names: Watched) -> list[Found]:
    """The witnesses that real proxies answer alike in what should differ, as far as these show it."""
    return [item for item in witnesses if not _is_shown(item, found, after, names)]


def _is_shown(item: Found, found: Asked, after: After, names: Watched) -> bool:
    one, other = found.answers[item.request]
    missing = after.lacks(item.request)
    attribute = item.difference.attribute
    if one.seen is not None and other.seen is not None and attribute is not Attribute.BACKEND:
        # Chance may have picked two.
        other = replace(other, seen=replace(other.seen, backend=one.seen.backend))
    differences = compare(item.request, (one, found.before.ends), (other, found.after.ends), names).differences
    seen = {each.attribute for each in differences}
    return attribute in missing | seen or (item.difference.closed and bool(seen))


def compared_after(right: Case, wrong: Case) -> list[tuple[Request, tuple[Difference, ...]]]:
    """The requests that Envoy answers otherwise by the routes of one case than by those of another."""
    one, other = (After.of(case, by_envoy=True) for case in (right, wrong))
    worlds = Worlds(*(routes(case.objects_after, envoy_gateway=True) for case in (right, wrong)))
    requests = [request for request in some(worlds.requests(), 40, 1) if _has_one_answer(request, worlds)]

    async def main() -> list[tuple[Ends, list[Answer]]]:
        found = []
        async with ground([*one.objects, *other.objects]) as here:
            for after in (one, other):
                async with after.start(after.objects, here) as side:
                    found.append((side.ends, await send(side, requests)))
        return found

    (end, first), (other_end, second) = asyncio.run(main())
    names = watched(right.after, (*right.after, *wrong.after))
    found = (
        (request, compare(request, (had, end), (has, other_end), names).differences)
        for request, had, has in zip(requests, first, second, strict=True)
    )
    return [(request, differences) for request, differences in found if differences]


def _has_one_answer(request: Request, worlds: Worlds) -> bool:
    """Whether neither chance nor an order that is open decides."""
    rules = [answering(world.rules(request.scheme, request.host), request) for world in worlds]
    return all(len(each) == 1 and len(each[0].reply.backends) < 2 for each in rules)


def is_certain(item: Found, worlds: Worlds) -> bool:
    """Whether one answer can show a difference: it is none of shares, nor of one order of rules out of several."""
    request, told = item.request, item.difference
    shares = told.attribute is Attribute.BACKEND and "%" in told.before + told.after
    sides = (answering(world.rules(request.scheme, request.host), request) for world in worlds)
    return not shares and all(len(rules) == 1 for rules in sides)


def names_of(case: Case) -> Watched:
    """The headers that are compared."""
    return watched(case.before, case.after)
