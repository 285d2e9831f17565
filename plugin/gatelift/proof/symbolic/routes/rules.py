"""The rules of routes, one for each match, and what they reply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.proof.symbolic.model import Rule
from gatelift.proof.symbolic.routes.matches import needs_of, path_of
from gatelift.proof.symbolic.routes.order import Unranked
from gatelift.proof.symbolic.routes.replies import Refers, reply
from gatelift.traffic.fields import at, maps, name
from gatelift.traffic.gateway.bound import Bound
from gatelift.traffic.gateway.expressions import with_cookies
from gatelift.traffic.model import Manifest
from gatelift.traffic.places.routes import called


class Matching(msgspec.Struct, frozen=True):
    """One match of one rule of a route, with the cookies that a filter asks for; ``place``: numbers of both, and how
    many matches the rule has."""

    rule: Mapping[str, Any]
    match: Mapping[str, Any]
    cookies: Sequence[Mapping[str, Any]]
    place: tuple[int, int]
    of: int


def compiled(found: Iterable[Bound], refers: Refers) -> Iterator[Unranked]:
    """What is asked for one host; a route that is there on several listeners counts once. Raises ``Undecided``."""
    routes = {name(item.route): item for item in found}
    for item in routes.values():
        for each in rules_of(item.route, refers):
            yield Unranked(
                rule=_rule(item, each, refers),
                match=with_cookies(each.match, each.cookies) if each.cookies else each.match,
                route=item.route,
                place=each.place,
            )


def _rule(item: Bound, each: Matching, refers: Refers) -> Rule:
    number, index = each.place
    host = "" if item.host == "*" else item.host
    path = path_of(each.match)
    return Rule(
        path=path,
        needs=needs_of(each.match, each.cookies),
        reply=reply(item.route, each.rule, each.match, refers),
        rank=0,
        about=called(item.route, host, each.match, (number, index, each.of)),
    )


def rules_of(route: Manifest, refers: Refers) -> Iterator[Matching]:
    """Every match of every rule. A route without rules has one that takes all, and forwards to nobody."""
    said = at(route, "spec", "rules")
    for number, rule in enumerate(({},) if said is None else maps(said)):
        made = list(_matches(route, rule, refers))
        for index, (match, cookies) in enumerate(made):
            yield Matching(rule, match, cookies, (number, index), len(made))


def _matches(
    route: Manifest, rule: Mapping[str, Any], refers: Refers
) -> Iterator[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]:
    matches: Sequence[Mapping[str, Any]] = maps(rule.get("matches")) or ({},)
    extensions = refers.objects.extensions(route, rule) or ()
    asked = [maps(item.get("cookies")) for spec in extensions for item in maps(spec.get("matches"))]
    yield from ((match, cookies) for match in matches for cookies in asked or [()])
