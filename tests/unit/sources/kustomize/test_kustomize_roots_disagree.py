"""One base, of which one overlay cannot move: the others go on, and each overlay says for itself what becomes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from kustomize_repositories import BASE, built, overlay, repository, rewrite

HELD = """patches:
- target: {kind: Ingress}
  patch: |-
    - op: add
      path: /metadata/annotations
      value: {nginx.ingress.kubernetes.io/auth-type: basic, nginx.ingress.kubernetes.io/auth-secret: users}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {**BASE, "overlays/held/kustomization.yaml": overlay(more=HELD)}
    return repository(tmp_path, {**files, "overlays/open/kustomization.yaml": overlay()})


def test_a_held_overlay_does_not_hold_the_others_at_cutover(folder: Path) -> None:
    rewrite(folder)
    changed, _ = rewrite(folder, "--phase", "cutover")
    assert "overlays/open/web-ingress-patch.yaml" in changed
    assert not [path for path in changed if path.startswith("base/") and "ingress" in path]
    assert not rewrite(folder, "--phase", "cutover")[0]


def test_the_last_phase_takes_the_ingress_from_the_overlays_that_moved(folder: Path) -> None:
    for phase in ("coexist", "cutover", "retire"):
        rewrite(folder, "--phase", phase)
    assert ("Ingress", "web") not in built(folder, "overlays/open")
    assert ("HTTPRoute", "web") in built(folder, "overlays/open")
    assert ("Ingress", "web") in built(folder, "overlays/held")
