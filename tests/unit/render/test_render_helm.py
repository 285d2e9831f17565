"""Charts: the words that helm is called with, and a real helm where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest
from render_trees import program
from render_trees import temporary_folder_of_each_test as temporary_folder_of_each_test

from gatelift.render.helm import HelmEngine, Release, arguments, template
from gatelift.render.kustomize import Cause

RELEASE = Release(name="shop", namespace="apps", kube_version="1.33.1", api_versions=("v1", "apps/v1"))


def test_the_words_are_in_the_order_of_argo_cd() -> None:
    assert " ".join(arguments(RELEASE)) == (
        "template . --name-template shop --namespace apps --kube-version 1.33.1 --api-versions v1 "
        "--api-versions apps/v1 --include-crds"
    )
    assert " ".join(arguments(Release(name="x"))) == "template . --name-template x --include-crds"


def test_helm_runs_in_the_folder_of_the_chart_with_homes_of_its_own(tmp_path: Path) -> None:
    chart = tmp_path / "root" / "charts" / "a b"
    chart.mkdir(parents=True)
    helm = program(tmp_path / "helm", 'echo "# $PWD"; test "$HELM_CACHE_HOME" = "$HOME" && echo ok')
    made = template(HelmEngine("v4.0.0", str(helm)), str(tmp_path / "root"), "charts/a b", RELEASE)
    assert made.text == f"# {chart}\nok\n"


def test_a_dependency_that_is_not_there_is_not_fetched(tmp_path: Path) -> None:
    said = (
        "Error: An error occurred while checking for chart dependencies: found in Chart.yaml, but missing in charts/ "
    )
    helm = program(tmp_path / "helm", f"echo '{said}directory: redis' >&2; exit 1")
    made = template(HelmEngine("v4.0.0", str(helm)), str(tmp_path), ".", RELEASE)
    assert made.cause is Cause.REMOTE
    assert made.error.startswith("it depends on charts that are not in charts/, and nothing is fetched: An error")


def test_a_chart_outside_is_not_rendered(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.\."):
        template(HelmEngine("v4.0.0", "/bin/true"), str(tmp_path), "../x", RELEASE)
