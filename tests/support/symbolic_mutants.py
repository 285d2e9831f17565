"""Cases with one mistake each, and whether a symbolic proof finds it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from msgspec.structs import replace

from gatelift.proof.symbolic.case import prove_case
from gatelift.proof.symbolic.judging import Judging
from gatelift.proof.symbolic.model import Reply, Undecided, World
from gatelift.proof.symbolic.nginx.world import world as ingresses
from gatelift.proof.symbolic.prove import Found, Outcome, prove
from gatelift.proof.symbolic.routes.world import world as routes
from gatelift.traffic.answers.compare import left_out
from gatelift.traffic.answers.watched import watched
from gatelift.traffic.case import Case
from gatelift.traffic.fields import name
from gatelift.traffic.model import Request
from gatelift.traffic.nginx.settings import ASSUMED
from support.route_mutants import mutants
from support.ruling import answering


class Verdict(StrEnum):
    """What a proof makes of a mutant."""

    FOUND = "found"
    EQUAL = "equal"
    """No request is answered otherwise than without the mistake: routes held against routes tell nothing."""
    NEARER = "nearer"
    """What is answered otherwise is as nginx has it, or nearer to it."""
    STATED = "stated"
    """It is among what a stated difference tells, which others show as well."""
    LEFT_OUT = "left out"
    """The proof says that it does not compare it, or does not decide the host."""
    MISSED = "missed"


class Tried(NamedTuple):
    """A mutant: what was changed of which object, the case with it, and what became of it.

    ``witness``: what the proof reports, and the routes without the mistake answer otherwise. ``at``: where they do.
    """

    kind: str
    changed: str
    case: Case
    verdict: Verdict
    witness: Found | None = None
    at: tuple[Request, ...] = ()


def tried(case: Case, settings: Mapping[str, str], chance: random.Random, most: int = 1000) -> Iterator[Tried]:
    """Mutants of a case on Envoy Gateway, one of each kind and object; at most so many of all."""
    right, before = routes(case.objects_after, envoy_gateway=True), ingresses(case.before, settings or ASSUMED)
    found = [(number, *each) for number, item in enumerate(case.after) for each in mutants(item, chance)]
    for number, kind, made in found if len(found) <= most else chance.sample(found, most):
        after = tuple(made if place == number else each for place, each in enumerate(case.after))
        mutant = replace(case, after=after)
        verdict, witness, at = _judged(mutant, (before, right), settings)
        yield Tried(kind, name(case.after[number]), mutant, verdict, witness, at)


def _judged(
    case: Case, worlds: tuple[World, World], settings: Mapping[str, str]
) -> tuple[Verdict, Found | None, tuple[Request, ...]]:
    before, right = worlds
    wrong = routes(case.objects_after, envoy_gateway=True)
    judging = Judging(watched=watched(case.before, case.after))
    outcome = prove_case(case, settings, envoy_gateway=True)
    witnesses = (item for item in outcome.found if differ(item.request, right, wrong, judging))
    witness = next(witnesses, None)
    if witness is not None:
        return Verdict.FOUND, witness, (witness.request,)
    at = tuple(item.request for item in prove(right, wrong, judging).found)
    if not at:
        return Verdict.EQUAL, None, at
    compared = [request for request in at if not _is_left_out(request, outcome)]
    if not compared:
        return Verdict.LEFT_OUT, None, at
    far = [request for request in compared if differ(request, before, wrong, judging)]
    if not far:
        return Verdict.NEARER, None, at
    told = {item.rules for item in outcome.found if item.explained}
    alone = [request for request in far if told.isdisjoint(_pairs(request, before, wrong))]
    return (Verdict.MISSED if alone else Verdict.STATED), None, tuple(alone or far)


def _pairs(request: Request, before: World, after: World) -> set[tuple[str, str]]:
    """Who may reply, as a proof names them."""
    one, other = (answering(world.rules(request.scheme, request.host), request) for world in (before, after))
    return {(first.about, second.about) for first in one for second in other}


def _is_left_out(request: Request, outcome: Outcome) -> bool:
    undecided = any(item.host == request.host for item in outcome.undecided)
    return undecided or bool(left_out(request, outcome.left_out))


def differ(request: Request, one: World, other: World, judging: Judging) -> bool:
    """Whether one of two worlds may answer a request as the other never does."""
    try:
        first, second = (_replies(world, request) for world in (one, other))
        return any(_alone(request, reply, second, judging) for reply in first) or any(
            _alone(request, reply, first, judging) for reply in second
        )
    except Undecided:
        return False


def _replies(world: World, request: Request) -> list[Reply]:
    return [rule.reply for rule in answering(world.rules(request.scheme, request.host), request)]


def _alone(request: Request, reply: Reply, others: Sequence[Reply], judging: Judging) -> bool:
    return all(judging.differences(request, (reply, other)) for other in others)
