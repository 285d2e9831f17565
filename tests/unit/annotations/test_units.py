"""One test over all units: each case reads as it says, each unit has its document, and refusals are covered."""

from __future__ import annotations

import pytest

from gatelift.annotations import registry
from gatelift.annotations.unit import Case, Inert, Refused, Translated, Unit, case_context
from gatelift.intent.base import Intent
from gatelift.targets.registry import everything as all_targets

UNITS = tuple(registry.everything())
CASES = [
    pytest.param(unit, case, id=f"{module}-{number}-{case.value[:30]!r}")
    for _, module, unit in UNITS
    for number, case in enumerate(unit.cases)
]
OTHERWISE: dict[tuple[str, str], str] = {
    ("limit_allowlist", "RateLimit"): "without the exemption more clients are limited, without the limit none",
}
"""(module, name of an intent) -> why this intent of the unit withholds though the unit's refusal does not, or the
other way round."""
TARGETS = [target.name for target in all_targets()]
HEADINGS = ("## What it does", "## What it becomes", "## Differences", "## What to check")


@pytest.mark.parametrize(("unit", "case"), CASES)
def test_a_case_reads_as_it_says(unit: Unit, case: Case) -> None:
    result = unit.read(case.value, case_context(unit, case))
    assert type(result) is type(case.expect), result
    match result, case.expect:
        case Translated(), Translated():
            assert result.intents == case.expect.intents
            assert bool(result.differs) == bool(case.expect.differs)
            assert case.expect.differs in result.differs
        case Inert(), Inert():
            assert case.expect.why in result.why
        case Refused(), Refused():
            assert case.expect.why in result.why
            assert result.todo
            assert case.expect.todo in result.todo
            assert case.expect.risk in (None, result.risk)


@pytest.mark.parametrize(("family", "module", "unit"), UNITS, ids=[module for _, module, _ in UNITS])
def test_a_unit_is_whole(family: str, module: str, unit: Unit) -> None:
    text = registry.document(family, module)
    positions = [text.find(heading) for heading in HEADINGS]
    assert -1 not in positions
    assert positions == sorted(positions)
    assert unit.source.startswith("https://")
    assert unit.summary
    assert not unit.summary.endswith(".")
    assert unit.cases
    if not unit.total:
        assert any(not isinstance(case.expect, Translated) for case in unit.cases)


def intents(unit: Unit) -> dict[str, Intent]:
    """What the unit's translated cases mean, an example of each kind of intent."""
    return {
        type(intent).__name__: intent
        for case in unit.cases
        if isinstance(case.expect, Translated)
        for intent in case.expect.intents
    }


@pytest.mark.parametrize(("module", "unit"), [(m, u) for _, m, u in UNITS], ids=[m for _, m, _ in UNITS])
def test_a_unit_withholds_exactly_when_its_intents_would(module: str, unit: Unit) -> None:
    for name, intent in intents(unit).items():
        same = intent.risk.withholds == unit.risk.withholds
        assert same is not ((module, name) in OTHERWISE), f"{name} is {intent.risk}, the unit {unit.risk}"


def test_every_exception_has_a_reason_and_its_unit() -> None:
    known = {(module, name) for _, module, unit in UNITS for name in intents(unit)}
    assert set(OTHERWISE) <= known
    assert all(OTHERWISE.values())


@pytest.mark.parametrize(("family", "module"), [(f, m) for f, m, _ in UNITS], ids=[m for _, m, _ in UNITS])
def test_the_table_of_a_unit_has_a_row_for_every_target_and_no_other(family: str, module: str) -> None:
    section = registry.document(family, module).partition("## What it becomes")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    assert rows[0] == ["target", "result"]
    assert sorted(row[0] for row in rows[2:]) == sorted(TARGETS)
    assert all(row[1] for row in rows[2:])


@pytest.mark.parametrize(
    ("module", "unit"), [(m, u) for f, m, u in UNITS if f == "nginx"], ids=[m for f, m, _ in UNITS if f == "nginx"]
)
def test_an_nginx_unit_is_found_by_its_file_name(module: str, unit: Unit) -> None:
    assert unit.names == (module.replace("_", "-"),)
    for alias in unit.aliases:
        assert registry.ALIASES[alias] == unit.names[0]


def test_every_alias_belongs_to_a_unit() -> None:
    claimed = {alias: unit.names[0] for _, _, unit in UNITS for alias in unit.aliases}
    assert claimed == registry.ALIASES


def test_two_in_five_cases_prove_that_nothing_is_emitted() -> None:
    nothing = sum(
        not isinstance(case.expect, Translated) or not case.expect.intents for _, _, u in UNITS for case in u.cases
    )
    assert nothing >= 0.4 * sum(len(unit.cases) for _, _, unit in UNITS)


def test_an_unknown_annotation_has_no_unit() -> None:
    assert registry.find("nginx.ingress.kubernetes.io/does-not-exist") is None
    assert registry.find("nginx.ingress.kubernetes.io/use_regex") is None
    assert registry.find("nginx.ingress.kubernetes.io/host") is None
