"""The check that nothing restricting goes in silence, and the proof that it can fail.

Every unit of Risk.SECURITY is replaced by one that takes any value and asks for nothing; a case of its own must show.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TypeAlias

import pytest
from msgspec import structs

from gatelift.annotations import registry
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from support.catalogue import Example, examples_of_units, input_of
from support.conversion import Conversion
from support.doors import forwards
from support.evidence import unproved

KNOWN = {
    "excused": {"allowlist-source-range", "denylist-source-range", "limit-rps", "limit-rpm", "auth-type", "auth-url"},
    "asleep": {"allowlist-source-range", "denylist-source-range", "limit-rps", "limit-rpm", "auth-type", "auth-url"},
}
"""Mutant -> annotations of which ``support.evidence`` knows by itself what has to be there, and when."""
HARMLESS = {("proxy_ssl_verify", "silent"): "without the unit the gateway verifies all the same"}
"""Mutants that change what is written, and open nothing."""
TARGETS = ("envoy-gateway", "standard", "calico-3.30")
SECURITY = [(family, module) for family, module, unit in registry.everything() if unit.risk is Risk.SECURITY]


def own_cases(module: str) -> list[Example]:
    return [example for example in examples_of_units() if example.module == module]


def problems(module: str, target: str) -> Iterator[str]:
    for example in own_cases(module):
        given = input_of(example, target)
        yield from (f"{example}: {problem}" for problem in unproved(given.converted(), given.without, given.prefix))


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("module", [module for _, module in SECURITY])
def test_no_case_of_a_unit_that_restricts_goes_in_silence(module: str, target: str) -> None:
    assert list(problems(module, target)) == []


Read: TypeAlias = Callable[[str, UnitContext], Result]


def asks(case: Case) -> bool:
    """Whether a case asks for something, or is refused."""
    return isinstance(case.expect, Refused) or bool(isinstance(case.expect, Translated) and case.expect.intents)


def restricts(unit: Unit) -> bool:
    """Whether some case of the unit asks for something; else all that it can do is to say why not."""
    return any(map(asks, unit.cases))


def silent(unit: Unit) -> Read:
    """Takes whatever restricts, and asks for nothing."""

    def read(value: str, context: UnitContext) -> Result:
        result = unit.read(value, context)
        return result if isinstance(result, Inert) and restricts(unit) else Translated()

    return read


def excused(unit: Unit) -> Read:
    """Says that there is a difference, and asks for nothing."""
    return lambda value, context: Translated(differs="a gateway does it in a way of its own")


def asleep(unit: Unit) -> Read:
    """Says that the annotation does nothing."""
    return lambda value, context: Inert("it does nothing today")


MUTANTS = [
    pytest.param(family, module, mutant, id=f"{module}-{mutant.__name__}")
    for family, module, unit in registry.everything()
    if unit.risk is Risk.SECURITY
    for mutant in (silent, excused, asleep)
    if mutant is silent or unit.names[0] in KNOWN[mutant.__name__]
]


@pytest.mark.slow
@pytest.mark.parametrize(("family", "module", "mutant"), MUTANTS)
def test_a_unit_that_drops_what_it_should_ask_for_is_found_out(
    family: str, module: str, mutant: Callable[[Unit], Read], monkeypatch: pytest.MonkeyPatch, units_anew: None
) -> None:
    inputs = [input_of(example, target) for example in own_cases(module) for target in TARGETS]
    before = [plain(given.converted()) for given in inputs]
    place = import_module(f"gatelift.annotations.{family}.{module}")
    unit: Unit = place.unit
    monkeypatch.setattr(place, "unit", structs.replace(unit, read=mutant(unit)))
    forget()
    after = [given.converted() for given in inputs]
    found = [list(unproved(made, given.without, given.prefix)) for made, given in zip(after, inputs, strict=True)]
    unseen = [
        given.ingresses[0]["metadata"]["annotations"]
        for given, old, made, problems in zip(inputs, before, after, found, strict=True)
        if plain(made) != old and is_open(made) and not problems
    ]
    asking = [made for made, given in zip(after, inputs, strict=True) if asks(given.cases[0])]
    if (module, mutant.__name__) not in HARMLESS:
        assert unseen == []
        assert any(found) or not any(map(is_open, asking))


def is_open(found: Conversion) -> bool:
    """Whether some route has a backend."""
    return any(forwards(item) for item in found.emitted if item["kind"] in ("HTTPRoute", "GRPCRoute"))


def plain(found: Conversion) -> list[str]:
    return sorted(json.dumps(item, sort_keys=True) for item in found.emitted)


def test_what_is_known_by_name_has_a_unit() -> None:
    there = {name for _, _, unit in registry.everything() for name in unit.names}
    assert KNOWN["excused"] | KNOWN["asleep"] <= there


def forget() -> None:
    """Drop what is remembered of units."""
    caches = [item.cache_clear for item in vars(registry).values() if hasattr(item, "cache_clear")]
    assert caches
    for clear in caches:
        clear()


@pytest.fixture
def units_anew() -> Iterator[None]:
    """Nobody remembers a mutant after the test."""
    yield
    forget()
