"""Every golden case of ``convert`` and ``rewrite`` is replayed by real proxies: before, and what must come out."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import rewrite_cases
from golden_cases import arguments, copied, golden, names

from gatelift.cli import clusters
from gatelift.cli import replay as command
from gatelift.cli.main import parser
from gatelift.replay.case import Options
from gatelift.replay.present.model import ReplayReport
from gatelift.replay.present.text import render

pytestmark = pytest.mark.replay

KNOWN = {
    "existing-route-collides": "somebody's own route sends the host to another Service; it is refused and stays",
    "existing-route-edited": "a route that a person changed is older than the rule that closes its place, and is asked",
    "facts": "the facts tell of Ingresses elsewhere, which are not among the manifests",
}
"""Case of ``convert`` -> what a replay finds in it that nothing explains."""

KNOWN_REPOSITORIES = {
    "existing-route-in-the-way": "routes of a person's answer otherwise, so that its plan leaves these Ingresses alone",
}
"""The same of ``rewrite``."""

CHARTS = frozenset(
    (
        "chart-scaffold-of-today",
        "chart-scaffold-of-2021",
        "chart-literal-annotations",
        "chart-hostname-with-extras",
        "chart-own-route-with-timeouts",
        "chart-umbrella-with-an-alias",
        "chart-library-loader",
        "chart-withheld-in-one-file",
    )
)
"""Of the many charts, those that are replayed."""

UNTOUCHED = frozenset(
    ("file-of-another-folder", "file-that-nobody-lists", "local-config-is-not-deployed", "nothing-to-do")
)
"""Repositories without an Ingress of ingress-nginx that is deployed: there is nothing to replay."""

REQUESTS = 400


def _replayed(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> ReplayReport:
    target = copied(name, folder)
    (target / "after-replayed.yaml").write_bytes(golden(name, "after.yaml"))
    monkeypatch.chdir(target)
    asked = parser("convert").parse_args(["convert", *arguments(name)])
    asked.old, asked.new = asked.paths[0], "after-replayed.yaml"
    given = clusters.of_files(asked)
    return _asked(given)


def _asked(given: clusters.Given) -> ReplayReport:
    both = command.sides("nginx", given.settings)
    return asyncio.run(command._replayed(given, both, Options(requests=REQUESTS)))


@pytest.mark.parametrize("name", [name for name in names() if golden(name, "after.yaml").strip()])
def test_a_golden_case_is_answered_alike(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = _replayed(name, tmp_path, monkeypatch)

    assert made.holds is (name not in KNOWN), render(made)
    assert all(item.requests for item in made.clusters)


@pytest.mark.parametrize(
    "name", [name for name in rewrite_cases.names() if name in CHARTS or not name.startswith("chart-")]
)
def test_a_golden_repository_is_answered_alike(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(rewrite_cases.repository(name, tmp_path))
    asked = parser("replay").parse_args(["replay", ".", *rewrite_cases.arguments(name)])
    given = clusters.of_repository(asked)
    made = _asked(given)

    assert bool(made.clusters) is (name not in UNTOUCHED)
    assert made.holds is (name not in KNOWN_REPOSITORIES), render(made)
    assert all(item.requests for item in made.clusters)
