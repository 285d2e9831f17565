"""An autoscaler that measures an Ingress holds back ``retire``, and the account says why, under a prefix too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from kustomize_repositories import BASE, overlay, repository, rewrite, texts

AUTOSCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 4
  metrics:
    - type: Object
      object:
        metric: {name: requests}
        describedObject: {apiVersion: networking.k8s.io/v1, kind: Ingress, name: web}
        target: {type: Value, value: 10k}
"""
FOLLOWED = """\
nameReference:
- kind: Ingress
  group: networking.k8s.io
  fieldSpecs:
  - {kind: HorizontalPodAutoscaler, path: spec/metrics/object/describedObject/name}
"""
FILES = {
    **BASE,
    "base/kustomization.yaml": "resources: [ingress.yaml, autoscaler.yaml]\nconfigurations: [names.yaml]\n",
    "base/autoscaler.yaml": AUTOSCALER,
    "base/names.yaml": FOLLOWED,
}


@pytest.mark.parametrize("prefix", ["", "live-"])
def test_retire_waits_for_what_points_at_the_ingress(tmp_path: Path, prefix: str) -> None:
    more = f"namePrefix: {prefix}\n" if prefix else ""
    folder = repository(tmp_path, {**FILES, "overlays/live/kustomization.yaml": overlay(more=more)})
    rewrite(folder, "--phase", "cutover")
    before = texts(folder)
    made = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-m", "gatelift", "rewrite", str(folder), "--allow-dirty", "--phase", "retire"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert made.returncode == 2, made.stderr
    assert texts(folder) == before
    pointing = f"HorizontalPodAutoscaler {prefix}web points at Ingress {prefix}web"
    assert f"{pointing} (/spec/metrics/0/object/describedObject), which would be gone" in made.stderr
    assert "point it at something that is there" in made.stderr
