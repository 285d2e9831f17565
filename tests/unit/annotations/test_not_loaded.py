"""A value for which ingress-nginx drops the whole Ingress withholds it, however little the annotation matters (T42)."""

from __future__ import annotations

import pytest

from gatelift.annotations import registry
from gatelift.annotations.evaluate import Rulings, evaluate
from gatelift.annotations.unit import Case, Refused, Unit, case_context
from gatelift.intent.outcome import Disposition


def dead() -> list[tuple[Unit, Case]]:
    found = []
    for _, _, unit in registry.everything():
        for case in unit.cases:
            result = unit.read(case.value, case_context(unit, case))
            if isinstance(result, Refused) and result.not_loaded:
                found.append((unit, case))
    return found


DEAD = dead()


def test_units_of_every_weight_know_such_values() -> None:
    assert {unit.risk.withholds for unit, _ in DEAD} == {True, False}


@pytest.mark.parametrize(("unit", "case"), DEAD, ids=[f"{unit.names[0]}-{case.value[:20]!r}" for unit, case in DEAD])
def test_what_serves_nothing_today_is_withheld(unit: Unit, case: Case) -> None:
    context = case_context(unit, case)
    found = evaluate(context.ingress, Rulings(controller=context.controller, decide=case.decide))
    (reading,) = [item for item in found.readings if item.origin.key == context.key]
    (note,) = reading.notes
    assert note.disposition is Disposition.REFUSED
    assert note.risk.withholds
    assert reading.not_loaded
    accepted = evaluate(context.ingress, Rulings(controller=context.controller, accept={context.key: "it is known"}))
    (reading,) = [item for item in accepted.readings if item.origin.key == context.key]
    assert reading.notes[0].disposition is Disposition.DIFFERS
