"""Paths that are given: files, directories, links; what of a directory is read; what patterns are relative to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cli_inputs import GATEWAY, gatelift, good_is_reported, ingress, repository

META = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: bad, namespace: app}\n"


def test_a_missing_path_is_one_error(tmp_path: Path) -> None:
    repository(tmp_path, {"good.yaml": ingress()})
    result = gatelift("convert", *GATEWAY, "gone.yaml", "good.yaml", "--report", "report.json", cwd=tmp_path)
    assert result.code == 4
    assert "gone.yaml: error: cannot be read: no such file or directory" in result.stderr
    assert good_is_reported(tmp_path)


def test_a_directory_called_like_a_manifest_is_read_as_a_directory(tmp_path: Path) -> None:
    repository(tmp_path, {"m/dir.yaml/good.yaml": ingress()})
    assert gatelift("convert", *GATEWAY, "m", cwd=tmp_path).code == 0


def test_a_directory_without_manifests_is_said(tmp_path: Path) -> None:
    repository(tmp_path, {"m/readme.txt": "nothing"})
    result = gatelift("convert", *GATEWAY, "m", cwd=tmp_path)
    assert result.code == 4
    assert "m: error: no file below it ends in .yaml, .yml, .json" in result.stderr


def test_a_dangling_link_is_one_error(tmp_path: Path) -> None:
    repository(tmp_path, {"m/good.yaml": ingress()})
    (tmp_path / "m" / "a.yaml").symlink_to("gone.yaml")
    result = gatelift("convert", *GATEWAY, "m", "--report", "report.json", cwd=tmp_path)
    assert result.code == 4
    assert "m/a.yaml: error: cannot be read: no such file or directory" in result.stderr
    assert good_is_reported(tmp_path)


def test_a_loop_of_links_is_one_error(tmp_path: Path) -> None:
    repository(tmp_path, {"m/good.yaml": ingress()})
    (tmp_path / "m" / "a.yaml").symlink_to("b.yaml")
    (tmp_path / "m" / "b.yaml").symlink_to("a.yaml")
    result = gatelift("convert", *GATEWAY, "m", "--report", "report.json", cwd=tmp_path)
    assert result.code == 4
    assert "Traceback" not in result.stderr
    assert good_is_reported(tmp_path)


def test_a_link_out_of_the_directory_is_not_followed(tmp_path: Path) -> None:
    repository(tmp_path, {"m/good.yaml": ingress(), "secret.yaml": ingress("secret")})
    (tmp_path / "m" / "a.yaml").symlink_to("../secret.yaml")
    result = gatelift("convert", *GATEWAY, "m", "--keep-going", cwd=tmp_path)
    assert result.code == 4
    assert "m/a.yaml: error: this link leads out of the directory" in result.stderr
    assert "secret" not in result.stdout


def test_a_linked_directory_out_of_the_directory_is_not_followed(tmp_path: Path) -> None:
    repository(tmp_path, {"m/good.yaml": ingress(), "away/secret.yaml": ingress("secret")})
    (tmp_path / "m" / "linked").symlink_to("../away")
    result = gatelift("convert", *GATEWAY, "m", "--keep-going", cwd=tmp_path)
    assert "secret" not in result.stdout


def test_a_fifo_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    repository(tmp_path, {"m/good.yaml": ingress()})
    os.mkfifo(tmp_path / "m" / "a.yaml")
    result = gatelift("convert", *GATEWAY, "m", "--report", "report.json", cwd=tmp_path)
    assert result.code == 4
    assert "m/a.yaml: error: this is no regular file" in result.stderr
    assert good_is_reported(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_one_error(tmp_path: Path) -> None:
    repository(tmp_path, {"m/a.yaml": ingress("secret"), "m/good.yaml": ingress()})
    (tmp_path / "m" / "a.yaml").chmod(0)
    result = gatelift("convert", *GATEWAY, "m", "--report", "report.json", cwd=tmp_path)
    assert result.code == 4
    assert "m/a.yaml: error: cannot be read: permission denied" in result.stderr
    assert good_is_reported(tmp_path)


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    repository(tmp_path, {"m/good.yaml": ingress()})
    with (tmp_path / "m" / "a.yaml").open("wb") as file:
        file.truncate(300 << 20)
    result = gatelift("convert", *GATEWAY, "m", "--report", "report.json", cwd=tmp_path)
    assert result.code == 4
    assert "m/a.yaml: error: the file is larger than 256 MiB" in result.stderr
    assert good_is_reported(tmp_path)


@pytest.mark.parametrize(
    "extra",
    [
        ("gatelift.yaml", "gateway: {name: shared, namespace: infra}\n"),
        ("kustomization.yaml", "resources: [web.yaml]\n"),
    ],
)
def test_a_directory_may_hold_files_of_tools_that_are_no_objects(extra: tuple[str, str], tmp_path: Path) -> None:
    repository(tmp_path, {extra[0]: extra[1], "web.yaml": ingress()})
    result = gatelift("convert", *GATEWAY, ".", cwd=tmp_path)
    assert result.code == 0, result.stderr


def test_an_ignored_file_is_not_read(tmp_path: Path) -> None:
    repository(
        tmp_path,
        {"gatelift.yaml": "ignore: ['legacy/**']\n", "m/web.yaml": ingress(), "m/legacy/broken.yaml": META + "\t\n"},
    )
    (tmp_path / "gatelift.yaml").write_text("ignore: ['m/legacy/**']\n")
    result = gatelift("convert", *GATEWAY, "m", cwd=tmp_path)
    assert result.code == 0, result.stderr


def test_ignore_means_the_repository_wherever_the_command_is_run(tmp_path: Path) -> None:
    repository(
        tmp_path / "repo",
        {"gatelift.yaml": "ignore: ['m/legacy/**']\n", "m/web.yaml": ingress(), "m/legacy/old.yaml": ingress("old")},
    )
    there = gatelift("convert", *GATEWAY, "m", "-o", "json", cwd=tmp_path / "repo")
    above = gatelift("convert", *GATEWAY, "repo/m", "-o", "json", cwd=tmp_path)
    absolute = gatelift("convert", *GATEWAY, tmp_path / "repo" / "m", "-o", "json", cwd=tmp_path)
    inside = gatelift("convert", *GATEWAY, ".", "-o", "json", cwd=tmp_path / "repo" / "m")
    assert [item["metadata"]["name"] for item in there.items] == ["good"]
    assert there.items == above.items == absolute.items == inside.items


def test_overrides_mean_the_repository_wherever_the_command_is_run(tmp_path: Path) -> None:
    settings = (
        "gateway: {name: a, namespace: x}\noverrides: [{roots: 'clusters/dev/**', gateway: {name: b, namespace: x}}]\n"
    )
    repository(tmp_path / "repo", {"gatelift.yaml": settings, "clusters/dev/web.yaml": ingress()})
    found = [
        gatelift("convert", "clusters/dev", "-o", "json", cwd=tmp_path / "repo"),
        gatelift("convert", "repo/clusters/dev", "-o", "json", cwd=tmp_path),
        gatelift("convert", tmp_path / "repo" / "clusters" / "dev", "-o", "json", cwd=tmp_path),
        gatelift("convert", ".", "-o", "json", cwd=tmp_path / "repo" / "clusters" / "dev"),
    ]
    parents = [result.items[0]["spec"]["parentRefs"][0]["name"] for result in found]
    assert parents == ["b"] * 4


@pytest.mark.parametrize(("name", "step"), [("kustomization.yaml", "kustomize build"), ("Chart.yaml", "helm template")])
def test_what_has_to_be_rendered_first_is_not_read_and_said(name: str, step: str, tmp_path: Path) -> None:
    repository(tmp_path, {name: "a: [\n", "web.yaml": ingress()})
    result = gatelift("convert", *GATEWAY, ".", cwd=tmp_path)
    assert result.code == 0, result.stderr
    assert f"{name}:1:1: warning: manifests here are made by '{step}'" in result.stderr
    assert f"{step} . | gatelift convert" in result.stderr


@pytest.mark.parametrize("name", ["values.yaml", "values-prod.yaml"])
def test_values_of_a_chart_are_not_read(name: str, tmp_path: Path) -> None:
    repository(tmp_path, {name: "a: [\n", "web.yaml": ingress()})
    assert gatelift("convert", *GATEWAY, ".", cwd=tmp_path).code == 0
