"""Rewriting again after some Ingresses went: the Gateway that gatelift writes keeps what their routes are bound to."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import pytest
import yaml

from gatelift.cli.main import main
from support.catalogue import ingress, rule

CONFIGURATION = """\
gateway: {name: shared, namespace: infra}
listeners: gateway
gateways: {infra/shared: {className: eg, file: gateway.yaml}}
phase: retire
scopes: {all: ["**"]}
"""
HELD = {"nginx.ingress.kubernetes.io/does-not-exist": "x"}
LISTED = "resources: [stays.yaml, goes.yaml]\n"


def repository(folder: Path, listed: str) -> None:
    (folder / "gatelift.yaml").write_text(CONFIGURATION)
    if listed:
        (folder / "kustomization.yaml").write_text(listed)
    for name, own in (("stays", HELD), ("goes", {})):
        manifest = ingress(name, own, [rule(f"{name}.example.com", [("/", "Prefix")])])
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(manifest))


def rewrite(folder: Path) -> dict[str, str]:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        code = main(["rewrite", "--allow-dirty", str(folder)])
    assert code == 2, said.getvalue()
    return {path.name: path.read_text() for path in sorted(folder.iterdir()) if path.is_file()}


def hostnames(text: str) -> set[Any]:
    return {item["hostname"] for item in yaml.safe_load(text)["spec"]["listeners"]}


@pytest.mark.parametrize("listed", ["", LISTED], ids=["plain", "kustomize"])
def test_rewriting_again_changes_nothing(tmp_path: Path, listed: str) -> None:
    repository(tmp_path, listed)
    first = rewrite(tmp_path)
    assert "goes.yaml" not in first
    assert hostnames(first["gateway.yaml"]) == {"stays.example.com", "goes.example.com"}
    assert rewrite(tmp_path) == first
