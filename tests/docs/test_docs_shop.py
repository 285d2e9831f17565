"""The example repository: what a rewrite makes of it, phase by phase, is what a reviewer would have written."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest
import yaml
from docs_pages import ROOT, gatelift

from gatelift.findings import Exit
from gatelift.render.engines import kustomize_engine
from gatelift.render.kustomize import Job, build_all

SHOP = ROOT / "examples" / "shop"
OVERLAYS = {name: f"apps/shop/overlays/{name}" for name in ("dev", "staging", "prod")}
PHASES = ("coexist", "cutover", "retire")
ROUTES = frozenset({"HTTPRoute", "SecurityPolicy", "BackendTrafficPolicy"})
Objects = Mapping[tuple[str, str], Mapping[str, Any]]


class Ran(NamedTuple):
    """One phase: its report, the paths that changed with added and removed lines, every overlay as it is built."""

    report: Mapping[str, Any]
    changed: Mapping[str, tuple[int, int]]
    built: Mapping[str, Objects]


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=test", "-c", "user.email=test@example.com", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout  # noqa: S603 - ours


def build(folder: Path) -> dict[str, Objects]:
    jobs = [Job(name=name, root=str(folder), folder=path) for name, path in OVERLAYS.items()]
    made = build_all(kustomize_engine("auto", {}, None, repository=""), jobs, 2)
    found: dict[str, Objects] = {}
    for name, item in made.items():
        assert item.text is not None, item.error
        found[name] = {(each["kind"], each["metadata"]["name"]): each for each in yaml.safe_load_all(item.text)}
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("shop") / "repository"
    shutil.copytree(SHOP, made)
    git(made, "init", "-q")
    git(made, "add", "-A")
    git(made, "commit", "-qm", "before")
    return made


@pytest.fixture(scope="module")
def before(folder: Path) -> dict[str, Objects]:
    return build(folder)


@pytest.fixture(scope="module")
def runs(folder: Path, before: object, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    return dict(_runs(folder, tmp_path_factory.mktemp("reports")))


def _runs(folder: Path, reports: Path) -> Iterator[tuple[str, Ran]]:
    for phase in PHASES:
        report = reports / f"{phase}.json"
        made = gatelift("rewrite", str(folder), "--phase", phase, "--report", str(report))
        assert made.code == Exit.DONE, made.stderr
        git(folder, "add", "-A")
        lines = git(folder, "diff", "--cached", "--numstat").splitlines()
        changed = {path: (int(added), int(gone)) for added, gone, path in (line.split("\t") for line in lines)}
        git(folder, "commit", "-qm", phase)
        again = gatelift("rewrite", str(folder), "--phase", phase, "--check")
        assert again.code == Exit.DONE, again.stderr
        yield phase, Ran(json.loads(report.read_text()), changed, build(folder))


def routes(objects: Objects) -> Objects:
    return {key: item for key, item in objects.items() if key[0] in ROUTES}


@pytest.mark.parametrize("phase", PHASES)
def test_every_overlay_is_proved_in_the_cluster_that_argo_cd_names(phase: str, runs: Mapping[str, Ran]) -> None:
    found = {item["root"]: item for item in runs[phase].report["roots"]}
    for name, path in OVERLAYS.items():
        assert found[path]["scope"] == name
        assert found[path]["evidence"]
        assert all(item["holds"] and "partial" not in item for item in found[path]["evidence"])
    assert not runs[phase].report["report"]["summary"]["entries"]["refused"]


@pytest.mark.parametrize("phase", PHASES)
def test_a_real_plan_is_what_its_schema_says(phase: str, runs: Mapping[str, Ran]) -> None:
    schema = json.loads((ROOT / "docs" / "schemas" / "plan.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(runs[phase].report)
    assert {item["path"] for item in runs[phase].report["files"]} == runs[phase].changed.keys()


def test_routes_stand_beside_objects_that_nothing_touched(
    before: Mapping[str, Objects], runs: Mapping[str, Ran]
) -> None:
    for name, objects in before.items():
        after = runs["coexist"].built[name]
        assert {key: after[key] for key in objects} == objects
        assert after.keys() - objects.keys() == routes(after).keys()
        assert len(routes(after)) >= 4


def test_existing_files_only_gain_entries(runs: Mapping[str, Ran]) -> None:
    changed = runs["coexist"].changed
    assert not any(gone for _, gone in changed.values())
    there = {path for path in changed if (SHOP / path).is_file()}
    assert all(path.endswith("kustomization.yaml") for path in there)
    assert sum(added for path, (added, _) in changed.items() if path in there) <= 50


def test_what_a_component_does_is_said_in_the_component(runs: Mapping[str, Ran]) -> None:
    added = {path.removeprefix("apps/shop/") for path in runs["coexist"].changed}
    assert "components/preview/storefront-securitypolicy.yaml" in added
    assert "components/canary/api-httproute-patch.yaml" in added
    assert not [path for path in added if "preview" not in path and path.endswith("storefront-securitypolicy.yaml")]
    assert sum(path.endswith("gateway-api-kustomizeconfig.yaml") for path in added) == 1


def test_names_are_followed_through_the_prefix_and_the_hash(runs: Mapping[str, Ran]) -> None:
    objects = runs["coexist"].built["dev"]
    (secret,) = (name for kind, name in objects if kind == "Secret")
    assert secret.startswith("lantern-preview-users-")
    policy = objects["SecurityPolicy", "lantern-api"]["spec"]
    assert policy["basicAuth"]["users"]["name"] == secret
    assert policy["targetRefs"][0]["name"] == "lantern-api"
    route = objects["HTTPRoute", "lantern-api"]["spec"]
    assert route["hostnames"] == ["api-dev.lanternhouse.example"]
    assert route["rules"][0]["backendRefs"][0]["name"] == "lantern-api"


def test_prod_has_its_own_timeout_allow_list_and_canary(runs: Mapping[str, Ran]) -> None:
    objects = runs["coexist"].built["prod"]
    assert objects["BackendTrafficPolicy", "api"]["spec"]["timeout"]["http"]["streamIdleTimeout"] == "300s"
    assert objects["SecurityPolicy", "api"]["spec"]["authorization"]["defaultAction"] == "Deny"
    backends = objects["HTTPRoute", "api"]["spec"]["rules"][0]["backendRefs"]
    assert [(item["name"], item["weight"]) for item in backends] == [("api", 90), ("api-next", 10)]
    assert "basicAuth" not in objects["SecurityPolicy", "api"]["spec"]


def test_cutover_adds_no_file(runs: Mapping[str, Ran]) -> None:
    assert runs["cutover"].changed.keys() & runs["coexist"].changed.keys()
    assert sum(added for added, _ in runs["cutover"].changed.values()) <= 15


def test_in_the_end_no_ingress_is_left_and_routes_are_as_they_were(
    before: Mapping[str, Objects], runs: Mapping[str, Ran], folder: Path
) -> None:
    for name, objects in before.items():
        after = runs["retire"].built[name]
        assert routes(after) == routes(runs["cutover"].built[name])
        assert after.keys() - routes(after).keys() == {key for key in objects if key[0] != "Ingress"}
    left = [path for path in folder.rglob("*.yaml") if "kind: Ingress" in path.read_text()]
    assert not left
    assert not any(added for added, _ in runs["retire"].changed.values())
