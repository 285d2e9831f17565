"""Every golden case is decided for all requests: equal, or otherwise as its ledger says."""

from __future__ import annotations

from pathlib import Path

import pytest
import rewrite_cases
from golden_cases import arguments, copied, golden, names

from gatelift.cli import clusters
from gatelift.cli.main import parser
from gatelift.proof.symbolic.case import prove_case
from gatelift.report.proved import ProveReport, proved, report
from gatelift.report.proved_text import render

KNOWN = {
    "existing-route-collides": "somebody's own route sends the host to another Service; it is refused and stays",
    "existing-route-edited": "a route that a person changed is older than the rule that closes its place, and is asked",
    "facts": "the facts tell of Ingresses elsewhere, which are not among the manifests",
}
"""Case of ``convert`` -> what nothing explains in it."""
KNOWN_REPOSITORIES = {
    "existing-route-in-the-way": "routes of a person's answer otherwise, so that its plan leaves these Ingresses alone",
    "route-that-a-person-edited": "it is held against its Ingress as it stands, and means something else",
}
"""The same of ``rewrite``."""
UNDECIDED = {
    "odd-hosts-and-paths": "a path that does not begin with a slash, which nginx is not configured with",
    "regex-pcre-refused": "an expression that looks around",
    "wildcard-and-apex": "a twin of a wildcard (www.*.example.com), with which nginx does not start",
}
"""Case of ``convert`` -> of what nothing is decided."""


def _proved(given: clusters.Given) -> ProveReport:
    return report(
        [
            proved(item.scope, prove_case(item.case, given.settings, envoy_gateway=given.envoy_gateway))
            for item in given.clusters
        ]
    )


@pytest.mark.parametrize("name", [name for name in names() if golden(name, "after.yaml").strip()])
def test_a_golden_case_is_equal_for_every_request(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = copied(name, tmp_path)
    (target / "after-proved.yaml").write_bytes(golden(name, "after.yaml"))
    monkeypatch.chdir(target)
    asked = parser("convert").parse_args(["convert", *arguments(name)])
    asked.old, asked.new = asked.paths[0], "after-proved.yaml"
    made = _proved(clusters.of_files(asked))

    assert made.holds is (name not in KNOWN), render(made)
    assert any(item.undecided for item in made.clusters) is (name in UNDECIDED), render(made)


@pytest.mark.parametrize("name", rewrite_cases.names())
def test_a_golden_repository_is_equal_for_every_request(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(rewrite_cases.repository(name, tmp_path))
    asked = parser("prove").parse_args(["prove", ".", *rewrite_cases.arguments(name)])
    made = _proved(clusters.clusters_of(asked, planned=False))

    assert made.holds is (name not in KNOWN_REPOSITORIES), render(made)
    assert not any(item.undecided for item in made.clusters), render(made)
