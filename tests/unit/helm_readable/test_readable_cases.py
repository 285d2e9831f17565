"""The charts of tests/cases whose shapes are read, each proved in all its cases by this strategy alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from rewritten import Charting

from gatelift.config.model import Phase

CASES = Path(__file__).parents[2] / "cases" / "rewrite"
READ = {
    "almost-static": "deploy/chart",
    "annotations-by-a-range": "charts/lectern",
    "backend-by-a-helper": "charts/atlas",
    "double-loop-in-another-style": "charts/quarry",
    "host-strings-one-path": "charts/gatehouse",
    "host-strings-paths-list": "charts/almanac",
    "literal-annotations": "charts/forge",
    "map-of-ingresses": "charts/exchange",
    "of-another-class": "charts/conveyor",
    "one-host-fixed-paths": "charts/harvest",
    "ports-by-name": "charts/vault-door",
    "scaffold-of-2021": "charts/courier",
    "scaffold-of-today": "charts/ledger",
    "services-by-literal-paths": "charts/bazaar",
    "services-by-values": "charts/studio",
    "tls-by-a-flag": "charts/voucher",
    "tpl-everywhere": "charts/parade",
    "unknown-annotation-in-one-file": "charts/crane",
    "withheld-in-one-file": "charts/archive",
    "without-a-guard": "charts/beacon",
}
RETIRED = ("almost-static", "one-host-fixed-paths", "scaffold-of-today", "services-by-literal-paths", "without-a-guard")


def charting(name: str, phase: Phase) -> Charting:
    folder = CASES / f"chart-{name}" / "before"
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return Charting(files, phase=phase)


@pytest.mark.parametrize("name", READ)
def test_all_cases_of_a_chart_are_proved(name: str) -> None:
    """With the switch off nothing changes, with it on routes are beside the Ingress; withheld ones stop the render."""
    (found,) = charting(name, Phase.COEXIST).outcomes(READ[name])
    assert found.given_up is None
    assert found.wrong == {}
    assert found.proved


@pytest.mark.parametrize("name", RETIRED)
def test_routes_follow_the_old_guard_once_the_ingress_is_gone(name: str) -> None:
    (found,) = charting(name, Phase.RETIRE).outcomes(READ[name])
    assert found.given_up is None
    assert found.wrong == {}
    assert "gateway.enabled" not in found.text
    assert found.proved


def test_a_route_that_the_template_alone_decides_about_needs_no_helper() -> None:
    (found,) = charting("almost-static", Phase.COEXIST).outcomes(READ["almost-static"])
    assert found.prefix not in found.text
    assert "{{- with .Values.gateway.namespace }}" in found.text
