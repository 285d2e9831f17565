"""``gatelift replay`` as a command: the example shop, a mistake made by hand, two files, and wrong arguments."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from support.judging import ingress, prefix
from support.replaying import route, to

SHOP = Path(__file__).parents[2] / "examples" / "shop"
GIT = ("git", "-c", "user.name=x", "-c", "user.email=x@example.com")


def _gatelift(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gatelift", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603


def _commit(repository: Path) -> None:
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "x")):
        subprocess.run([*GIT, *words], cwd=repository, check=True, capture_output=True)  # noqa: S603


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    repository = tmp_path / "shop"
    shutil.copytree(SHOP, repository)
    _commit(repository)
    return repository


@pytest.mark.slow
def test_the_shop_holds_until_one_prefix_becomes_exact(shop: Path) -> None:
    before = _gatelift("replay", cwd=shop)
    assert (before.returncode, before.stderr) == (0, "")
    assert before.stdout.splitlines()[-1].startswith("replay: holds")

    assert _gatelift("rewrite", "--allow-refused", "--quiet", cwd=shop).returncode == 0
    file = shop / "apps" / "shop" / "base" / "httproute.yaml"
    file.write_text(file.read_text().replace("type: PathPrefix", "type: Exact", 1))
    after = _gatelift("replay", "--against", "HEAD", cwd=shop)

    assert after.returncode == 5
    assert "DISAGREES: status of GET https://www.lanternhouse.example/" in after.stdout
    assert "before: 200 from default/storefront:80" in after.stdout


def _files(folder: Path, backend: str) -> tuple[str, str]:
    old, new = folder / "old.yaml", folder / "new.yaml"
    old.write_text(yaml.safe_dump(ingress("web", prefix("www.example.com", service="web"))))
    new.write_text(yaml.safe_dump(route("web", "www.example.com", [to("/", backend)])))
    return str(old), str(new)


def test_two_files_are_replayed_without_a_repository(tmp_path: Path) -> None:
    old, new = _files(tmp_path, "web")
    options = ("--gateway", "infra/shared", "--requests", "60")
    result = _gatelift("replay", "--old", old, "--new", new, *options, "-o", "json", cwd=tmp_path)
    made = json.loads(result.stdout)

    assert result.returncode == 0
    assert (made["holds"], made["clusters"][0]["after"]) == (True, {"matches": 1, "hit": 1})

    _, wrong = _files(tmp_path, "other")
    result = _gatelift("replay", "--old", old, "--new", wrong, *options, "-o", "html", cwd=tmp_path)
    assert result.returncode == 5
    assert "<!doctype html>" in result.stdout
    assert "shop/other:80" in result.stdout


def test_an_access_log_is_replayed_without_what_is_secret(tmp_path: Path) -> None:
    old, new = _files(tmp_path, "other")
    log = tmp_path / "access.log"
    log.write_text('1.2.3.4 - - [x] "GET /from/the/log?token=hunter2 HTTP/1.1" 200 1 "-" "-"\nnot a line\n')
    result = _gatelift(
        "replay", "--old", old, "--new", new, "--gateway", "infra/shared", "--requests", "20",
        "--access-log", str(log), "-o", "json", cwd=tmp_path,
    )  # fmt: skip

    assert "1 of 2 lines are no requests" in result.stderr
    assert "hunter2" not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--old", "a.yaml"), "--old and --new go together"),
        (("--old", "a.yaml", "--new", "b.yaml", "--against", "HEAD"), "--against is about a repository"),
        (("--requests", "0"), "no number from 1 to"),
        (("--against", "HEAD"), "no git repository"),
        (("--access-log", "gone.log"), "the access log cannot be read"),
    ],
)
def test_wrong_arguments_are_told(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "gatelift.yaml").write_text("gateway: {namespace: infra, name: shared}\n")
    result = _gatelift("replay", *arguments, cwd=tmp_path)

    assert result.returncode == 3
    assert said in result.stderr


def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "cryptography.py").write_text("raise ModuleNotFoundError('hidden', name='cryptography')\n")
    old, new = _files(tmp_path, "web")
    command = [sys.executable, "-m", "gatelift", "replay", "--old", old, "--new", new, "--gateway", "infra/shared"]
    environment = {**os.environ, "PYTHONPATH": str(hidden)}
    result = subprocess.run(  # noqa: S603
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    assert result.returncode == 6
    assert "pip install 'gatelift[replay]'" in result.stderr
