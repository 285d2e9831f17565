"""Real sources: what is rendered natively comes out of the plugin too, object for object, and only routes are new."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from argocd_apps import GATEWAY
from harness import Answer, App, call, environment, load, manifests, send, sidecar, taken

from gatelift.render.engines import packaged_kubectl
from support.corpus import folder as corpus
from support.helm import real_helm

pytestmark = [pytest.mark.corpus, pytest.mark.slow]

OURS = {
    "HTTPRoute",
    "GRPCRoute",
    "TLSRoute",
    "BackendTrafficPolicy",
    "ClientTrafficPolicy",
    "SecurityPolicy",
    "Backend",
}
REPOSITORIES = sorted(path.name for path in (corpus() / "kustomize").glob("real-*"))
CHARTS = sorted(path.parent.name for path in (corpus() / "helm").glob("*/Chart.yaml"))


def answer(repository: Path, app: App, tmp: Path, **variables: str) -> Answer:
    """One call, for a repository that is sent anew."""
    sent = send(repository, tmp)
    try:
        return call(load(), sent, app.path, environment(app, sidecar(tmp, **GATEWAY, **variables)))
    finally:
        shutil.rmtree(sent)


def held(given: Answer, native: str) -> list[dict[str, Any]]:
    """The objects that only the plugin prints; every native one must be there, as often and in the same order."""
    after = manifests(load(), given)
    waiting: Iterator[dict[str, Any]] = iter(taken(native))
    expected, new = next(waiting, None), []
    for item in after:
        if item == expected:
            expected = next(waiting, None)
        else:
            new.append(item)
    assert expected is None, expected
    return new


@pytest.mark.parametrize("name", REPOSITORIES)
def test_a_real_kustomization_keeps_every_object(name: str, tmp_path: Path) -> None:
    engine = str(packaged_kubectl())
    repository = corpus() / "kustomize" / name
    folders = sorted(path.parent for path in repository.rglob("kustomization.y*ml"))
    assert folders
    for folder in folders:
        path = folder.relative_to(repository).as_posix()
        native = subprocess.run([engine, "kustomize", str(folder)], capture_output=True, text=True, check=False)  # noqa: S603 - the packaged one
        given = answer(repository, App(path=path), tmp_path, GATELIFT_KUSTOMIZE=engine)
        assert (given.status == 0) == (native.returncode == 0), (path, given.stderr, native.stderr)
        if native.returncode == 0:
            assert {item["kind"] for item in held(given, native.stdout)} <= OURS, path
        else:
            assert given.stdout == b""


def over(base: Any, more: Any) -> Any:
    """Values over values, as helm lays them: null takes away."""
    if not isinstance(base, dict) or not isinstance(more, dict):
        return more
    merged = {**base, **{key: over(base.get(key), value) for key, value in more.items()}}
    return {key: value for key, value in merged.items() if value is not None or key not in more}


@pytest.fixture(scope="module")
def helm(tmp_path_factory: pytest.TempPathFactory) -> str:
    return real_helm(tmp_path_factory.mktemp("helm"))


@pytest.mark.parametrize("name", CHARTS)
def test_a_real_chart_keeps_every_object(name: str, helm: str, tmp_path: Path) -> None:
    """With each of its cases as its values: an application without parameters has no others."""
    chart = tmp_path / "repository" / "chart"
    shutil.copytree(corpus() / "helm" / name, chart)
    cases = sorted((chart / "cases").glob("*.yaml"))
    assert cases
    defaults = yaml.safe_load((chart / "values.yaml").read_text())
    words = ["template", ".", "--name-template", "shop", "--namespace", "shop", "--kube-version", "1.33.1"]
    flags = [f"--api-versions={each}" for each in environment(App(), {})["KUBE_API_VERSIONS"].split(",")]
    routes = 0
    for case in cases:
        (chart / "values.yaml").write_text(yaml.safe_dump(over(defaults, yaml.safe_load(case.read_text()))))
        command = [helm, *words, *flags, "--include-crds"]
        native = subprocess.run(command, cwd=chart, capture_output=True, text=True, check=True).stdout  # noqa: S603 - this test's engine
        given = answer(tmp_path / "repository", App(path="chart"), tmp_path, GATELIFT_HELM=helm)
        assert given.status == 0, (case.name, given.stderr)
        new = held(given, native)
        assert {item["kind"] for item in new} <= OURS, case.name
        routes += len(new)
    assert routes
