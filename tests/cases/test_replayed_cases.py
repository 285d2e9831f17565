"""Every golden case of ``convert`` is replayed: real proxies, its Ingresses before, what must come out after."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from golden_cases import arguments, copied, golden, names

from gatelift.cli import replay as command
from gatelift.cli.main import parser
from gatelift.replay.present.model import ReplayReport
from gatelift.replay.present.text import render
from gatelift.replay.run import Options

KNOWN = {
    "default-backends": "the listeners among the manifests admit routes of their own namespace only (T21)",
    "listenerset-default-certificate": "the same",
    "facts": "the facts tell of Ingresses elsewhere, which are not among the manifests",
    "listenerset-shared-host": "a wildcard in tls.hosts that no rule names is no certificate for others in nginx",
    "redirects": "app-root: a gateway adds the query string of the request to the target, and the ledger says exact",
}  # fmt: skip
"""Case -> what a replay finds in it that nothing explains yet."""


def _replayed(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> ReplayReport:
    target = copied(name, folder)
    (target / "after-replayed.yaml").write_bytes(golden(name, "after.yaml"))
    monkeypatch.chdir(target)
    asked = parser("convert").parse_args(["convert", *arguments(name)])
    asked.old, asked.new = asked.paths[0], "after-replayed.yaml"
    settings, found = command._of_files(asked)
    return asyncio.run(command._replayed(found, command.sides("nginx", settings), Options(requests=400)))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in names() if golden(name, "after.yaml").strip()])
def test_a_golden_case_is_answered_alike(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = _replayed(name, tmp_path, monkeypatch)

    assert made.holds is (name not in KNOWN), render(made)
    assert all(item.requests for item in made.clusters)
