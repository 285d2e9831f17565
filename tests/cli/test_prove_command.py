"""``gatelift prove``: every request to a repository, or to two files, is decided, and what differs is shown."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from gatelift.cli.main import main
from gatelift.report.schema import prove_schema
from support.judging import ingress, prefix
from support.replaying import route, to

SHOP = Path(__file__).parents[2] / "examples" / "shop"
GIT = ("git", "-c", "user.name=x", "-c", "user.email=x@example.com")


@pytest.fixture(scope="module")
def rewritten(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example, rewritten and committed."""
    folder = tmp_path_factory.mktemp("shop")
    shutil.copytree(SHOP, folder, dirs_exist_ok=True)
    _commit(folder)
    assert main(["rewrite", str(folder), "--quiet"]) == 0
    _commit(folder)
    return folder


@pytest.fixture
def shop(rewritten: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it."""
    shutil.copytree(rewritten, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _commit(folder: Path) -> None:
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "x")):
        subprocess.run([*GIT, *words], cwd=folder, check=True, capture_output=True)  # noqa: S603


def _edited(path: Path, pattern: str, by: str) -> None:
    text = path.read_text()
    assert re.search(pattern, text)
    path.write_text(re.sub(pattern, by, text, count=1))


def _said(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["prove", *words])
    return code, capfd.readouterr().out


def test_the_example_is_equal_for_every_request_but_for_what_is_stated(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, said = _said(capfd, ".")

    assert code == 0
    assert said.count("equal for every request, but for") == 3
    assert "DIFFERS" not in said
    assert "undecided" not in said
    assert said.endswith("otherwise as the ledger or docs/differences.md tells\n")


@pytest.mark.parametrize(
    ("pattern", "by", "request_shown", "answer"),
    [
        ("type: PathPrefix", "type: Exact", "GET https://www.lanternhouse.example/a\n", "404 without a backend"),
        ("name: storefront\n          port", "name: other\n          port", "GET https://www.", "default/other:80"),
        ("www.lanternhouse.example", "ww.lanternhouse.example", "GET https://ww.", "200 from default/storefront:80"),
    ],
)
@pytest.mark.parametrize("against", [(), ("--against", "HEAD")])
def test_what_a_person_changed_is_shown_by_the_smallest_request(
    shop: Path,
    capfd: pytest.CaptureFixture[str],
    pattern: str,
    by: str,
    request_shown: str,
    answer: str,
    against: tuple[str, ...],
) -> None:
    _edited(shop / "apps/shop/base/httproute.yaml", pattern, by)

    code, said = _said(capfd, ".", *against)

    assert code == 5
    assert any(request_shown in line for line in said.splitlines(keepends=True) if "DIFFERS" in line)
    assert answer in said


def _files(folder: Path, routes: list[Any]) -> tuple[str, ...]:
    old = ingress("web", prefix("www.example.com", service="web"), prefix("www.example.com", "/api", service="api"))
    (folder / "gatelift.yaml").write_text("gateway: {namespace: infra, name: shared}\n")
    (folder / "old.yaml").write_text(yaml.safe_dump(old))
    (folder / "new.yaml").write_text(yaml.safe_dump_all([old, route("web", "www.example.com", routes)]))
    return ("--old", "old.yaml", "--new", "new.yaml")


def test_two_files_are_decided_as_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, said = _said(capfd, *_files(tmp_path, [to("/", "web"), to("/api", "api")]), "-o", "json")
    found = json.loads(said)
    jsonschema.validate(found, prove_schema())
    assert (code, found["holds"]) == (0, True)

    code, said = _said(capfd, *_files(tmp_path, [to("/", "web"), to("/ap", "api")]), "-o", "json")
    found = json.loads(said)
    jsonschema.validate(found, prove_schema())
    wrong = [item for item in found["clusters"][0]["differences"] if "explained" not in item]
    assert code == 5
    assert {item["request"]["url"].partition("example.com")[2] for item in wrong} == {"/api", "/ap"}
    assert wrong[0]["means"] == "another Service gets these requests"


def test_a_secret_looking_value_is_in_no_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = "sk_live_51H8abcDEFghiJKLmnoPQRstu"  # noqa: S105 - nobody's
    monkeypatch.chdir(tmp_path)
    keyed = to("/", "other", headers=[{"name": "X-Api-Key", "value": secret}])
    words = _files(tmp_path, [to("/", "web"), keyed, to("/api", "api")])
    code, said = _said(capfd, *words)
    assert code == 5
    assert secret not in said
    assert "hidden" in said


def test_nothing_to_prove_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gatelift.yaml").write_text("gateway: {namespace: infra, name: shared}\n")
    code, said = _said(capfd, ".")
    assert code == 0
    assert said.startswith("prove: nothing to prove")
