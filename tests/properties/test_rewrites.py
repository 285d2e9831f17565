"""Laws of ``gatelift rewrite`` over generated Kustomize repositories, told by the real engine."""

from __future__ import annotations

import io
import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from gatelift.cli.main import main
from support.builds import Files, Identity, built, files_of, kept, of_gateway, only_added, routes, write
from support.kustomizations import repositories

# Shrinking would build the same repository hundreds of times; what is generated is small as it is.
UNSHRUNK = settings(deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
FEW = settings(UNSHRUNK, max_examples=4, derandomize=True)
MANY = settings(UNSHRUNK, max_examples=30)
PHASES = ("coexist", "cutover", "retire")


@contextmanager
def placed(files: Files) -> Iterator[Path]:
    """The files in a folder that git calls a repository."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "repository"
        folder.mkdir()
        subprocess.run(["git", "init", "-q", str(folder)], check=True, capture_output=True)  # noqa: S603, S607
        write(files, folder)
        yield folder


def rewritten(files: Files, phase: str) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The repository after one run, and the plan of that run."""
    with placed(files) as folder:
        report = folder.parent / "plan.json"
        words = ["--phase", phase, "--allow-dirty", "--quiet", "--report", str(report)]
        with redirect_stderr(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")):
            code = int(main(["rewrite", str(folder), *words]))
        assert code in (0, 2), code
        return files_of(folder), json.loads(report.read_bytes())


def held(plan: dict[str, Any]) -> bool:
    """Whether something keeps an Ingress where it is."""
    report = plan["report"]["summary"]
    return bool(report["withheld"] or report["left"] or any(root.get("withdrawn") for root in plan["roots"]))


def lawful(files: Files) -> None:
    """Everything that must hold of any repository that builds."""
    before = built(files)
    assume(not any(isinstance(items, str) for items in before.values()))
    first: dict[str, dict[Identity, object]] = {}
    state = dict(files)
    for phase in PHASES:
        after, plan = rewritten(state, phase)
        _proved_or_left(state, after, plan)
        _additive(state, after, phase)
        again, idle = rewritten(after, phase)
        assert idle["files"] == []
        assert again == after
        now = {folder: routes(items) for folder, items in built(after).items()}
        first = first or now
        assert now == first
        state = after
    left = {folder for folder, items in built(state).items() for item in items if item["kind"] == "Ingress"}  # type: ignore[index]  # a string fails above
    if not held(plan):
        assert not {folder for folder in left if folder in {root["root"] for root in plan["roots"]}}


def _proved_or_left(before: Files, after: Files, plan: dict[str, Any]) -> None:
    for root in plan["roots"]:
        proved = bool(root["evidence"]) and all(item["holds"] for item in root["evidence"])
        assert proved or root["withdrawn"], root["root"]
    if all(root.get("withdrawn") for root in plan["roots"]):
        assert after == before


def _additive(before: Files, after: Files, phase: str) -> None:
    old, new = built(before), built(after)
    assert old.keys() == new.keys()
    for folder, items in old.items():
        made = new[folder]
        assert not isinstance(items, str)
        assert not isinstance(made, str), f"{folder}: {made}"
        whole = phase == "coexist"
        assert kept(items, ingresses=whole) == kept(made, ingresses=whole)
        assert all(of_gateway(item) or item in items or item["kind"] == "Ingress" for item in made)
    if phase == "coexist":
        for path, data in before.items():
            assert path in after
            assert b"# gatelift: " in data or only_added(data, after[path]), path


@FEW
@given(repositories())
def test_rewrites_are_proved_additive_idempotent_and_the_same_through_all_phases(files: dict[str, bytes]) -> None:
    lawful(files)


@pytest.mark.slow
@MANY
@given(repositories())
def test_the_same_of_many_repositories(files: dict[str, bytes]) -> None:
    lawful(files)


@FEW
@given(repositories())
def test_the_order_of_the_files_on_disk_decides_nothing(files: dict[str, bytes]) -> None:
    assume(not any(isinstance(items, str) for items in built(files).values()))
    one, _ = rewritten(files, "coexist")
    other, _ = rewritten(dict(reversed(files.items())), "coexist")
    assert one == other
