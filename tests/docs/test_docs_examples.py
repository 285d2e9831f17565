"""The example manifests show what the README promises of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from docs_pages import ROOT, converted, gatelift

from gatelift.findings import Exit
from gatelift.intent.outcome import Disposition

SHOP = ROOT / "examples" / "manifests"
FILES = sorted(path for path in SHOP.rglob("*.yaml") if path.name != "gatelift.yaml")
BEFORE = [document for path in FILES for document in yaml.safe_load_all(path.read_text())]
SETTINGS = ("--config", "examples/manifests/gatelift.yaml")
INGRESSES = [item for item in BEFORE if item["kind"] == "Ingress"]


@pytest.fixture(scope="module")
def after() -> dict[tuple[str, str], Mapping[str, Any]]:
    documents = [item for item in yaml.safe_load_all(converted().stdout) if item]
    return {(item["kind"], f"{item['metadata']['namespace']}/{item['metadata']['name']}"): item for item in documents}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    path = tmp_path_factory.mktemp("report") / "report.json"
    gatelift("convert", "--report", str(path), "--quiet", "examples/manifests")
    made: Mapping[str, Any] = json.loads(path.read_text())
    return made


def test_it_stands_in_several_files_and_namespaces() -> None:
    assert len(FILES) >= 5
    assert len({item["metadata"]["namespace"] for item in INGRESSES}) >= 3


def test_every_disposition_is_shown(report: Mapping[str, Any]) -> None:
    assert all(report["summary"]["entries"][word] > 0 for word in Disposition)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("HTTPRoute", "storefront/web"),
        ("HTTPRoute", "storefront/web-redirect"),
        ("HTTPRouteFilter", "storefront/api-rewrite"),
        ("BackendTrafficPolicy", "storefront/api"),
        ("SecurityPolicy", "backoffice/admin"),
        ("HTTPRoute", "storefront/unknown-hosts"),
        ("HTTPRoute", "storefront/reports-closed"),
    ],
)
def test_an_object_is_written(kind: str, name: str, after: Mapping[tuple[str, str], object]) -> None:
    assert (kind, name) in after


def test_a_grant_stands_in_the_namespace_of_the_auth_service(after: Mapping[tuple[str, str], Any]) -> None:
    (grant,) = (item for (kind, _), item in after.items() if kind == "ReferenceGrant")
    assert grant["metadata"]["namespace"] == "identity"
    assert [item["namespace"] for item in grant["spec"]["from"]] == ["backoffice"]


def test_the_canary_shares_the_route_of_its_main_ingress(after: Mapping[tuple[str, str], Any]) -> None:
    rules = after["HTTPRoute", "storefront/api"]["spec"]["rules"]
    weights = [[backend["weight"] for backend in rule["backendRefs"]] for rule in rules]
    assert [90, 10] in weights
    assert ("HTTPRoute", "storefront/api-next") not in after


def test_a_named_port_becomes_a_number(after: Mapping[tuple[str, str], Any]) -> None:
    rules = after["HTTPRoute", "backoffice/admin"]["spec"]["rules"]
    assert [backend["port"] for rule in rules for backend in rule["backendRefs"]] == [8000]


def test_the_refused_ingress_stays_and_its_place_is_closed(after: Mapping[tuple[str, str], Any]) -> None:
    assert ("Ingress", "storefront/reports") in after
    assert ("HTTPRoute", "storefront/reports") not in after
    (rule,) = after["HTTPRoute", "storefront/reports-closed"]["spec"]["rules"]
    assert rule["matches"] == [{"path": {"type": "PathPrefix", "value": "/reports"}}]
    assert "backendRefs" not in rule


def test_other_ingresses_share_the_host_of_the_refused_one(after: Mapping[tuple[str, str], Any]) -> None:
    closed = after["HTTPRoute", "storefront/reports-closed"]["spec"]["hostnames"]
    assert after["HTTPRoute", "storefront/web"]["spec"]["hostnames"] == closed
    assert ("Ingress", "storefront/web") in after
    assert {name for kind, name in after if kind == "Ingress"} == {"storefront/web", "storefront/reports"}


def test_what_is_no_ingress_passes_through_byte_for_byte() -> None:
    for path in FILES:
        for chunk in path.read_text().split("\n---\n"):
            if "\nkind: Ingress\n" not in f"\n{chunk}":
                assert chunk.rstrip("\n") + "\n" in converted().stdout


@pytest.mark.parametrize("phase", ["coexist", "cutover", "retire"])
def test_a_phase_on_its_own_output_changes_nothing(phase: str, tmp_path: Path) -> None:
    once = gatelift("convert", "--phase", phase, "examples/manifests").stdout
    (tmp_path / "all.yaml").write_text(once)
    assert gatelift("convert", *SETTINGS, "--phase", phase, str(tmp_path)).stdout == once


def test_a_phase_after_another_ends_where_it_would_alone(tmp_path: Path) -> None:
    path = tmp_path / "all.yaml"
    path.write_text(gatelift("convert", "--phase", "coexist", "examples/manifests").stdout)
    for phase in ("cutover", "retire"):
        path.write_text(gatelift("convert", *SETTINGS, "--phase", phase, str(tmp_path)).stdout)
    assert path.read_text() == converted().stdout


def test_the_facts_of_everything_leave_no_host_open(tmp_path: Path) -> None:
    facts = str(tmp_path / "facts.json")
    assert gatelift("facts", "examples/manifests", "-o", facts).code == Exit.DONE
    told = gatelift("convert", "--facts", facts, "examples/manifests/storefront")
    assert told.code == Exit.REFUSED
    assert "judged from this input alone" in converted().stderr
    assert "judged from this input alone" not in told.stderr


def test_the_settings_are_found_from_the_first_path_upwards() -> None:
    named = gatelift("convert", *SETTINGS, "examples/manifests")
    assert named == converted()
    below = gatelift("convert", "examples/manifests/storefront")
    assert below == gatelift("convert", *SETTINGS, "examples/manifests/storefront")


def test_the_question_that_is_left_open_can_be_answered(tmp_path: Path) -> None:
    text = (SHOP / "gatelift.yaml").read_text()
    answered = text.replace('# basicAuthSecret: "', 'basicAuthSecret: "')
    assert answered != text
    (tmp_path / "gatelift.yaml").write_text(answered)
    made = gatelift("convert", "--config", str(tmp_path / "gatelift.yaml"), "examples/manifests")
    assert made.code == Exit.DONE, made.stderr
    assert "kind: Ingress\n" not in made.stdout.replace("kind: Ingress is only a word", "")
