"""Whatever stands in manifests: the model of routes says something of every host, or that it cannot."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from gatelift.proof.symbolic.model import Kind, Path, Undecided
from gatelift.proof.symbolic.routes import world
from support.judging import Manifest
from support.route_worlds import Maker, gateways

_STRANGE: tuple[Any, ...] = (None, "", [], {}, 5, "x", ["a"], [{}], {"a": 1}, True)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def _world(seed: int) -> list[Manifest]:
    maker = Maker(seed, envoy=True)
    for number in range(4):
        maker.site(number)
    return [*gateways(envoy=True), *maker.objects]


@pytest.mark.parametrize("seed", range(8))
def test_strange_values_are_answered_for(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    given = _world(seed)
    for _ in range(60):
        objects = copy.deepcopy(given)
        for _ in range(chance.choice((1, 1, 3))):
            holder, key = chance.choice([place for item in objects for place in _places(item)])
            holder[key] = chance.choice(_STRANGE)
        made = world(objects, envoy_gateway=chance.random() < 0.7)
        for host in (*made.names, "unknown.test"):
            with suppress(Undecided):
                assert made.rules(chance.choice(("http", "https")), host)[-1].path == Path(Kind.BELOW, "")
