"""Whatever mistake is made in routes, the proof finds it: one of each kind, for all golden cases and generated hosts.

What it says nothing of is answered as without the mistake, is nearer to nginx, or is said to be left out. Proxies show
both: what is found differs there too, and what is equal does not.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from gatelift.findings import UsageError
from gatelift.proof.symbolic.case import prove_case
from gatelift.traffic.case import Case
from gatelift.traffic.fields import name
from gatelift.traffic.model import Manifest
from support.conversion import Conversion, Setup, convert, convert_files
from support.judging import ingress, prefix
from support.replaying import route, to
from support.route_mutants import kinds
from support.symbolic_mutants import Tried, Verdict, tried
from support.symbolic_proxies import After, Worlds, asked, cases_in, compared_after, is_certain, names_of, unseen
from support.symbolic_sites import DECIDED, SETTINGS, Sites, gateway

CASES = Path(__file__).resolve().parents[2] / "cases"
SETUP = Setup(gateway="infra/shared", settings=SETTINGS, decide=DECIDED)
_ON_ENVOY = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere few machines have a wheel of Envoy")
_OF_CASES, _SITES, _OF_SITES, _WITNESSES = 14, 70, 7, 60
EQUAL = {
    "HTTPRoute: order": "rules of one route are asked by how special they are, and none of these are equal",
    "HTTPRoute: path type": "another rule says the same for what is taken more or less, or nobody reaches the rule",
    "HTTPRoute: path text": "another rule says the same for what is no longer taken, or nobody reaches the rule",
    "HTTPRoute: rule dropped": "another rule says the same, or nobody reaches it",
    "HTTPRoute: match dropped": "another match takes the same",
    "HTTPRoute: host": "nothing is served there: no listener, or another route of the host says the same",
    "HTTPRoute: host dropped": "as for a host",
    "HTTPRoute: backend": "nobody reaches the rule",
    "HTTPRoute: method": "another rule says the same for other methods, or nobody reaches the rule",
    "HTTPRoute: section": "nothing is served there, or another route says the same",
    "HTTPRoute: filter dropped": "nobody reaches the rule, or it says what the backend does anyway",
    "HTTPRoute: header": "the rule beside it says the same for both values",
    "HTTPRoute: header dropped": "the same",
    "HTTPRoute: code": "nobody reaches the rule",
    "HTTPRoute: scheme": "nobody reaches the rule, or it comes by this scheme",
    "HTTPRoute: location": "nobody reaches the rule",
    "HTTPRoute: rewrite": "nobody reaches the rule",
    "HTTPRoute: weight": "nobody reaches the rule",
    "HTTPRouteFilter: answer": "nobody reaches the rule that refers to it",
    "HTTPRouteFilter: substitution": "the same",
    "HTTPRouteFilter: policy dropped": "the same",
    "SecurityPolicy: networks": "the default says the same for these addresses",
    "SecurityPolicy: admission": "the rules decide for all addresses",
    "SecurityPolicy: policy dropped": "nobody reaches the route",
    "Gateway: listener host": "no route hangs on the listener",
    "Gateway: listener dropped": "no route hangs on the listener",
}
"""Why nothing is answered otherwise where a mutant of some kind is equal."""


@cache
def of_golden_cases() -> tuple[Tried, ...]:
    return tuple(_tried(_golden(), _OF_CASES))


@cache
def of_generated_hosts() -> tuple[Tried, ...]:
    sites = (Sites(seed, 1, start=seed) for seed in range(_SITES))
    return tuple(_tried((convert(site.text, SETUP) for site in sites), _OF_SITES))


def _tried(conversions: Iterable[Conversion], most: int) -> Iterator[Tried]:
    chance = random.Random(1)  # noqa: S311 - a seed makes it the same each time
    for made in conversions:
        for case in cases_in(made):
            yield from tried(case, SETTINGS, chance, most)


def _golden() -> Iterator[Conversion]:
    for folder in sorted(CASES.glob("*/before")):
        try:
            yield convert_files([str(folder)], SETUP)
        except UsageError:
            # Classes that need a Gateway each.
            continue


def _counted(found: Iterable[Tried]) -> Counter[Verdict]:
    return Counter(item.verdict for item in found)


def test_no_mistake_in_a_golden_case_is_missed() -> None:
    found = of_golden_cases()

    assert [item for item in found if item.verdict is Verdict.MISSED][:3] == []
    assert {item.kind for item in found if item.verdict is Verdict.EQUAL} <= set(EQUAL)
    counts = _counted(found)
    assert counts[Verdict.FOUND] > 900
    assert counts[Verdict.EQUAL] + counts[Verdict.NEARER] + counts[Verdict.STATED] < counts[Verdict.FOUND] / 15


def test_no_mistake_in_a_generated_host_is_missed() -> None:
    found = of_generated_hosts()

    assert [item for item in found if item.verdict is Verdict.MISSED][:3] == []
    assert {item.kind for item in found if item.verdict is Verdict.EQUAL} <= set(EQUAL)
    assert _counted(found)[Verdict.FOUND] > 300


def test_mistakes_of_every_kind_are_found_somewhere() -> None:
    shown = {item.kind for item in (*of_golden_cases(), *of_generated_hosts()) if item.verdict is Verdict.FOUND}

    # Of what is converted no two rules are equal; and few have several matches.
    assert set(kinds()) - shown <= {"HTTPRoute: order", "HTTPRoute: match dropped"}


def test_the_order_of_rules_is_minded_where_it_counts() -> None:
    rules = [to("/", "web"), to("/", "next")]
    before = (ingress("web", prefix("www.example.com", "/", "web")),)
    right, wrong = (Case(before=before, after=(gateway(), route("web", "www.example.com", each)))
                    for each in (rules, rules[::-1]))  # fmt: skip

    assert prove_case(right, {}, envoy_gateway=True).holds
    assert not prove_case(wrong, {}, envoy_gateway=True).holds


@pytest.mark.replay
@_ON_ENVOY
def test_what_is_found_is_answered_otherwise() -> None:
    chosen = _one_of_each_host(item for item in of_generated_hosts() if item.witness is not None)[:_WITNESSES]
    case = _together([item.case for item in chosen])
    worlds, after = Worlds.of(case, SETTINGS, envoy_gateway=True), After.of(case, by_envoy=True)
    witnesses = [item.witness for item in chosen if item.witness and is_certain(item.witness, worlds)]

    found = asked(case, SETTINGS, after, [item.request for item in witnesses])

    assert unseen(witnesses, found, after, names_of(case)) == []
    assert len(witnesses) > _WITNESSES - 15


@pytest.mark.replay
@_ON_ENVOY
def test_what_is_equal_is_answered_alike() -> None:
    chosen = _one_of_each_host(item for item in of_generated_hosts() if item.verdict is Verdict.EQUAL)
    wrong = _together([item.case for item in chosen])
    sites = {_site(item) for item in chosen}
    right = _together([case for site in sites for case in cases_in(convert(Sites(site, 1, start=site).text, SETUP))])

    assert len(chosen) > 10
    assert compared_after(right, wrong)[:3] == []


def _site(item: Tried) -> int:
    """The number in the names of all that is generated for a site."""
    digits = next(part for part in item.case.before if part.get("kind") == "Ingress")
    return int(name(digits).partition("/")[2][1:].partition("-")[0])


def _one_of_each_host(found: Iterable[Tried]) -> list[Tried]:
    """For each site the mutant of the rarest kind; one of what sites share would be one for all."""
    own = [item for item in found if not item.kind.startswith("Gateway")]
    times = Counter(item.kind for item in own)
    chosen: dict[int, Tried] = {}
    for item in sorted(own, key=lambda item: times[item.kind]):
        chosen.setdefault(_site(item), item)
    return list(chosen.values())


def _together(cases: Sequence[Case]) -> Case:
    """Cases of different hosts as one."""
    return replace(cases[0], before=_once(cases, "before"), after=_once(cases, "after"))


def _once(cases: Sequence[Case], field: str) -> tuple[Manifest, ...]:
    found = {(item.get("kind"), name(item)): item for case in cases for item in getattr(case, field)}
    return tuple(found.values())
