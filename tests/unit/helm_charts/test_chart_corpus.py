"""Real charts with all their cases: Helm 3, Helm 4 and the library render the same objects."""

from __future__ import annotations

from pathlib import Path

import pytest
from chart_trees import sdk

from gatelift.config import Config
from gatelift.config.model import Helm, ValuesCases
from gatelift.render.charts import ChartEngine, renderer
from gatelift.render.helm import helm_engine
from gatelift.render.rendering import Rendering
from gatelift.repository.tree import Tree
from gatelift.repository.walk import open_tree
from gatelift.sources.deployed.model import Deployments
from gatelift.sources.helm.cases import Cases, find_cases
from gatelift.sources.helm.charts import Charts
from gatelift.sources.helm.discover import discover
from gatelift.sources.helm.rendering import rendered
from support.corpus import folder as corpus
from support.helm import helm_of

pytestmark = pytest.mark.corpus
Parts = tuple[Tree, Charts, Cases, Config]


@pytest.fixture(scope="module")
def parts() -> Parts:
    """The corpus, each file of ``cases/`` a case of its chart."""
    tree = open_tree(corpus() / "helm").tree
    charts = discover(tree)
    config = Config(helm=Helm(cases=tuple(ValuesCases(folder, ("cases/*.yaml",)) for folder in charts.roots)))
    return tree, charts, find_cases(tree, charts, Deployments(), config), config


def made_with(engine: ChartEngine, parts: Parts) -> dict[str, Rendering]:
    tree, charts, cases, config = parts
    with renderer(engine) as asked:
        return dict(rendered(asked, tree, charts, cases.items, config))


def shown(made: Rendering) -> object:
    """What has to be equal: the objects with their origins, in order, and the notes; or that there are none."""
    objects = [(item.origin, item.document.kind, item.document.name, item.document.value) for item in made.objects]
    return objects, made.notes, made.cause


def test_every_chart_is_found_with_its_ingresses_and_cases(parts: Parts) -> None:
    _, charts, cases, _ = parts
    assert len(charts.roots) == 12
    assert all(charts.by_folder[folder].ingresses for folder in charts.roots)
    assert charts.findings == cases.findings == ()
    assert {case.chart for case in cases.items if case.deployed} == set(charts.roots)
    assert sum(case.deployed for case in cases.items) == 30
    # promtail's Ingresses stand behind a map of ports, where no switch is known by its name.
    assert {case.chart for case in cases.items if case.toggled} >= set(charts.roots) - {"promtail", "harbor"}


def test_every_deployed_case_renders_with_the_library_alone(parts: Parts) -> None:
    _, charts, cases, _ = parts
    made = made_with(sdk(), parts)
    for case in cases.items:
        if case.deployed:
            assert not made[case.name].failed, made[case.name].findings
            kinds = {item.document.kind for item in made[case.name].objects}
            assert kinds & {"Ingress", "List"}, case.name  # alertmanager makes one List of an Ingress for each replica
            assert all(item.origin.startswith(charts.by_folder[case.chart].name) for item in made[case.name].objects)


@pytest.mark.slow
def test_every_engine_renders_the_same_objects_in_the_same_order(
    parts: Parts, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder: Path = tmp_path_factory.mktemp("helms")
    wanted = made_with(sdk(), parts)
    assert len(wanted) > 60
    for major in (3, 4):
        found = made_with(helm_engine({}, helm_of(major, folder)), parts)
        assert found.keys() == wanted.keys()
        for name, made in found.items():
            assert shown(made) == shown(wanted[name]), (major, name)
