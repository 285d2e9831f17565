"""Each miniature repository is rewritten, and everything that must hold of any rewrite is held to it.

``UPDATE_CASES=1`` writes the snapshots anew; read the difference before it is committed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from rewrite_cases import HERE, again, golden_files, golden_lines, names, phased, plan_text, played, way

from support.builds import Files, Identity, Manifest, built, identity, kept, lost_line, routes, write

CASES = names()
QUICK = frozenset(
    (
        "chart-scaffold-of-today",
        "chart-hostname-with-extras",
        "chart-library-loader",
        "chart-own-route-with-timeouts",
        "chart-umbrella-with-an-alias",
        "chart-withheld-in-one-file",
    )
)
"""Of the many charts, those that every run of the tests looks at."""
EACH = [
    pytest.param(name, marks=[pytest.mark.slow] if name.startswith("chart-") and name not in QUICK else [])
    for name in CASES
]
PHASED = [name for name in CASES if way(name)]


def _update(name: str, folder: str, files: Files, list_name: str, removed: list[str]) -> None:
    place = HERE / name / folder
    shutil.rmtree(place, ignore_errors=True)
    write(files, place)
    _write(HERE / name / list_name, "".join(f"{path}\n" for path in removed))


def _write(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    if text:
        path.write_text(text, encoding="utf-8", newline="")


@pytest.mark.parametrize("name", EACH)
def test_a_repository_comes_out_as_it_is_written_down(name: str) -> None:
    run = played(name)
    if os.environ.get("UPDATE_CASES"):
        _update(name, "after", run.changed, "removed", run.removed)
        _write(HERE / name / "plan.json", plan_text(run.plan))
        _write(HERE / name / "exit", f"{run.code}\n")
    assert run.changed == golden_files(name, "after")
    assert run.removed == golden_lines(name, "removed")
    assert f"{run.code}" == "".join(golden_lines(name, "exit"))
    assert plan_text(run.plan) == (HERE / name / "plan.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", EACH)
def test_a_second_run_changes_nothing(name: str) -> None:
    run = again(name)
    assert (run.changed, run.removed) == ({}, [])
    assert json.loads(run.plan)["files"] == []


@pytest.mark.parametrize("name", EACH)
def test_the_plan_names_every_file_that_changed_and_no_other(name: str) -> None:
    run = played(name)
    said = {item["path"]: item["change"] for item in json.loads(run.plan)["files"]}
    told = {path: "changed" if path in run.before else "added" for path in run.changed}
    assert said == {**told, **dict.fromkeys(run.removed, "removed")}


@pytest.mark.parametrize("name", EACH)
def test_what_built_before_builds_after_with_every_other_object_as_it_was(name: str) -> None:
    run = played(name)
    if not run.changed and not run.removed:
        return
    before, after = built(run.before), built(run.after)
    assert before.keys() == after.keys()
    phases = {item["root"]: item["phase"] for item in json.loads(run.plan)["roots"]}
    for folder, old in before.items():
        new = after[folder]
        if isinstance(old, str):
            continue
        assert not isinstance(new, str), f"{folder}: {new}"
        whole = phases.get(folder, "coexist") == "coexist"
        assert kept(old, ingresses=whole) == kept(new, ingresses=whole), folder


@pytest.mark.parametrize("name", EACH)
def test_names_of_what_is_built_are_unique(name: str) -> None:
    for folder, items in built(played(name).after).items():
        if not isinstance(items, str):
            keys = [identity(item) for item in items]
            assert len(keys) == len(set(keys)), folder


@pytest.mark.parametrize("name", EACH)
def test_every_line_that_stood_in_a_file_stands_there_still(name: str) -> None:
    run = played(name)
    if any(item["phase"] != "coexist" for item in json.loads(run.plan)["roots"]):
        return
    for path in run.changed.keys() & run.before.keys():
        if b"# gatelift: " in run.before[path]:
            continue  # gatelift's own files are written whole
        before, after = run.before[path], run.after[path]
        if path.endswith("/NOTES.txt"):
            # The branch for routes stands before the Ingress's own, whose "if" becomes an "else if".
            before, after = (data.replace(b"else if ", b"if ") for data in (before, after))
        assert lost_line(before, after) is None, path


@pytest.mark.parametrize("name", PHASED)
def test_the_phases_in_order_end_as_the_case_says(name: str) -> None:
    runs = phased(name)
    changed = {path: data for path, data in runs[-1].after.items() if runs[0].before.get(path) != data}
    removed = sorted(runs[0].before.keys() - runs[-1].after.keys())
    if os.environ.get("UPDATE_CASES"):
        _update(name, "retired", changed, "retired-removed", removed)
    assert changed == golden_files(name, "retired")
    assert removed == golden_lines(name, "retired-removed")
    left = _ingresses(runs[-1].after)
    assert bool(left) is (way(name) == "held"), left


@pytest.mark.parametrize("name", PHASED)
def test_routes_mean_the_same_in_every_phase(name: str) -> None:
    runs = phased(name)
    first, plain = _built_routes(runs[0].after), _plain_routes(runs[0].after)
    assert plain or any(first.values())
    for run in runs[1:]:
        assert _built_routes(run.after) == first
        assert _plain_routes(run.after) == plain


@pytest.mark.parametrize("name", [name for name in PHASED if way(name) == "retired"])
def test_what_is_left_after_the_last_phase_holds_no_word_of_an_ingress(name: str) -> None:
    for path, data in phased(name)[-1].after.items():
        if path.endswith((".yaml", ".yml", ".json", "Kustomization")) and path != "gatelift.yaml":
            lines = [line for line in data.decode("utf-8-sig").splitlines() if not line.lstrip().startswith("#")]
            assert not any("kind: Ingress" in line or '"Ingress"' in line for line in lines), path


def _ingresses(files: Files) -> list[str]:
    found = [
        f"{folder}: {item['metadata']['name']}"
        for folder, items in built(files).items()
        for item in (items if not isinstance(items, str) else ())
        if item["kind"] == "Ingress"
    ]
    return found + [f"{path}: {item['metadata']['name']}" for path, item in _plain(files) if item["kind"] == "Ingress"]


def _built_routes(files: Files) -> dict[str, object]:
    return {folder: routes(items) for folder, items in built(files).items()}


def _plain(files: Files) -> list[tuple[str, Manifest]]:
    """The objects of files in folders without a kustomization."""
    folders = {path.rpartition("/")[0] for path in files if path.rpartition("/")[2].lower().startswith("kustomization")}
    found: list[tuple[str, Manifest]] = []
    for path, data in files.items():
        folder = path.rpartition("/")[0]
        if folder in folders or not path.endswith((".yaml", ".yml")) or path == "gatelift.yaml":
            continue
        if b"{{" in data:
            continue
        for item in yaml.load_all(data, yaml.CSafeLoader):
            if isinstance(item, Mapping) and "kind" in item and "name" in item.get("metadata", {}):
                found.append((path, item))
    return found


def _plain_routes(files: Files) -> dict[Identity, object]:
    return routes(tuple(item for _, item in _plain(files)))


def test_one_case_in_four_proves_that_something_is_left_alone_or_refused() -> None:
    cautious = [name for name in CASES if _cautious(name)]
    assert len(CASES) >= 40
    assert len(cautious) >= max(16, len(CASES) / 4), cautious


def _cautious(name: str) -> bool:
    """Whether something of a case is withheld, withdrawn, refused, or not touched for a reason that is said."""
    plan = json.loads((HERE / name / "plan.json").read_text(encoding="utf-8"))
    report = plan["report"]
    said = {entry["disposition"] for entry in report["ledger"] if entry.get("key")}
    withdrawn = any(root.get("withdrawn") for root in plan["roots"])
    return bool(
        withdrawn or "refused" in said or report["summary"]["withheld"] or report["findings"] or not plan["files"]
    )
