"""What a symbolic proof says, in sentences: for an account of a plan, and for a person who reads a difference."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from gatelift.proof.evidence import Beside, Evidence, Proof
from gatelift.proof.symbolic.prove import Found, Outcome
from gatelift.traffic.model import NotReplayed
from gatelift.traffic.shown.curl import curl
from gatelift.traffic.shown.hiding import request, told
from gatelift.traffic.shown.meaning import means

_OWNER = re.compile(r"(?:Ingress|HTTPRoute|GRPCRoute|TLSRoute) ([^\s/]+/[^\s:]+)")


def evidence(cluster: str, outcome: Outcome) -> Evidence:
    """The proof of one cluster: its figures where it holds, else the smallest request that nothing explains."""
    return Evidence(
        proof=Proof.SYMBOLIC,
        root=cluster,
        holds=outcome.holds,
        text=_text(outcome),
        partial=tuple(_partial(outcome)),
        beside=_beside(outcome),
    )


def figures(outcome: Outcome) -> str:
    """What was covered."""
    before, after = outcome.rules
    return f"{outcome.classes} classes of requests to {outcome.hosts} hosts, by {before} rules before and {after} after"


def verdict(outcome: Outcome) -> str:
    """In a few words: equal, equal but for what is stated, or not."""
    if not outcome.holds:
        return "not equal"
    decided = "equal for every request" if not outcome.undecided else "equal for every request to the hosts decided"
    stated = len({item.explained for item in outcome.found})
    return decided + (f", but for {stated} stated difference{'s' * (stated > 1)}" if stated else "")


def owners(outcome: Outcome) -> frozenset[str]:
    """``namespace/name`` of every Ingress and route that replies where nothing explains a difference."""
    rules = (rule for item in outcome.found if not item.explained for rule in item.rules)
    return frozenset(name for rule in rules for name in _OWNER.findall(rule))


def shown(item: Found) -> Found:
    """A difference as it may be shown, without values that look secret."""
    before, after = told(item.difference.attribute, item.difference.before, item.difference.after)
    difference = replace(item.difference, before=before or "nothing", after=after or "nothing")
    return replace(item, request=request(item.request), difference=difference)


def _beside(outcome: Outcome) -> tuple[Beside, ...]:
    wrong = [item for item in outcome.found if not item.explained]
    if not all(item.standing for item in wrong):
        return ()
    found: dict[tuple[str, str], Beside] = {}
    for item in wrong:
        mine = item.rules[0].partition(":")[0]
        found.setdefault((mine, item.standing), Beside(mine, item.standing, _said(shown(item))))
    return tuple(found.values())


def _text(outcome: Outcome) -> str:
    wrong = next((shown(item) for item in outcome.found if not item.explained), None)
    return _said(wrong) if wrong is not None else f"{verdict(outcome)}: {figures(outcome)}"


def _said(wrong: Found) -> str:
    said = wrong.difference
    rules = [rule or "no rule" for rule in wrong.rules]
    return (
        f"{means(said.attribute, said.before, said.after)}: {said.attribute} is {said.before} before "
        f"({rules[0]}), {said.after} after ({rules[1]}), for {curl(wrong.request)}"
    )


def _partial(outcome: Outcome) -> Iterator[str]:
    yield from (f"undecided for {item.host}: {item.why}" for item in outcome.undecided)
    yield from dict.fromkeys(f"not compared: {left(item)}" for item in outcome.left_out)
    yield from (f"on some paths only: the rewrite of {rule}" for rule in outcome.sampled)


def left(item: NotReplayed) -> str:
    """What is left out, and where."""
    where = f" on {', '.join(item.hosts)}" if item.hosts else ""
    return f"{item.why}{where}"
