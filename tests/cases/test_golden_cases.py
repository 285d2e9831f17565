"""Every golden case, through the command itself. ``UPDATE_CASES=1`` writes what comes out (see README.md)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from golden_cases import HERE, arguments, convert, copied, gatelift, golden, marked, names, report_text

from crds.harness import defaults_change_nothing, validate

UPDATE = bool(os.environ.get("UPDATE_CASES"))
CASES = names()
AS_A_PROCESS = ("access-lists", "closed-exact-host", "crlf", "canary-weight")
TO_BE_READ = 200


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GATELIFT_")]:
        monkeypatch.delenv(name)


pytestmark = pytest.mark.usefixtures("clean")


@pytest.mark.parametrize("name", CASES)
def test_a_case_comes_out_as_it_was_reasoned(name: str, tmp_path: Path) -> None:
    folder = copied(name, tmp_path)
    result = convert(name, folder, "--report", "report.json")
    found = {
        "after.yaml": result.stdout,
        "stderr.txt": result.stderr.encode(),
        "exit": f"{result.code}\n".encode(),
    }
    written = folder / "report.json"
    if written.exists():
        found["report.json"] = report_text(written.read_bytes()).encode()
    if UPDATE:
        for file, data in found.items():
            (HERE / name / file).write_bytes(data)
    for file, data in found.items():
        assert data.decode() == golden(name, file).decode(), f"{name}/{file}: see tests/cases/README.md"


@pytest.mark.parametrize("name", CASES)
def test_a_case_says_what_it_proves(name: str) -> None:
    text = (HERE / name / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert len(text) > TO_BE_READ


@pytest.mark.parametrize("name", CASES)
def test_json_output_holds_the_same_new_objects_as_the_yaml_stream(name: str, tmp_path: Path) -> None:
    folder = copied(name, tmp_path)
    listed = convert(name, folder, "-o", "json").stdout
    items = json.loads(listed)
    assert (items["apiVersion"], items["kind"]) == ("v1", "List")
    stream = marked(golden(name, "after.yaml").decode())
    before = [item for path in _inputs(folder) for item in marked(path.read_bytes().decode("utf-8-sig"))]
    assert _sorted(items["items"]) == _sorted([item for item in stream if item not in before or item in items["items"]])


def _sorted(items: list[Any]) -> list[str]:
    return sorted(json.dumps(item, sort_keys=True) for item in items)


def _inputs(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in (folder / "before").rglob("*") if path.suffix in (".yaml", ".yml", ".json"))


@pytest.mark.crds
@pytest.mark.parametrize("name", CASES)
def test_the_api_server_takes_every_object_of_a_case_as_it_stands(name: str, tmp_path: Path) -> None:
    listed = convert(name, copied(name, tmp_path), "-o", "json").stdout
    for item in json.loads(listed)["items"] if listed else ():
        assert validate(item) == [], item["metadata"]["name"]
        assert defaults_change_nothing(item), item["metadata"]["name"]


@pytest.mark.parametrize("name", CASES)
def test_names_of_new_objects_are_unique_in_their_kind_and_namespace(name: str, tmp_path: Path) -> None:
    listed = convert(name, copied(name, tmp_path), "-o", "json").stdout
    items = json.loads(listed)["items"] if listed else []
    keys = [(item["kind"], item["metadata"].get("namespace"), item["metadata"]["name"]) for item in items]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", CASES)
def test_a_policy_of_one_kind_targets_a_route_or_service_once(name: str, tmp_path: Path) -> None:
    listed = convert(name, copied(name, tmp_path), "-o", "json").stdout
    targets = [
        (item["kind"], item["metadata"].get("namespace"), json.dumps(target, sort_keys=True))
        for item in (json.loads(listed)["items"] if listed else ())
        for target in item["spec"].get("targetRefs", ())
    ]
    assert len(targets) == len(set(targets))


def _left_alone(name: str) -> Iterator[tuple[str, str]]:
    """(file, document) of everything of a case that is no Ingress, nor a list of some."""
    for path in sorted((HERE / name / "before").rglob("*")):
        if path.suffix in (".yaml", ".yml", ".json"):
            text = path.read_bytes().decode("utf-8-sig").replace("\r\n---\r\n", "\n---\n")
            for chunk in text.split("\n---\n"):
                if "Ingress\n" not in chunk and "Ingress\r" not in chunk and "Ingress" not in chunk.split("spec", 1)[0]:
                    yield path.name, chunk.strip()


@pytest.mark.parametrize("name", [name for name in CASES if any(_left_alone(name))])
def test_everything_but_the_ingresses_keeps_every_byte(name: str) -> None:
    after = golden(name, "after.yaml").decode()
    for file, chunk in _left_alone(name):
        assert chunk in after, file


@pytest.mark.parametrize("name", CASES)
def test_no_pointer_of_an_ingress_is_missing_from_the_ledger(name: str) -> None:
    report = json.loads(golden(name, "report.json") or b'{"ledger": [], "ingresses": []}')
    for row in report["ingresses"]:
        mine = [entry for entry in report["ledger"] if entry["ingress"] == row["ingress"]]
        pointers = {entry["pointer"] for entry in mine if set(entry["roots"]) & set(row["roots"])}
        assert {"/apiVersion", "/kind", "/metadata/name"} <= pointers
        for root in row["roots"]:
            said = [entry["pointer"] for entry in mine if root in entry["roots"]]
            assert len(said) == len(set(said)), f"{row['ingress']} has a pointer twice"


@pytest.mark.parametrize("name", CASES)
def test_converting_the_result_once_more_changes_nothing(name: str, tmp_path: Path) -> None:
    after = golden(name, "after.yaml")
    assert after, "a case that writes nothing belongs to tests/cli"
    folder = copied(name, tmp_path)
    (folder / "after.yaml").write_bytes(after)
    paths = [word for word in arguments(name) if word.startswith("before")]
    again = [word for word in arguments(name) if word not in paths]
    result = gatelift(folder, ["convert", *again, "after.yaml", "--keep-going"])
    assert result.stdout.decode() == after.decode()


@pytest.mark.parametrize("name", AS_A_PROCESS)
def test_a_process_writes_the_same_bytes_under_any_hash_seed_locale_and_time_zone(name: str, tmp_path: Path) -> None:
    folder = copied(name, tmp_path)
    for seed, locale, zone in (("0", "C", "UTC"), ("4711", "C.UTF-8", "Pacific/Chatham")):
        environment = {"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone}
        result = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "gatelift", "convert", *arguments(name)],
            cwd=folder,
            env=environment,
            capture_output=True,
            check=False,
        )
        assert result.stdout == golden(name, "after.yaml")
        assert result.stderr == golden(name, "stderr.txt")
        assert f"{result.returncode}\n".encode() == golden(name, "exit")


def test_two_cases_in_five_prove_that_something_is_refused_left_alone_or_inert() -> None:
    cautious = [name for name in CASES if _cautious(json.loads(golden(name, "report.json") or b"{}"))]
    assert len(cautious) * 5 >= len(CASES) * 2, cautious


def _cautious(report: dict[str, Any]) -> bool:
    summary = report.get("summary")
    if summary is None:
        return True
    said = {entry["disposition"] for entry in report["ledger"] if entry.get("key")}
    return bool(summary["left"] or summary["withheld"] or said & {"refused", "inert"})
