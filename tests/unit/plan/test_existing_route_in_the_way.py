"""A person's route that answers what an Ingress does keeps that Ingress, and nothing that was written goes for it."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from gatelift.cli.main import main

CASE = Path(__file__).resolve().parents[2] / "cases/rewrite/existing-route-in-the-way/before"
TRIAL = "apps/shop/trial.yaml"


def run(*arguments: str) -> str:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        main([*arguments])
    out.seek(0)
    return out.read()


def planned(repository: Path) -> Any:
    return json.loads(run("plan", "-o", "json", str(repository)))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    made = shutil.copytree(CASE, tmp_path / "repository")
    shutil.rmtree(made / "overlays")
    shutil.rmtree(made / "apps/books")
    return made


def withdrawn(plan: Any) -> dict[str, str]:
    return {item["root"]: item["withdrawn"] for item in plan["roots"] if item.get("withdrawn")}


def test_only_the_ingress_stays_and_the_route_is_named(repository: Path) -> None:
    plan = planned(repository)
    became = {item["ingress"]: item for item in plan["report"]["ingresses"]}

    assert not withdrawn(plan)
    assert became["shop/basket"]["status"] == "converted"
    assert became["shop/shop"]["status"] == "withheld"
    assert "HTTPRoute shop/trial stands there already" in became["shop/shop"]["reason"]
    assert "http://shop.example.com/trial" in became["shop/shop"]["reason"]
    assert "report this" not in became["shop/shop"]["todo"]


def test_a_route_that_was_written_before_is_not_taken_away(repository: Path) -> None:
    kept = (repository / TRIAL).read_text()
    (repository / TRIAL).unlink()
    run("rewrite", "--allow-dirty", str(repository))
    assert (repository / "apps/shop/shop-httproute.yaml").is_file()

    (repository / TRIAL).write_text(kept)
    plan = planned(repository)
    assert plan["files"] == []
    assert "HTTPRoute shop/trial stands there already" in withdrawn(plan)["apps/shop"]


def test_a_route_that_gatelift_wrote_is_no_reason(repository: Path) -> None:
    """What is wrong with one is for a report: nobody is told to remove it."""
    (repository / TRIAL).unlink()
    run("rewrite", "--allow-dirty", str(repository))
    plan = planned(repository)
    assert plan["files"] == []
    assert not withdrawn(plan)
