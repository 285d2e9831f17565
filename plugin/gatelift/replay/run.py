"""``replay()``: both sides started, the same requests sent to both, the answers judged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec
from msgspec.structs import replace

from gatelift.expected.ledger import Entry
from gatelift.findings import EnvironmentProblem, Finding, Severity
from gatelift.replay.access_log import Logged
from gatelift.replay.age import aged
from gatelift.replay.before import readable, storable
from gatelift.replay.closed import Closed
from gatelift.replay.compare import Difference, Ends
from gatelift.replay.coverage import coverage
from gatelift.replay.envoy.shows import ABSENT, REFUSED, Shown, advised, left_out, shown
from gatelift.replay.envoy.split import Split, joined
from gatelift.replay.explain import Ledger, explanation
from gatelift.replay.ground import ground
from gatelift.replay.hiding import hidden
from gatelift.replay.judging import Group, Rules, merged, still, tally
from gatelift.replay.model import Answer, Disagreement, Judge, Manifest, NotReplayed, Request, Result, Seen
from gatelift.replay.precedence import Precedence, told
from gatelift.replay.project.whole import Projected, projected
from gatelift.replay.requests.derive import Derived, derive, informed
from gatelift.replay.requests.fields import name
from gatelift.replay.requests.index import Index
from gatelift.replay.requests.ingresses import canary_places, certified, ingress_places
from gatelift.replay.requests.places import Place
from gatelift.replay.requests.routes import clients_of, route_places
from gatelift.replay.send import Sender
from gatelift.replay.sharing import Send, shared, sharing
from gatelift.replay.shrink import shrink
from gatelift.replay.side import Side, Start
from gatelift.replay.sound import well_formed
from gatelift.replay.watched import watched

MOST_SHRUNK = 24
"""So many disagreements are made smaller; more would be the same mistake again."""
MOST_DEVIATIONS = 24


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What is replayed: all objects of one cluster, before and after.

    ``before`` has the Ingresses that ingress-nginx serves, and no others. ``entries``: the ledger. ``withheld``:
    ``namespace/name`` of an Ingress that got no route -> why.
    """

    before: tuple[Manifest, ...]
    after: tuple[Manifest, ...]
    entries: tuple[Entry, ...] = ()
    withheld: Mapping[str, str] = msgspec.field(default_factory=dict)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How much is sent. ``logged``: requests of an access log, sent beside the derived ones."""

    requests: int = 2000
    seed: int = 1
    logged: tuple[Logged, ...] = ()


class Sides(msgspec.Struct, frozen=True, kw_only=True):
    """How sides are started. Of the judges the first is the one that counts.

    ``envoy`` answers for the hosts where it shows what ``after`` cannot; ``None`` where it is not installed.
    """

    judges: Mapping[Judge, Start]
    after: Start
    envoy: Start | None = None


class _Prepared(msgspec.Struct, frozen=True, kw_only=True):
    made: Projected
    by_envoy: Shown
    before: tuple[Place, ...]
    after: tuple[Place, ...]
    precedence: Precedence
    derived: Derived
    requests: tuple[Request, ...]


@asynccontextmanager
async def within(seconds: float, prefix: str = "--") -> AsyncIterator[None]:
    """Raises ``EnvironmentProblem`` where what is inside takes longer; everything that it started is gone then.

    ``prefix``: how the options begin that somebody may change next.
    """
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        message = f"the replay had not ended after {seconds:g} seconds, so that nothing is known"
        fix = f"give it longer or less to ask: {prefix}timeout S, {prefix}requests N, or a PATH within"
        raise EnvironmentProblem(Finding("environment/replay", Severity.ERROR, message, fix)) from None


async def replay(case: Case, sides: Sides, options: Options) -> Result:
    """What both sides answer to the same requests. Raises ``EnvironmentProblem`` where a side cannot be started."""
    storable((*case.before, *case.after))
    well_formed((*case.before, *case.after))
    objects, limited = readable(case.before)
    case = replace(case, before=objects)
    ready = _prepared(case, options, without=ABSENT if sides.envoy is None else "")
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(ground([*case.before, *ready.made.objects]))
        judges = {
            judge: await stack.enter_async_context(start(case.before, here)) for judge, start in sides.judges.items()
        }
        after = await stack.enter_async_context(sides.after(ready.made.objects, here))
        plain = await stack.enter_async_context(Sender(after))
        senders: dict[str, Sender | Split] = {after.name: plain}
        for side in judges.values():
            senders[side.name] = await stack.enter_async_context(Sender(side))
        if sides.envoy is not None and ready.by_envoy.hosts:
            try:
                after, senders[after.name] = await joined(stack, sides.envoy, ready.by_envoy, here, after, plain)
            except EnvironmentProblem as problem:
                # It takes a configuration as a whole or not at all; what Traefik shows is worth having.
                limited = (*limited, left_out(problem))
                ready = _prepared(case, options, without=REFUSED)
        result = await _judged(case, options, ready, judges, after, senders)
    return replace(hidden(result), assumed=(*limited, *_unasked(ready.derived, options), *result.assumed))


def _prepared(case: Case, options: Options, *, without: str) -> _Prepared:
    """``without``: why Envoy does not answer; empty where it does."""
    objects = aged(case.before, (*case.after, *_services_of_both(case)))
    made = projected(objects)
    before = ingress_places(case.before)
    # The places are those of the projected routes: they bear what filters of Envoy Gateway said in matches.
    after = route_places(made.objects, made.listening, clients_of(objects))
    places = (*before, *informed(after, before))
    derived = derive(places, options.requests, options.seed, withheld=frozenset(case.withheld))
    logged = _from_log(options.logged, places, options.requests)
    requests = tuple(dict.fromkeys((*derived.requests, *logged)))
    precedence = Precedence.of(made.objects, made.listening)
    by_envoy = shown(objects, made, {request.host for request in requests if precedence.deviates(request)})
    made = replace(made, not_replayed=advised(made, by_envoy, without) if without else by_envoy.not_replayed)
    by_envoy = Shown() if without else by_envoy
    return _Prepared(
        made=made,
        by_envoy=by_envoy,
        before=before,
        after=after,
        precedence=replace(precedence, elsewhere=by_envoy.hosts),
        derived=derived,
        requests=requests,
    )


def _unasked(derived: Derived, options: Options) -> Iterable[str]:
    if derived.more:
        yield f"only {options.requests} requests were sent, the most telling of each rule; --requests N sends more"


def _services_of_both(case: Case) -> Iterable[Manifest]:
    """The Services before that are not among the objects after: two files need not both have them."""
    there = {name(item) for item in case.after if item.get("kind") == "Service"}
    return (item for item in case.before if item.get("kind") == "Service" and name(item) not in there)


def _from_log(logged: Iterable[Logged], places: Sequence[Place], most: int) -> Iterable[Request]:
    """At most ``most`` requests of a log; one whose host is not told goes to every host that is known."""
    known = tuple(dict.fromkeys(place.host for place in places if place.host and not place.host.startswith("*.")))
    found: dict[Request, None] = {}
    index = Index(places)
    for item in logged:
        served = [item.host] if index.serves(item.host) else []
        for host in served if item.host else known:
            for scheme in ("https", "http"):
                found[Request(scheme=scheme, host=host, target=item.target, method=item.method)] = None
                if len(found) >= most:
                    return found
    return found


async def _judged(
    case: Case,
    options: Options,
    ready: _Prepared,
    judges: Mapping[Judge, Side],
    after: Side,
    senders: Mapping[str, Sender | Split],
) -> Result:
    judge, before = next(iter(judges.items()))
    answers = {name: await _answers(sender, ready.requests) for name, sender in senders.items()}
    missing = tuple(sorted({*ready.made.not_replayed, *before.not_replayed, *after.not_replayed}))
    rules = Rules(
        judge=judge,
        ends=(Ends.of(before), Ends.of(after)),
        watched=watched(case.before, case.after),
        ledger=Ledger(
            entries=case.entries,
            places=(*ready.before, *canary_places(case.before)),
            withheld=case.withheld,
            certified=certified(case.before),
        ),
        before=ready.before,
        after=ready.after,
        missing=missing,
        by_envoy=ready.by_envoy.hosts,
        closed=Closed(
            before=ready.before,
            after=ready.after,
            withheld=case.withheld,
            projected=(*ready.made.not_replayed, *after.not_replayed),
        ),
        precedence=ready.precedence,
    )
    result = tally(ready.requests, answers[before.name], answers[after.name], rules)
    both = (senders[before.name], senders[after.name])
    found = [await _smallest(group, both, rules) for group in result.groups[:MOST_SHRUNK]]
    found += [replace(group.first, times=group.times) for group in result.groups[MOST_SHRUNK:]]
    many = shared((*ready.before, *informed(ready.after, ready.before)))
    many = tuple(item for item in many if not ready.precedence.deviates(item.request))
    uneven = await sharing(many, _many(both[0]), _many(both[1]), rules.judge, missing, (ready.before, ready.after))
    found += [replace(_explained(item, rules), by=rules.after_by(item.request)) for item in uneven]
    return Result(
        versions={name: version for side in (*judges.values(), after) for name, version in side.versions.items()},
        requests=len(ready.requests) + sum(item.times for item in many),
        agreed=result.agreed + sum(item.times for item in many) - sum(item.times for item in uneven),
        partly=result.partly,
        by_order=result.by_order,
        seed=options.seed,
        before=coverage(ready.before, answers[before.name], ready.derived.impossible),
        after=coverage(ready.after, answers[after.name], ready.derived.impossible),
        disagreements=tuple(map(rules.named, merged(found))),
        not_replayed=(*missing, *told(filter(ready.precedence.deviates, ready.requests))),
        deviations=_deviations(judges, answers, rules),
        assumed=ready.made.assumed,
    )


async def _answers(sender: Sender | Split, requests: Sequence[Request]) -> dict[Request, Answer]:
    return dict(zip(requests, await asyncio.gather(*map(sender.send, requests)), strict=True))


def _many(sender: Sender | Split) -> Send:
    async def send(requests: Sequence[Request]) -> Sequence[Answer]:
        return await asyncio.gather(*map(sender.send, requests))

    return send


async def _smallest(group: Group, senders: tuple[Sender | Split, Sender | Split], rules: Rules) -> Disagreement:
    """The disagreement of a group with the smallest request that shows it."""
    first = group.first

    async def asked(request: Request) -> Disagreement | None:
        one, other = await asyncio.gather(*(sender.send(request) for sender in senders))
        found = rules.compared(request, one, other).differences
        wanted = [item for item in found if (item.attribute, item.closed) == (first.attribute, group.closed)]
        made = [rules.judged(request, item, (one, other)) for item in wanted]
        return next((item for item in made if still(first, item)), None)

    async def shows(request: Request) -> bool:
        return await asked(request) is not None

    smallest = await shrink(first.request, shows)
    shown = await asked(smallest) if smallest != first.request else first
    return replace(shown or first, times=group.times)


def _explained(item: Disagreement, rules: Rules) -> Disagreement:
    """Uneven shares with what explains them: both sides reach backends, so only the ledger can."""
    difference = Difference(item.attribute, item.before, item.after)
    names = (part.rpartition(" of ")[0].rpartition(" ")[0] for part in f"{item.before}, {item.after}".split(", "))
    for backend in dict.fromkeys(names):
        reached = Answer(status=200, seen=Seen(backend=backend, method="", target=""))
        found = explanation(item.request, difference, (reached, reached), rules.ledger)
        if found:
            return replace(item, explained=found)
    return item


def _deviations(
    judges: Mapping[Judge, Side], answers: Mapping[str, Mapping[Request, Answer]], rules: Rules
) -> tuple[Disagreement, ...]:
    """Where Traefik's imitation of ingress-nginx answers otherwise than nginx."""
    if set(judges) != {Judge.NGINX, Judge.TRAEFIK}:
        return ()
    nginx, traefik = judges[Judge.NGINX], judges[Judge.TRAEFIK]
    missing: tuple[NotReplayed, ...] = (*nginx.not_replayed, *traefik.not_replayed)
    alone = replace(
        rules, judge=Judge.TRAEFIK, ends=(Ends.of(nginx), Ends.of(traefik)), ledger=Ledger(), missing=missing,
        after=rules.before, by_envoy=frozenset(), closed=Closed(), precedence=Precedence(),
    )  # fmt: skip
    found = answers[nginx.name]
    result = tally(found, found, answers[traefik.name], alone)
    return tuple(replace(group.first, explained="", times=group.times) for group in result.groups[:MOST_DEVIATIONS])
