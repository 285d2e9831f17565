"""The real charts, rewritten: every template that renders an Ingress has a strategy, every case is proved.

Each values file of a chart is deployed to a cluster of its own, which is what they are: alternatives.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from gatelift.config import Config
from gatelift.plan.make import make_plan
from gatelift.plan.model import Plan
from gatelift.render.charts import ChartEngine, renderer
from gatelift.render.helm import helm_engine
from gatelift.render.rendering import Rendering
from gatelift.render.sdk import sdk_engine
from gatelift.sources.helm.rendering import rendered
from support.corpus import folder as corpus
from support.helm import helm_of
from support.planned_charts import Proposed, configured, propose, rendering, request

pytestmark = pytest.mark.corpus

PARENT = {"name": "shared", "namespace": "infra", "sectionName": "https"}
CLASS = "kubernetes.io/ingress.class"
HELD = {
    "argocd-image-updater/cases/extra.yaml": "certificate if it covers the host",
    "harbor/cases/gce.yaml": "",  # of another controller
    "harbor/cases/hostless-internal-tls.yaml": "",  # on only where the namespace of its Services is known
    "keycloakx/cases/console.yaml": "its class is not resolved",
    "keycloakx/cases/port-override.yaml": "the number of its port use-annotation is not known",
    "oauth2-proxy/cases/tls.yaml": "certificate if it covers the host",
    "prometheus-server/cases/extra-paths.yaml": "the number of its port use-annotation is not known",
    "whoami/cases/tls.yaml": "certificate if it covers the host",
}
"""Values files of which an Ingress is withheld, and why: their switch stays off, and their templates are tried."""


@cache
def charts() -> tuple[str, ...]:
    """The charts of the corpus."""
    return tuple(sorted(path.parent.name for path in (corpus() / "helm").glob("*/Chart.yaml")))


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the charts with an Application for each of their values files, and a Gateway."""
    target = tmp_path_factory.mktemp("corpus") / "repository"
    shutil.copytree(corpus() / "helm", target)
    cases = {name: ["cases/*.yaml"] for name in charts()}
    (target / "gatelift.yaml").write_text(yaml.safe_dump({"gateway": PARENT, "helm": {"cases": cases}}))
    (target / "apps").mkdir()
    for name in charts():
        for path in sorted((target / name / "cases").glob("*.yaml")):
            path.write_text(_of_a_class(path.read_text()))
            application = _application(name, path.stem)
            (target / "apps" / f"{name}-{path.stem}.yaml").write_text(yaml.safe_dump(application))
    return target


def _of_a_class(text: str) -> str:
    """Values that name a class: without one nobody knows who serves an Ingress, and nothing becomes of it."""
    values = yaml.safe_load(text)
    blocks = [item for item in _ingresses(values) if "class" not in str(item).lower() and "controller" not in item]
    for block in blocks:
        block["annotations"] = {**(block.get("annotations") or {}), CLASS: "nginx"}
    return yaml.safe_dump(values, sort_keys=False) if blocks else text


def _ingresses(values: Any) -> Iterator[dict[str, Any]]:
    """Everything that stands under ``ingress``, however deep."""
    if isinstance(values, dict):
        for key, value in values.items():
            if key == "ingress" and isinstance(value, dict):
                yield value
            yield from _ingresses(value)


def _application(chart: str, case: str) -> Mapping[str, Any]:
    source = {
        "repoURL": "https://git.example.com/a/b",
        "path": chart,
        "helm": {"releaseName": chart, "valueFiles": [f"cases/{case}.yaml"]},
    }
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": f"{chart}-{case}", "namespace": "argocd"},
        "spec": {"destination": {"name": f"{chart}-{case}", "namespace": "apps"}, "source": source},
    }


@pytest.fixture(scope="module")
def plan(repository: Path) -> Plan:
    """What ``gatelift plan`` says of it, made once."""
    config = configured(repository)
    with rendering(config, workers=2) as render:
        return make_plan(request(repository, config, render))


def _strategies(plan: Plan) -> dict[str, str]:
    return {item.path: item.strategy for item in plan.templates}


def _values_files() -> set[str]:
    return {f"{name}/cases/{path.name}" for name in charts() for path in (corpus() / "helm" / name).glob("cases/*")}


def test_every_template_that_renders_an_ingress_has_a_strategy(plan: Plan) -> None:
    found = _strategies(plan)
    assert {path.partition("/")[0] for path in found} == set(charts())
    assert len(found) == 13
    assert set(found.values()) <= {"own", "readable", "wrapped"}, found


def test_most_are_readable_or_need_only_values(plan: Plan) -> None:
    found = Counter(_strategies(plan).values())
    assert found["own"] + found["readable"] >= 12, found


