"""Objects that belong to no single Ingress: routes that count on one are written only where it has a file to go to."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest
import yaml

from gatelift.cli.main import main
from support.catalogue import ingress, rule

PROXIES = "gateway: {name: shared, namespace: infra, sectionName: https}\nnginx: {configMap: controller.yaml}\n"
HOME = "gateways: {infra/shared: {className: eg, file: gateway.yaml}}\n"
LISTENERS = "gateway: {name: shared, namespace: infra}\nlisteners: gateway\n"
MAP = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "controller", "namespace": "ingress-nginx"},
    "data": {"use-forwarded-headers": "true"},
}
LISTED = "resources: [app.yaml]\n"
RANGE = {"nginx.ingress.kubernetes.io/whitelist-source-range": "10.0.0.0/8"}


def repository(folder: Path, configuration: str, annotations: dict[str, str], listed: str = "") -> None:
    (folder / "gatelift.yaml").write_text(configuration)
    (folder / "controller.yaml").write_text(yaml.safe_dump(MAP))
    manifest = ingress("app", annotations, [rule("app.example.com", [("/", "Prefix")])])
    (folder / "app.yaml").write_text(yaml.safe_dump(manifest))
    if listed:
        (folder / "kustomization.yaml").write_text(listed)


def rewrite(folder: Path, phase: str) -> tuple[int, str, dict[str, str]]:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        code = main(["rewrite", "--allow-dirty", "--phase", phase, str(folder)])
    return code, said.getvalue(), {path.name: path.read_text() for path in sorted(folder.iterdir()) if path.is_file()}


@pytest.mark.parametrize("phase", ["coexist", "cutover", "retire"])
def test_an_address_list_waits_for_the_policy_that_tells_clients_addresses(tmp_path: Path, phase: str) -> None:
    repository(tmp_path, PROXIES, RANGE)
    code, said, files = rewrite(tmp_path, phase)
    assert code == 2
    assert sorted(files) == ["app.yaml", "controller.yaml", "gatelift.yaml"]
    assert "gateways: {infra/shared: {className: NAME, file: PATH}}" in said


def test_what_asks_for_no_address_does_not_wait(tmp_path: Path) -> None:
    repository(tmp_path, PROXIES, {})
    code, said, files = rewrite(tmp_path, "coexist")
    assert code == 0, said
    assert len(files) == 4


@pytest.mark.parametrize("listed", ["", LISTED], ids=["plain", "kustomize"])
@pytest.mark.parametrize(
    ("configuration", "annotations", "kind"),
    [(PROXIES + HOME, RANGE, "ClientTrafficPolicy"), (LISTENERS + HOME, {}, "Gateway")],
    ids=["policy", "gateway"],
)
def test_what_routes_of_retired_ingresses_hang_on_stays(
    tmp_path: Path, listed: str, configuration: str, annotations: dict[str, str], kind: str
) -> None:
    repository(tmp_path, configuration, annotations, listed)
    code, said, first = rewrite(tmp_path, "retire")
    assert code == 0, said
    assert yaml.safe_load(first["gateway.yaml"])["kind"] == kind
    code, said, second = rewrite(tmp_path, "retire")
    assert code == 0, said
    assert "withdrawn:" not in said
    assert second == first
