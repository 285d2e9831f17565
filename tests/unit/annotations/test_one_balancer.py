"""However the annotations about endpoints are combined, one at most decides, and it is the one that nginx obeys."""

from __future__ import annotations

from itertools import product

import msgspec
import pytest

from gatelift.annotations import registry
from gatelift.annotations.controller import Controller
from gatelift.annotations.evaluate import Rulings, evaluate
from gatelift.annotations.unit import NGINX, case_context
from gatelift.ingress.model import Ingress
from gatelift.intent.balancing import Balancing, HashBy, ServiceAddress
from gatelift.intent.traffic import Affinity

VALUES = {
    "service-upstream": (None, "true", "false", "on"),
    "affinity": (None, "cookie", "ip"),
    "upstream-hash-by": (None, "$remote_addr", "$request_uri"),
    "load-balance": (None, "round_robin", "ewma", "chash"),
}
CHOOSES = (Affinity, HashBy, Balancing)


def ingress(annotations: dict[str, str]) -> Ingress:
    unit = registry.find("example.com/owner")
    assert unit is not None
    made = case_context(unit, unit.cases[0]).ingress
    return msgspec.structs.replace(made, annotations={NGINX + name: value for name, value in annotations.items()})


def chosen(annotations: dict[str, str], settings: dict[str, str]) -> set[type]:
    """The kinds of intents about endpoints that an Ingress ends up with."""
    found = evaluate(ingress(annotations), Rulings(controller=Controller(settings=settings))).intents
    return {type(item.intent) for item in found} & {*CHOOSES, ServiceAddress}


@pytest.mark.parametrize("settings", [{}, {"load-balance": "ewma"}, {"service-upstream": "true"}], ids=str)
def test_at_most_one_rule_chooses(settings: dict[str, str]) -> None:
    for values in product(*VALUES.values()):
        annotations = {name: value for name, value in zip(VALUES, values, strict=True) if value is not None}
        assert len(chosen(annotations, settings) & {HashBy, Balancing, Affinity}) <= 1, annotations


@pytest.mark.parametrize(
    ("annotations", "settings", "expected"),
    [
        ({"affinity": "cookie", "upstream-hash-by": "$remote_addr", "load-balance": "ewma"}, {}, {Affinity}),
        ({"upstream-hash-by": "$remote_addr", "load-balance": "ewma"}, {}, {HashBy}),
        ({"upstream-hash-by": "$remote_addr"}, {"load-balance": "ewma"}, {HashBy}),
        ({"upstream-hash-by": "$request_uri", "load-balance": "ewma"}, {}, set()),
        ({}, {"load-balance": "ewma"}, {Balancing}),
        ({}, {"upstream-hash-by": "$remote_addr"}, set()),
        ({"service-upstream": "true", "load-balance": "ewma"}, {}, {ServiceAddress}),
        ({"service-upstream": "on", "load-balance": "ewma"}, {"service-upstream": "true"}, {Balancing}),
        ({"load-balance": "ewma"}, {"service-upstream": "true"}, {ServiceAddress}),
        ({}, {}, set()),
    ],
)
def test_it_is_the_one_that_nginx_obeys(
    annotations: dict[str, str], settings: dict[str, str], expected: set[type]
) -> None:
    assert chosen(annotations, settings) == expected
