"""Both sides are asked the same, and what they answer is judged."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from gatelift.replay.answers.coverage import coverage
from gatelift.replay.answers.judging import Group, Rules, merged, still, tally
from gatelift.replay.answers.precedence import Precedence, told
from gatelift.replay.answers.sharing import Send, shared, sharing
from gatelift.replay.answers.shrink import shrink
from gatelift.replay.envoy.split import Split
from gatelift.replay.model import Coverage, Disagreement, Judge, Result
from gatelift.replay.prepared import Prepared
from gatelift.replay.requests.derive import informed
from gatelift.replay.side import Side
from gatelift.replay.wire.send import Sender
from gatelift.traffic.answers.closed import Closed
from gatelift.traffic.answers.compare import Difference
from gatelift.traffic.answers.watched import watched
from gatelift.traffic.case import Case
from gatelift.traffic.explained.explain import explanation
from gatelift.traffic.explained.ledger import Ledger
from gatelift.traffic.explained.of_case import ledger_of, standing
from gatelift.traffic.model import Answer, NotReplayed, Request, Seen
from gatelift.traffic.shown.hiding import sentence

MOST_SHRUNK = 24
"""So many disagreements are made smaller; more would be the same mistake again."""
MOST_DEVIATIONS = 24
LONGEST_SAID = 500
MOST_SAID = 12
"""So many things that one proxy found wrong are shown."""
Answers = Mapping[Request, Answer]
Ask = Sender | Split


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asked. ``senders``: by the name of the side. Of the judges the first is the one that counts."""

    judges: Mapping[Judge, Side]
    after: Side
    senders: Mapping[str, Ask]

    @property
    def judge(self) -> Judge:
        return next(iter(self.judges))

    @property
    def before(self) -> Side:
        return self.judges[self.judge]

    @property
    def both(self) -> tuple[Ask, Ask]:
        return self.senders[self.before.name], self.senders[self.after.name]


async def ask(case: Case, seed: int, ready: Prepared, asked: Asked) -> Result:
    """What both sides answer, and which of the differences is explained."""
    answers = {name: await _answers(sender, ready.requests) for name, sender in asked.senders.items()}
    rules = _rules(case, ready, asked)
    result = tally(ready.requests, answers[asked.before.name], answers[asked.after.name], rules)
    found = await _smaller(result.groups, asked, rules)
    many, uneven = await _shares(ready, asked, rules)
    before, after = _hit(ready, answers[asked.before.name], answers[asked.after.name])
    sides = (*asked.judges.values(), asked.after)
    return Result(
        versions={name: version for side in sides for name, version in side.versions.items()},
        requests=len(ready.requests) + many,
        agreed=result.agreed + many - sum(item.times for item in uneven),
        partly=result.partly,
        by_order=result.by_order,
        seed=seed,
        before=before,
        after=after,
        disagreements=tuple(map(rules.named, merged((*found, *uneven)))),
        not_replayed=(*rules.missing, *told(filter(ready.precedence.deviates, ready.requests))),
        deviations=_deviations(asked.judges, answers, rules),
        assumed=(*ready.made.assumed, *_said(asked)),
    )


def _rules(case: Case, ready: Prepared, asked: Asked) -> Rules:
    """What the answers are held against."""
    missing = {*ready.made.not_replayed, *asked.before.not_replayed, *asked.after.not_replayed}
    return Rules(
        judge=asked.judge,
        ends=(asked.before.ends, asked.after.ends),
        watched=watched(case.before, case.after),
        ledger=ledger_of(case, ready.before),
        standing=standing(case),
        before=ready.before,
        after=ready.after,
        missing=tuple(sorted(missing)),
        by_envoy=ready.by_envoy.hosts,
        closed=Closed(
            before=ready.before,
            after=ready.after,
            withheld=case.withheld,
            limited=case.limited,
            projected=(*ready.made.not_replayed, *asked.after.not_replayed),
        ),
        precedence=ready.precedence,
    )


async def _smaller(groups: Sequence[Group], asked: Asked, rules: Rules) -> list[Disagreement]:
    """A disagreement for each group; of the first groups the smallest request that shows it."""
    found = [await _smallest(group, asked.both, rules) for group in groups[:MOST_SHRUNK]]
    return found + [replace(group.first, times=group.times) for group in groups[MOST_SHRUNK:]]


async def _shares(ready: Prepared, asked: Asked, rules: Rules) -> tuple[int, list[Disagreement]]:
    """How many requests were sent to tell shares, and the shares that differ."""
    places = shared((*ready.before, *informed(ready.after, ready.before)))
    many = tuple(item for item in places if not ready.precedence.deviates(item.request))
    one, other = map(_many, asked.both)
    uneven = await sharing(many, one, other, rules.judge, rules.missing, (ready.before, ready.after))
    explained = [replace(_explained(item, rules), by=rules.after_by(item.request)) for item in uneven]
    return sum(item.times for item in many), explained


def _said(asked: Asked) -> Iterable[str]:
    """What the proxies that count found wrong with what they got."""
    for side in (asked.before, asked.after):
        yield from (f"{side.name} says: {_short(sentence(text))}" for text in side.said[:MOST_SAID])
        if len(side.said) > MOST_SAID:
            yield f"{side.name} says {len(side.said) - MOST_SAID} more things of this kind"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SAID else f"{text[:LONGEST_SAID]}..."


def _hit(ready: Prepared, before: Answers, after: Answers) -> tuple[Coverage, Coverage]:
    """Which matches of either side a request reached."""
    impossible = ready.derived.impossible
    return coverage(ready.before, before, impossible), coverage(ready.after, after, impossible)


async def _answers(sender: Ask, requests: Sequence[Request]) -> dict[Request, Answer]:
    return dict(zip(requests, await asyncio.gather(*map(sender.send, requests)), strict=True))


def _many(sender: Ask) -> Send:
    async def send(requests: Sequence[Request]) -> Sequence[Answer]:
        return await asyncio.gather(*map(sender.send, requests))

    return send


async def _smallest(group: Group, senders: tuple[Ask, Ask], rules: Rules) -> Disagreement:
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


def _deviations(judges: Mapping[Judge, Side], answers: Mapping[str, Answers], rules: Rules) -> tuple[Disagreement, ...]:
    """Where Traefik's imitation of ingress-nginx answers otherwise than nginx."""
    if set(judges) != {Judge.NGINX, Judge.TRAEFIK}:
        return ()
    nginx, traefik = judges[Judge.NGINX], judges[Judge.TRAEFIK]
    missing: tuple[NotReplayed, ...] = (*nginx.not_replayed, *traefik.not_replayed)
    alone = replace(
        rules, judge=Judge.TRAEFIK, ends=(nginx.ends, traefik.ends), ledger=Ledger(), missing=missing,
        after=rules.before, by_envoy=frozenset(), closed=Closed(), precedence=Precedence(),
    )  # fmt: skip
    found = answers[nginx.name]
    result = tally(found, found, answers[traefik.name], alone)
    return tuple(replace(group.first, explained="", times=group.times) for group in result.groups[:MOST_DEVIATIONS])
