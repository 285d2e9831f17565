"""``--replay`` of ``plan``, ``rewrite``, ``verify``, ``pr`` and the action: a further proof, by real proxies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pytest
import yaml
from msgspec import structs

from gatelift.cli import planning
from gatelift.cli.action import parsed
from gatelift.cli.main import main
from gatelift.findings import UsageError
from gatelift.forge.body import Telling, body
from gatelift.forge.publish import lossy
from gatelift.plan.make import make_plan
from gatelift.plan.model import FileChange, Plan
from gatelift.plan.request import Request
from gatelift.report.planned import report_of
from support.judging import ingress, prefix

ROOT = Path(__file__).parents[2]
GIT = ("git", "-c", "user.name=x", "-c", "user.email=x@example.com")
ROUTE = "web-httproute.yaml"
LIMITS = "limits of requests and connections are not replayed: Ingress shop/inside"


def _commit(repository: Path) -> None:
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "x")):
        subprocess.run([*GIT, *words], cwd=repository, check=True, capture_output=True)  # noqa: S603


def _state(repository: Path) -> Mapping[str, bytes]:
    """Every file outside of git's own folder."""
    files = (path for path in repository.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {str(path.relative_to(repository)): path.read_bytes() for path in files}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with an open Ingress, and one whose backends only some addresses reach, so many times a second."""
    repository = tmp_path / "deploy"
    (repository / "shop").mkdir(parents=True)
    (repository / "gatelift.yaml").write_text("gateway: {namespace: infra, name: shared}\n")
    items = [ingress("web", prefix("www.example.com", service="web"))]
    inside = prefix("inside.example.com", service="web")
    items.append(ingress("inside", inside, whitelist_source_range="10.0.0.0/8", limit_rps="100"))
    for item in items:
        (repository / "shop" / f"{item['metadata']['name']}.yaml").write_text(yaml.safe_dump(item))
    _commit(repository)
    return repository


def _sabotaged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every plan of this process gets a candidate changed in memory, after everything else was proved."""

    def make(request: Request) -> Plan:
        plan = make_plan(request)
        return structs.replace(plan, files=tuple(map(_exact, plan.files)))

    monkeypatch.setattr(planning, "make_plan", make)


def _exact(change: FileChange) -> FileChange:
    if not change.path.endswith(ROUTE) or change.after is None:
        return change
    made = change.after.replace(b"type: PathPrefix", b"type: Exact")
    assert made != change.after
    return structs.replace(change, after=made)


def test_a_plan_that_holds_shows_what_was_asked(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(shop), "--replay", "-o", "json"]) == 0
    report = json.loads(capfd.readouterr().out)
    schema = json.loads((ROOT / "docs" / "schemas" / "plan.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(report)
    (root,) = report["roots"]
    (proof,) = (item for item in root["evidence"] if item["proof"] == "replay")

    assert proof["holds"]
    traffic = proof["traffic"]
    assert {"nginx", "traefik"} <= set(traffic["versions"])
    assert traffic["requests"] > 20
    assert traffic["matchesBefore"] == traffic["hitBefore"] == 2
    assert traffic["matchesAfter"] == traffic["hitAfter"] == 2
    assert f"assumed: {LIMITS}" in proof["partial"]
    assert traffic["agreed"] < traffic["requests"]

    assert main(["plan", str(shop), "--replay"]) == 0
    text = capfd.readouterr().out
    assert "collisions, symbolic, replay in part)" in text
    assert f"{traffic['requests']} requests to nginx {traffic['versions']['nginx']} and traefik " in text
    assert f"  assumed: {LIMITS}" in text
    assert "1 proved, 0 withdrawn" in text


def test_a_rewrite_whose_candidate_is_wrong_writes_nothing(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    before = _state(shop)
    _sabotaged(monkeypatch)
    report = tmp_path / "report.json"

    assert main(["rewrite", str(shop), "--replay", "--report", str(report)]) == 5
    assert _state(shop) == before
    said = capfd.readouterr().err
    assert "Replay: does not hold" in said
    assert "replay does not hold: what a Service answers today, none answers then: status is 200 from" in said
    assert "404 without a backend after (no rule), for curl" in said
    assert "next: see with 'gatelift replay' what is answered differently" in said
    made = json.loads(report.read_text())
    assert [item["holds"] for item in made["roots"][0]["evidence"] if item["proof"] == "replay"] == [False]
    assert "replay/disagrees" in {item["code"] for item in made["report"]["findings"]}

    # Without a replay nobody sees it: what was sabotaged comes after the other proofs.
    assert main(["rewrite", str(shop), "--quiet"]) == 0
    assert _state(shop) != before


def test_a_rewrite_that_holds_is_written_and_verified(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["rewrite", str(shop), "--replay", "--quiet"]) == 0
    assert (shop / "shop" / ROUTE).is_file()
    assert "Replay: holds" in capfd.readouterr().err

    assert main(["verify", str(shop), "--against", "HEAD", "--replay"]) == 0
    assert "Replay: holds" in capfd.readouterr().out

    route = shop / "shop" / ROUTE
    route.write_bytes(route.read_bytes().replace(b"type: PathPrefix", b"type: Exact"))
    assert main(["verify", str(shop), "--against", "HEAD", "--replay"]) == 5
    assert "Replay: does not hold" in capfd.readouterr().out


def test_where_nothing_changes_nothing_is_started(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["rewrite", str(shop), "--quiet"]) == 0
    _commit(shop)
    capfd.readouterr()

    assert main(["plan", str(shop), "--replay"]) == 0
    said = capfd.readouterr()
    assert "replay: nothing to replay" in said.err
    assert "Replay" not in said.out


def test_the_action_publishes_nothing_where_proxies_disagree(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    _sabotaged(monkeypatch)
    summary, outputs = tmp_path / "summary.md", tmp_path / "outputs"
    # Nobody listens there: a request to the forge would end the run with 6.
    environment = {
        "GATELIFT_INPUT_MODE": "pr",
        "GATELIFT_INPUT_PATH": str(shop),
        "GATELIFT_INPUT_REPLAY": "true",
        "GITHUB_TOKEN": "x",
        "GITHUB_REPOSITORY": "acme/deploy",
        "GITHUB_SERVER_URL": "http://127.0.0.1:9",
        "GITHUB_API_URL": "http://127.0.0.1:9",
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_OUTPUT": str(outputs),
        "RUNNER_TEMP": str(tmp_path),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert main(["action"]) == 5
    assert "::warning title=replay/disagrees::" in capfd.readouterr().out
    assert "replay: **fails**" in summary.read_text()
    assert "pull-request-operation" in outputs.read_text()

    # The action has taken the token away.
    monkeypatch.setenv("GITHUB_TOKEN", "x")
    assert main(["pr", str(shop), "--replay"]) == 5
    assert "Replay: does not hold" in capfd.readouterr().err


def test_the_body_of_a_pull_request_says_what_was_asked(shop: Path) -> None:
    made = planning.plan(parsed({"path": str(shop), "replay": "true"}))
    text = body(made.plan, Telling(report_of(made.plan)))
    (item,) = made.plan.replays
    assert item.traffic is not None

    assert "### What real proxies answered" in text
    assert f"{item.traffic.requests} requests to nginx" in text
    assert "leaves out" in text
    assert LIMITS.partition(":")[0] in text
    assert "gatelift[replay]==" in text
    # A replay is more than the other proofs, never less: what it leaves out makes no draft of it.
    assert all(root.proved for root in made.plan.roots)
    bare = planning.plan(parsed({"path": str(shop)}))
    assert lossy(made.plan) == lossy(bare.plan)
    assert made.plan.digest == bare.plan.digest
    without = body(bare.plan, Telling(report_of(bare.plan)))
    assert "replay" not in without
    assert "proxies" not in without


def test_the_input_of_the_action_is_true_or_false() -> None:
    assert parsed({"replay": "TRUE"}).replay is True
    assert parsed({"replay": "false"}).replay is False
    assert parsed({}).replay is False
    with pytest.raises(UsageError):
        parsed({"replay": "yes"})


@pytest.mark.parametrize("words", [("plan",), ("rewrite",), ("verify", "--against", "HEAD")])
def test_without_the_extra_the_command_says_what_to_install(words: tuple[str, ...], shop: Path, tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "cryptography.py").write_text("raise ModuleNotFoundError('hidden', name='cryptography')\n")
    before = _state(shop)
    result = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-m", "gatelift", *words, "--replay"],
        cwd=shop,
        env={**os.environ, "PYTHONPATH": str(hidden)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert result.returncode == 6
    assert "pip install 'gatelift[replay]'" in result.stderr
    assert result.stdout == ""
    assert _state(shop) == before


def test_without_the_option_nothing_of_replay_is_loaded(shop: Path) -> None:
    probe = (
        "import sys\nfrom gatelift.cli.main import main\ncode = main(['plan', '.'])\n"
        "print(code, [name for name in sys.modules if 'replay' in name])"
    )
    result = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", probe], cwd=shop, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.stdout.splitlines()[-1] == "0 []"
    assert "replay" not in "".join(result.stdout.splitlines(keepends=True)[:-1])
