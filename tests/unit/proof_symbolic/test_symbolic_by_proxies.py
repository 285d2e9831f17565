"""Both sides of a symbolic proof before real proxies: generated Ingresses, and what gatelift makes of them.

For classes of requests the proxies answer what the models say, on both sides; and what a proof reports as a difference
is one. Not asked of Traefik: hosts where it reads routes otherwise (regular paths, CORS), and requests for which it
asks another rule first (``answers.precedence``).
"""

from __future__ import annotations

import sys
from collections import Counter
from functools import cache
from typing import NamedTuple

import pytest

from gatelift.proof.symbolic.case import prove_case
from gatelift.proof.symbolic.prove import Found, Outcome
from gatelift.traffic.case import Case
from support.conversion import Setup, convert
from support.symbolic_proxies import After, Worlds, asked, case_of, disagreements, is_certain, names_of, some, unseen
from support.symbolic_sites import DECIDED, SETTINGS, Sites

pytestmark = pytest.mark.replay
_EACH, _WITNESSES = 3, 500
"""So many requests for each host and scheme, and so many witnesses for each run."""
_ON_ENVOY = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere few machines have a wheel of Envoy")
RUNS = [
    pytest.param(21, 550, "envoy-gateway", id="Envoy", marks=_ON_ENVOY),
    pytest.param(22, 450, "envoy-gateway", id="Envoy again", marks=_ON_ENVOY),
    pytest.param(23, 550, "standard", id="Traefik"),
]


class Proved(NamedTuple):
    """What is proved of generated hosts."""

    case: Case
    outcome: Outcome


@cache
def proved(seed: int, many: int, target: str) -> Proved:
    """Hosts, converted and proved."""
    sites = Sites(seed, many, regular=target == "envoy-gateway")
    setup = Setup(target=target, gateway="infra/shared", settings=SETTINGS, decide=DECIDED)
    case = case_of(convert(sites.text, setup))
    return Proved(case, prove_case(case, SETTINGS, envoy_gateway=target == "envoy-gateway"))


@pytest.mark.parametrize(("seed", "many", "target"), RUNS)
def test_proxies_answer_as_models_say_and_as_witnesses_show(seed: int, many: int, target: str) -> None:
    case, outcome = proved(seed, many, target)
    by_envoy = target == "envoy-gateway"
    worlds, after = Worlds.of(case, SETTINGS, envoy_gateway=by_envoy), After.of(case, by_envoy=by_envoy)
    requests = [request for request in some(worlds.requests(), _EACH, seed) if after.shows(request)]
    witnesses = [item for item in _telling(outcome) if after.shows(item.request) and is_certain(item, worlds)]

    found = asked(case, SETTINGS, after, [*requests, *(item.request for item in witnesses)])

    assert disagreements(worlds, found, after, names_of(case))[:3] == []
    assert unseen(witnesses, found, after, names_of(case))[:3] == []
    # Or it would show nothing.
    assert len(requests) > 2 * many
    assert len(witnesses) > _WITNESSES / 2
    assert outcome.hosts > many
    assert len(outcome.undecided) < many / 20


def _telling(outcome: Outcome) -> list[Found]:
    """Some of what was found, of every kind."""
    rare: Counter[tuple[str, str]] = Counter()
    places = []
    for item in outcome.found:
        kind = (item.difference.attribute, item.explained.partition(" of Ingress ")[0])
        rare[kind] += 1
        places.append((rare[kind], item))
    return [item for _, item in sorted(places, key=lambda pair: pair[0])][:_WITNESSES]


@pytest.mark.parametrize(("seed", "many", "target"), RUNS)
def test_what_gatelift_makes_of_ingresses_is_equal_but_for_what_it_says(seed: int, many: int, target: str) -> None:
    """But for expressions that take a part of an encoded character: no route can tell them from others."""
    _, outcome = proved(seed, many, target)

    wrong = [item for item in outcome.found if not item.explained and "%" not in item.request.target]
    assert wrong[:3] == []