def test_every_case_is_proved(plan: Plan) -> None:
    assert len(_values_files()) == sum(not root.tried for root in plan.roots) == 30
    held = {f"{path.partition('/')[0]}-{path.rpartition('/')[2].partition('.')[0]}" for path in HELD}
    withdrawn = {root.root.rpartition("/")[2]: root.withdrawn for root in plan.roots if root.withdrawn}
    assert {name: why for name, why in withdrawn.items() if name not in held or " is withheld: " not in why} == {}
    assert {root.root: item.text for root in plan.roots for item in root.evidence if not item.holds} == {}
    unproved = [root.root for root in plan.roots if root.ingresses and not root.proved and not root.withdrawn]
    assert unproved == []
    # Each template is tried with the switch off and on in every case of its chart, toggles included.
    assert sum(item.cases for item in plan.templates) > 80


def test_every_values_file_is_switched_on_but_where_an_ingress_is_withheld(plan: Plan) -> None:
    changed = {item.path: yaml.safe_load(item.after or b"") for item in plan.files if "/cases/" in item.path}
    assert changed.keys() >= _values_files() - HELD.keys()
    assert changed.keys() <= _values_files() - {path for path, why in HELD.items() if why}
    assert all("'enabled': True, 'name': 'shared', 'namespace': 'infra'" in str(text) for text in changed.values())
    said = " ".join(change.withheld.text for change in plan.result.changes if change.withheld is not None)
    assert [why for why in HELD.values() if why not in said] == []


def test_nothing_is_edited_but_values_schemas_and_notes(plan: Plan) -> None:
    edited = [item.path for item in plan.files if item.before is not None]
    names = {"values.yaml", "values.schema.json", "NOTES.txt"}
    assert [path for path in edited if "/cases/" not in path and path.rpartition("/")[2] not in names] == []
    assert [item.path for item in plan.files if item.after is None] == []
    assert {item.path.partition("/")[0] for item in plan.files} == set(charts())


Rendered = Mapping[str, Rendering]


def _shown(made: Rendering) -> object:
    return made.cause, made.notes, [(item.origin, item.document.value) for item in made.objects]


def _objects(made: Rendering) -> list[str]:
    """The objects of a rendering, whatever their order and their templates."""
    return sorted(json.dumps(item.document.value, sort_keys=True, default=str) for item in made.objects)


@pytest.fixture(scope="module")
def proposed(repository: Path) -> Proposed:
    """The same as proposals, with what they are tried on."""
    config = configured(repository)
    with rendering(config, workers=2) as render:
        return propose(request(repository, config, render))


def _with(engine: ChartEngine, proposed: Proposed, state: bool | None) -> Rendered:
    """Every case with the switches on or off; of the charts as they were where ``state`` is None."""
    tree = proposed.tree if state is None else proposed.tree.changed(proposed.files)
    cases = [case for kept in proposed.candidates.values() for case in proposed.cases(kept, state)]
    with renderer(engine) as asked:
        return dict(rendered(asked, tree, proposed.roots.charts.sources.charts, cases, Config(), notes=True))


@pytest.mark.slow
@pytest.mark.parametrize("state", [False, True])
def test_both_helms_and_the_library_render_the_same(
    proposed: Proposed, state: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    library = sdk_engine()
    assert library is not None
    before, wanted = _with(library, proposed, None), _with(library, proposed, state)
    assert len(wanted) > 60
    drawn = proposed.roots.charts.lots.keys()
    if not state:
        assert [name for name in wanted if name not in drawn and _objects(wanted[name]) != _objects(before[name])] == []
    else:
        assert sum(len(_objects(wanted[name])) > len(_objects(before[name])) for name in wanted) > 30
    for major in (3, 4):
        found = _with(helm_engine({}, helm_of(major, tmp_path_factory.mktemp("helms"))), proposed, state)
        assert found.keys() == wanted.keys()
        different = [name for name in found if name not in drawn and _shown(found[name]) != _shown(wanted[name])]
        assert different == [], major


def _lint(helm: str, folder: Path, values: Path) -> tuple[int, list[str]]:
    """What ``helm lint --strict`` says of a chart with values."""
    command = [helm, "lint", "--strict", str(folder), "-f", str(values)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a helm of the tests
    lines = (done.stdout + done.stderr).splitlines()
    return done.returncode, [line.replace(str(folder), "") for line in lines if line.startswith("[")]


@pytest.mark.slow
@pytest.mark.parametrize("major", [3, 4])
def test_lint_says_what_it_said_before(
    repository: Path, plan: Plan, major: int, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    helm = helm_of(major, tmp_path_factory.mktemp("helms"))
    after = tmp_path / "after"
    shutil.copytree(repository, after)
    for item in plan.files:
        assert item.after is not None
        (after / item.path).parent.mkdir(exist_ok=True)
        (after / item.path).write_bytes(item.after)
    for path in sorted(_values_files()):
        name = path.partition("/")[0]
        old = _lint(helm, repository / name, repository / path)
        assert _lint(helm, after / name, after / path) == old, path
