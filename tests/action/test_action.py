"""The composite action under act, on this machine's own git and Python, against the forge."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from action.world import BRANCH, GATELIFT, Ran, World
from support.forge.parts import program

ROOT = Path(__file__).resolve().parents[2]
ACTION = ROOT / "action.yml"
PARTS = ("action.yml", "pyproject.toml", "README.md", "LICENSE", "plugin", "templates", "overlays")
pytestmark = [pytest.mark.slow, pytest.mark.forge]


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a runner would have checked out of the action."""
    folder = tmp_path_factory.mktemp("source") / "gatelift"
    folder.mkdir()
    for name in PARTS:
        part = ROOT / name
        if part.is_dir():
            shutil.copytree(part, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif part.exists():
            shutil.copy(part, folder / name)
    return folder


@dataclass(frozen=True)
class Job:
    """How a run of the workflow ended."""

    ran: Ran
    outputs: Mapping[str, str]
    outcome: str
    log: str


def job(world: World, source: Path, **inputs: str) -> Job:
    """Commit a workflow with these inputs, and run it."""
    steps: list[dict[str, Any]] = [
        {"uses": "actions/checkout@v4"},
        {"uses": "acme/gatelift@v1", "id": "lift", "with": inputs, "continue-on-error": True},
        {
            "env": {"OUTPUTS": "${{ toJSON(steps.lift.outputs) }}", "OUTCOME": "${{ steps.lift.outcome }}"},
            "run": 'printf "%s" "$OUTPUTS" > "$RESULTS/outputs"; printf "%s" "$OUTCOME" > "$RESULTS/outcome"\n'
            'cp "$RUNNER_TEMP/gatelift-report.json" "$RESULTS/report.json" || true',
        },
    ]
    workflow = {"on": "push", "jobs": {"lift": {"runs-on": "ubuntu-latest", "steps": steps}}}
    world.write(".github/workflows/lift.yml", yaml.safe_dump(workflow))
    if world.git("status", "--porcelain"):
        world.commit("a workflow")
    results = world.folder.parent / "results"
    results.mkdir(exist_ok=True)
    variables = {**world.forge.environment, "RESULTS": str(results), "no_proxy": "127.0.0.1"}
    # The token goes by a variable: a word of the command line would be seen by everybody on the machine.
    secret = variables.pop("GITHUB_TOKEN")
    command = [program("act"), "push", "--json", "--no-cache-server", "-P", "ubuntu-latest=-self-hosted"]
    command += ["--local-repository", f"acme/gatelift@v1={source}", "-s", "GITHUB_TOKEN"]
    command += [word for name, value in variables.items() for word in ("--env", f"{name}={value}")]
    pip = _pip()
    command += [word for name in pip for word in ("--env", name)]
    ran = world.run(command, {**pip, "GITHUB_TOKEN": secret})
    log = "".join(f"{json.loads(line).get('msg', '')}\n" for line in ran.out.splitlines() if line.startswith("{"))
    assert (results / "outputs").is_file(), f"{log}\n{ran.err}"
    outputs = json.loads((results / "outputs").read_text())
    return Job(ran, outputs, (results / "outcome").read_text(), log)


def _pip() -> Mapping[str, str]:
    """How pip is set up on this machine: the action runs with another home."""
    found = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    command = [program("python3"), "-m", "pip", "cache", "dir"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - this machine's own
    if done.returncode == 0:
        found["PIP_CACHE_DIR"] = done.stdout.strip()
    settings = Path.home() / ".config" / "pip" / "pip.conf"
    if settings.is_file():
        found.setdefault("PIP_CONFIG_FILE", str(settings))
    return found


def test_mode_pr_opens_and_a_second_run_changes_nothing(world: World, source: Path) -> None:
    first = job(world, source, mode="pr", labels="routing")
    assert first.outcome == "success", first.log
    assert first.outputs["changed"] == "true"
    assert first.outputs["ingresses-total"] == first.outputs["ingresses-converted"] == "1"
    assert first.outputs["ingresses-refused"] == "0"
    assert first.outputs["pull-request-number"] == "1"
    assert first.outputs["pull-request-url"] == f"{world.forge.url}/acme/deploy/pull/1"
    assert first.outputs["pull-request-operation"] == "created"
    (pull,) = world.forge.pulls
    assert (pull.head, pull.base, pull.labels) == (BRANCH, "main", ["routing"])
    assert world.forge.git("diff", "--name-only", "main", BRANCH) == "shop/web-httproute.yaml"
    assert Path(first.outputs["report-path"]).name == "gatelift-report.json"
    report = json.loads((world.folder.parent / "results" / "report.json").read_text())
    assert report["report"]["summary"]["ingresses"] == 1
    assert "What was proved" in first.log
    world.forge.asked.clear()
    second = job(world, source, mode="pr", labels="routing")
    assert second.outputs["pull-request-operation"] == "none", second.log
    assert [line for line in world.forge.asked if line.startswith(("POST", "PATCH"))] == []


def test_mode_check_fails_where_something_would_change(world: World, source: Path) -> None:
    done = job(world, source, mode="check")
    assert (done.outcome, done.outputs["changed"]) == ("failure", "true"), done.log
    assert world.forge.asked == []
    (world.folder / "shop" / "web.yaml").unlink()
    after = job(world, source, mode="check")
    assert (after.outcome, after.outputs["changed"]) == ("success", "false"), after.log


def test_replay(world: World, source: Path) -> None:
    """It is installed, and stands in report and summary; a short name: sockets lie below a folder of that name."""
    done = job(world, source, mode="diff", replay="True")
    assert (done.outcome, done.outputs["changed"]) == ("success", "true"), done.log
    assert "What real proxies answered" in done.log
    report = json.loads((world.folder.parent / "results" / "report.json").read_text())
    proofs = {item["proof"]: item for root in report["roots"] for item in root["evidence"]}
    assert proofs["replay"]["holds"]
    assert proofs["replay"]["traffic"]["hitAfter"] == proofs["replay"]["traffic"]["matchesAfter"] > 0


def test_mode_diff_shows_and_warns_and_nothing_in_the_repository_commands_the_runner(
    world: World, source: Path
) -> None:
    world.ingress("admin", 'nginx.ingress.kubernetes.io/auth-type: "x\\n::set-output name=changed::owned"')
    world.write("shop/%0A::warning::x,y/api.yaml", (world.folder / "shop/web.yaml").read_text().replace("web", "api"))
    done = job(world, source, mode="diff")
    assert done.outcome == "success", done.log
    assert done.outputs["changed"] == "true"
    assert done.outputs["ingresses-refused"] == "1"
    assert "+kind: HTTPRoute" in done.log
    assert "Ingress shop/admin is withheld" in done.log
    assert world.forge.asked == []


HOSTILE = '"; touch $RESULTS/ran; $(touch $RESULTS/ran) `touch $RESULTS/ran` ${{ github.token }}\n::warning::x'


def test_inputs_are_data(world: World, source: Path) -> None:
    # act, as GitHub, replaces an expression in a workflow: what is left is text that a shell would run.
    given = HOSTILE.replace("${{ github.token }}", "")
    done = job(world, source, mode="pr", title=given, labels=f"-x,{given.replace(',', ' ')}")
    results = world.folder.parent / "results"
    assert not (results / "ran").exists()
    assert done.outcome == "success", done.log
    assert "touch $RESULTS/ran" in world.forge.pulls[0].title


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"mode": "delete"}, "the input 'mode' is 'delete'"),
        ({"mode": "pr", "branch": "--force"}, "is no name for the branch"),
        ({"mode": "pr", "branch": "main"}, "is the branch that pull requests go into"),
        ({"mode": "pr", "draft": "perhaps"}, "the input 'draft' is 'perhaps'"),
        ({"mode": "pr", "phase": "--help"}, "an input of the action is wrong"),
        ({"mode": "check", "path": "--version"}, "--version"),
    ],
)
def test_a_wrong_input_is_an_error_in_the_log(world: World, inputs: dict[str, str], said: str) -> None:
    given = {f"GATELIFT_INPUT_{name.upper()}": value for name, value in inputs.items()}
    done = world.run([GATELIFT, "action"], {**world.forge.environment, **given, "RUNNER_TEMP": str(world.home)})
    assert done.code in (3, 4)
    assert done.out.startswith("::error ")
    assert said in done.out
    assert world.forge.pulls == []


