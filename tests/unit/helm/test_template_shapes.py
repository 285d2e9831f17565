"""What is read of Ingress templates in every shape: small ones of our own, and those of real charts.

The pages were checked by hand; with ``UPDATE_SEEN=1`` they are written anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from seen import page

from gatelift.sources.helm.template.parse import parse
from gatelift.text.source import Source
from support import corpus

_HERE = Path(__file__).parent
_SHAPES = sorted(path.stem for path in (_HERE / "shapes").glob("*.yaml"))
_REAL = (
    "alertmanager/templates/ingress.yaml",
    "alertmanager/templates/ingressperreplica.yaml",
    "argocd-image-updater/templates/ingress.yaml",
    "harbor/templates/ingress/ingress.yaml",
    "keycloakx/templates/ingress.yaml",
    "n8n/templates/ingress.yaml",
    "oauth2-proxy/templates/ingress.yaml",
    "podinfo/templates/ingress.yaml",
    "prometheus-blackbox-exporter/templates/ingress.yaml",
    "prometheus-pingmesh-exporter/templates/ingress.yaml",
    "prometheus-server/templates/ingress.yaml",
    "promtail/templates/ingress.yaml",
    "whoami/templates/ingress.yaml",
)


def _check(template: Path, expected: Path) -> None:
    seen = page(parse(Source(template.name, template.read_bytes().decode())))
    if os.environ.get("UPDATE_SEEN"):
        expected.write_text(seen)
    assert seen == expected.read_text()


@pytest.mark.parametrize("shape", _SHAPES)
def test_a_shape_is_read(shape: str) -> None:
    _check(_HERE / "shapes" / f"{shape}.yaml", _HERE / "shapes" / f"{shape}.seen")


@pytest.mark.corpus
@pytest.mark.parametrize("name", _REAL)
def test_the_template_of_a_real_chart_is_read(name: str) -> None:
    chart, *_, file = name.split("/")
    _check(corpus.folder() / "helm" / name, _HERE / "real" / f"{chart}-{file.removesuffix('.yaml')}.seen")


@pytest.mark.corpus
def test_every_real_chart_has_its_page() -> None:
    charts = {path.parent.name for path in (corpus.folder() / "helm").glob("*/Chart.yaml")}
    assert charts == {name.split("/")[0] for name in _REAL}


@pytest.mark.parametrize("shape", [shape for shape in _SHAPES if shape != "static"])
def test_a_shape_with_the_line_breaks_of_windows_is_read_alike(shape: str) -> None:
    path = _HERE / "shapes" / f"{shape}.yaml"
    template = parse(Source(path.name, path.read_text().replace("\n", "\r\n")))
    assert page(template).replace("\r\n", "\n") == path.with_suffix(".seen").read_text()
