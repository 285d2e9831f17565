"""A controller among an application's own objects withholds what its settings restrict, until somebody names it."""

from __future__ import annotations

from pathlib import Path

import pytest
from argocd_apps import INGRESS, SERVICE, Argo
from harness import App

CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
data: {whitelist-source-range: 10.0.0.0/8}
"""
EDGE = App(path="apps/edge")


@pytest.fixture
def argo(tmp_path: Path) -> Argo:
    made = Argo(tmp_path)
    folder = made.repository / "apps/edge"
    folder.mkdir()
    (folder / "all.yaml").write_text("---\n".join((INGRESS, SERVICE, CONFIG_MAP)))
    return made


def kinds(objects: list[dict[str, object]]) -> set[str]:
    return {str(item["kind"]) for item in objects}


def test_a_controller_that_nobody_named_withholds(argo: Argo) -> None:
    answer = argo.answer(EDGE)
    assert "whitelist-source-range restricts access" in answer.stderr
    assert kinds(argo.objects(EDGE)) == {"Ingress", "Service", "ConfigMap"}


def test_a_controller_that_is_named_is_translated(argo: Argo) -> None:
    config = argo.repository / "gatelift.yaml"
    config.write_text(f"{config.read_text()}nginx: {{configMap: apps/edge/all.yaml}}\n")
    assert "SecurityPolicy" in kinds(argo.objects(EDGE))


def test_a_setting_that_is_accepted_withholds_nothing(argo: Argo) -> None:
    config = argo.repository / "gatelift.yaml"
    config.write_text(f"{config.read_text()}accept: [{{key: whitelist-source-range, reason: for tests only}}]\n")
    assert "SecurityPolicy" not in kinds(argo.objects(EDGE))
    assert "HTTPRoute" in kinds(argo.objects(EDGE))
