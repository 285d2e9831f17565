"""Real charts: which templates are read, and that what is offered is proved in all their cases."""

from __future__ import annotations

from pathlib import Path

import pytest
from rewritten import Charting

from gatelift.config import Config
from gatelift.config.model import Helm, Phase, ValuesCases
from support.corpus import folder as corpus

pytestmark = pytest.mark.corpus

CHARTS = (
    *("alertmanager", "argocd-image-updater", "harbor", "keycloakx", "n8n", "oauth2-proxy", "podinfo"),
    *("prometheus-blackbox-exporter", "prometheus-pingmesh-exporter", "prometheus-server", "promtail", "whoami"),
)
SHARED = {"keycloakx": {"keycloakx @ cases/console.yaml"}}
"""Cases in which two Ingresses of one file share a host: what redirects each depends on the other, and the proof says
so. The wrapped strategy is next there."""


def charting(name: str, phase: Phase) -> Charting:
    folder = Path(corpus()) / "helm" / name
    files = {
        f"{name}/{path.relative_to(folder)}": path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
    config = Config(helm=Helm(cases=(ValuesCases(name, ("cases/*.yaml",)),)))
    return Charting(files, config, phase)


@pytest.mark.parametrize("name", CHARTS)
def test_every_template_is_read_and_proved(name: str) -> None:
    for found in charting(name, Phase.COEXIST).outcomes(name):
        assert found.given_up is None, found.template
        assert set(found.wrong) <= SHARED.get(name, set()), found.wrong
        assert found.proved, found.template