def test_a_mistake_fails_the_step(world: World, source: Path) -> None:
    done = job(world, source, mode="pr", branch="--force")
    assert done.outcome == "failure"
    assert "is no name for the branch" in done.log


def test_the_action_is_what_github_and_zizmor_want() -> None:
    for command in (
        [program("check-jsonschema"), "--builtin-schema", "vendor.github-actions", str(ACTION)],
        [program("zizmor"), "--offline", "--no-progress", "--persona", "pedantic", str(ACTION)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - programs of ours
        assert done.returncode == 0, done.stdout + done.stderr


def test_no_input_is_pasted_into_a_script() -> None:
    action = yaml.safe_load(ACTION.read_text())
    scripts = [step["run"] for step in action["runs"]["steps"]]
    assert scripts
    assert not [script for script in scripts if "${{" in script]


def test_every_input_reaches_gatelift() -> None:
    action = yaml.safe_load(ACTION.read_text())
    variables = action["runs"]["steps"][-1]["env"]
    passed = {name.removeprefix("GATELIFT_INPUT_").lower() for name in variables if name.startswith("GATELIFT_INPUT_")}
    assert {name.replace("-", "_") for name in action["inputs"]} == passed | {"token", "python"}
    assert all(value["default"] is not None and value["description"] for value in action["inputs"].values())


def test_the_workflows_of_the_page_are_what_github_and_zizmor_want(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "action.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 2
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    files = [folder / f"{number}.yml" for number in range(len(blocks))]
    for file, text in zip(files, blocks, strict=True):
        file.write_text(text)
        uses = [
            step for step in next(iter(yaml.safe_load(text)["jobs"].values()))["steps"] if "gatelift" in step["uses"]
        ]
        assert set(uses[0]["with"]) <= set(yaml.safe_load(ACTION.read_text())["inputs"])
    for command in (
        [program("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *map(str, files)],
        [program("zizmor"), "--offline", "--no-progress", str(tmp_path)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - programs of ours
        assert done.returncode == 0, done.stdout + done.stderr
