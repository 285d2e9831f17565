"""Roots that cannot be settled in so many rounds: nothing is written, and each says so."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from pathlib import Path

import pytest

from gatelift.cli.main import main
from gatelift.plan import make

CASE = Path(__file__).resolve().parents[2] / "cases/rewrite/patch-that-breaks-routes/before"
GOOD = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: good}
spec:
  ingressClassName: nginx
  rules:
  - host: good.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: good, port: {number: 80}}}
"""


@pytest.mark.parametrize(("rounds", "withdrawn"), [(1, 2), (6, 1)])
def test_nothing_is_written_and_every_root_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rounds: int, withdrawn: int
) -> None:
    """With one round, which is the one that only foresees, nothing that fails is tried again."""
    repository = tmp_path / "repository"
    shutil.copytree(CASE, repository)
    (repository / "good").mkdir()
    (repository / "good/ingress.yaml").write_text(GOOD)
    (repository / "good/kustomization.yaml").write_text("resources: [ingress.yaml]\n")
    monkeypatch.setattr(make, "_ROUNDS", rounds)
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(out):
        code = main(["plan", "-o", "json", str(repository)])
    out.seek(0)
    made = json.loads(out.read())
    assert code == 2
    assert sum(bool(root.get("withdrawn")) for root in made["roots"]) == withdrawn
    assert bool(made["files"]) is (withdrawn == 1)
    assert made["report"]["summary"]["withheld"] == withdrawn
