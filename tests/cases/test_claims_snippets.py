"""What the READMEs of the cases claim of snippets, of what is not loaded and of removed annotations, said in code."""

from __future__ import annotations

from pathlib import Path

import pytest
from case_outcome import Run, runner


@pytest.fixture
def outcome(tmp_path: Path) -> Run:
    return runner(tmp_path)


def test_a_snippet_is_translated_whole_or_opens_nothing(outcome: Run) -> None:
    found = outcome("snippets")
    hosts = {host for host, _ in found.open_paths()}
    assert hosts <= {f"{name}.example.com" for name in ("headers", "office", "gone", "old")}
    assert {"headers.example.com", "office.example.com"} <= hosts
    for name in ("mixed", "broken", "double", "ranks"):
        assert found.status(f"app/{name}")[0] == "withheld"


def test_first_who_is_denied_then_who_is_allowed_and_nobody_else(outcome: Run) -> None:
    found = outcome("snippets")
    (policy,) = (item for item in found.items if item["kind"] == "SecurityPolicy")
    rules = policy["spec"]["authorization"]
    assert rules["defaultAction"] == "Deny"
    assert [(rule["action"], rule["principal"]["clientCIDRs"]) for rule in rules["rules"]] == [
        ("Deny", ["10.9.0.0/16"]),
        ("Allow", ["10.0.0.0/8"]),
    ]


def test_what_is_answered_at_once_has_no_backend(outcome: Run) -> None:
    found = outcome("snippets")
    (rule,) = found.spec("gone")["rules"]
    assert "backendRefs" not in rule
    (answer,) = (item for item in found.items if item["kind"] == "HTTPRouteFilter")
    assert rule["filters"][-1]["extensionRef"]["name"] == answer["metadata"]["name"]
    assert answer["spec"]["directResponse"]["statusCode"] == 410
    assert found.said("app/gone", "proxy-read-timeout") == "inert"


def test_a_server_snippet_of_a_shared_host_opens_none_of_it(outcome: Run) -> None:
    found = outcome("snippets-server")
    assert "shared.example.com" not in {host for host, _ in found.open_paths()}
    assert found.status("app/alone")[0] == "converted"
    assert found.said("app/part", "server-snippet") == "refused"
    assert found.said("app/both", "server-snippet") == "refused"


def test_what_is_not_loaded_today_is_not_opened(outcome: Run) -> None:
    found = outcome("snippets-not-loaded")
    assert {host for host, _ in found.open_paths()} == {"d.example.com"}


def test_removed_annotations_are_inert_each_of_them(outcome: Run) -> None:
    found = outcome("removed-annotations")
    assert found.status("app/removed")[0] == "converted"
    for key in ("global-rate-limit", "lua-resty-waf", "secure-backends", "influxdb-host"):
        assert found.said("app/removed", key) == "inert"
