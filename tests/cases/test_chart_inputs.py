"""The miniature repositories with charts are what their READMEs say, before anything is rewritten.

A chart that stops rendering by a slip of the pen would prove nothing, and prove it quietly.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from chart_inputs import FOLDERS, chartered

from gatelift.findings import Severity

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "charts"
BROKEN = {
    "chart-broken-in-one-case": ({"values.yaml", "values-old-harbour.yaml"}, "name the host of your harbour"),
    "chart-dependency-missing": ({"values.yaml", "Application argocd/bakery"}, "postgresql"),
    "chart-that-does-not-render": ({"values-prod.yaml", "values.yaml, ingress.enabled=true"}, "templates/ingress.yaml"),
}
"""Cases that do not render, and what their findings say; of the second all cases, for nothing of it renders."""
TOLD = {
    "chart-dependency-missing": {"helm/dependency"},
    "chart-remote-schema": {"helm/remote-schema"},
    "chart-values-from-elsewhere": {"helm/partial"},
}
WITH_ROUTES = {name for name in FOLDERS if name.startswith("chart-own-")}
NAMES = sorted(FOLDERS)


def test_there_are_charts_in_many_shapes() -> None:
    assert len(NAMES) >= 50
    assert len(WITH_ROUTES) >= 5


@pytest.mark.parametrize("name", NAMES)
def test_each_says_what_it_proves_and_names_a_gateway(name: str) -> None:
    folder = FOLDERS[name]
    readme = (folder.parent / "README.md").read_text(encoding="utf-8")
    assert re.match(r"# \S.+\n\n\S", readme)
    assert all(len(line) <= 120 for line in readme.splitlines())
    settings = yaml.safe_load((folder / "gatelift.yaml").read_text(encoding="utf-8"))
    named = settings.get("gateway") or settings["overrides"][0]["gateway"]
    assert named == {"name": "shared", "namespace": "infra", "sectionName": "https"}


@pytest.mark.parametrize("name", NAMES)
def test_each_chart_renders_in_every_case_but_those_that_are_meant_not_to(name: str) -> None:
    made = chartered(FOLDERS[name])
    failed = {case for case, each in made.rendered.items() if each.failed}
    expected, why = BROKEN.get(name, (set(), ""))
    told = [finding.message for case in failed for finding in made.rendered[case].findings]
    assert {case.partition(" @ ")[2] for case in failed} >= expected
    assert bool(failed) is bool(expected)
    assert all(why in message for message in told)
    for each in made.rendered.values():
        assert each.failed or not [item for item in each.findings if item.severity is Severity.ERROR]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_told_of_a_chart_is_what_the_case_is_about(name: str) -> None:
    made = chartered(FOLDERS[name])
    assert {finding.code for finding in (*made.charts.findings, *made.cases.findings)} == TOLD.get(name, set())


@pytest.mark.parametrize("name", [name for name in NAMES if name != "chart-dependency-missing"])
def test_some_case_has_an_ingress_and_something_else_beside_it(name: str) -> None:
    made = chartered(FOLDERS[name])
    kinds = [{item.document.kind for item in each.objects} for each in made.rendered.values()]
    lists = name == "chart-list-for-each-replica"
    assert any(("List" if lists else "Ingress") in some and "Service" in some for some in kinds)
    assert any(case.deployed for case in made.cases.items)


def test_the_examples_render_in_every_case_and_are_deployed_to_both_clusters() -> None:
    made = chartered(EXAMPLES)
    assert [name for name, each in made.rendered.items() if each.failed] == []
    assert made.told == ()
    deployed = {(case.chart, *sorted(case.clusters)) for case in made.cases.items if case.deployed}
    assert {chart for chart, *_ in deployed} == set(made.charts.roots)
    assert len(deployed) == 2 * len(made.charts.roots) == 8


@pytest.mark.parametrize("name", sorted(WITH_ROUTES))
def test_a_chart_with_routes_of_its_own_has_them_in_a_template(name: str) -> None:
    charts = chartered(FOLDERS[name]).charts
    assert any(chart.routes and chart.ingresses for chart in charts.by_folder.values())
