"""What the READMEs of the cases claim of classes and withheld places, said once more in code."""

from __future__ import annotations

from pathlib import Path

import pytest
from case_outcome import Run, runner


@pytest.fixture
def outcome(tmp_path: Path) -> Run:
    return runner(tmp_path)


def test_classes_do_not_change_each_others_hosts(outcome: Run) -> None:
    found = outcome("classes")
    assert found.paths("inside") == [("PathPrefix", "/admin")]
    assert [found.spec(name)["parentRefs"][0]["name"] for name in ("outside", "inside")] == ["public", "internal"]
    assert {row["ingress"] for row in found.report["ingresses"] if row["status"] == "left"} == {
        "app/ape",
        "app/balancer",
        "app/nameless",
        "app/riddle",
    }


def test_somebody_elses_class_asks_for_nothing(outcome: Run) -> None:
    assert outcome("foreign-class-only").code == 0


def test_the_place_of_an_ingress_of_unknown_class_is_not_opened(outcome: Run) -> None:
    found = outcome("unresolved-class-on-a-shared-host")
    closed = [item for item in found.items if ("PathPrefix", "/admin") in found.paths(item["metadata"]["name"])]
    assert closed or ("app.example.com", "/") not in set(found.open_paths())


def test_a_restriction_of_the_whole_host_withholds_the_whole_host(outcome: Run) -> None:
    hosts = {host for host, _ in outcome("host-wide-snippet").open_paths()}
    assert hosts == {"calm.example.com"}


def test_aliases_belong_to_the_host_and_are_closed_with_it(outcome: Run) -> None:
    found = outcome("aliases")
    both = ["app.example.com", "store.example.com"]
    assert [found.spec(name)["hostnames"] for name in ("web", "api", "admin-closed")] == [both] * 3
    assert found.status("app/patterns") == ("withheld", True)


def test_accepting_one_key_accepts_no_other(outcome: Run) -> None:
    found = outcome("accepted-losses")
    assert found.said("app/open", "auth-type") == "differs"
    assert found.said("app/strict", "satisfy") == "refused"
    assert found.paths("strict-closed") == [("PathPrefix", "/strict")]


def test_a_setting_that_restricts_everybody_opens_nothing(outcome: Run) -> None:
    assert outcome("configmap-restricts-everything").items == []


@pytest.mark.parametrize(
    ("case", "route", "hosts", "paths"),
    [
        (
            "closed-exact-host",
            "admin-closed",
            ["app.example.com"],
            [("PathPrefix", "/admin"), ("Exact", "/admin/login")],
        ),
        ("closed-under-a-wildcard", "secret-closed", ["vault.example.com", "safe.example.com"], [("PathPrefix", "/")]),
        ("closed-under-a-hostless-route", "secret-closed", ["vault.example.com"], [("PathPrefix", "/")]),
        ("closed-under-a-hostless-route", "status-closed", None, [("PathPrefix", "/status")]),
        (
            "closed-on-a-regex-host",
            "admin-closed",
            ["app.example.com"],
            [("RegularExpression", "(?i)^/administration.*$")],
        ),
        ("closed-on-the-standard-target", "office-closed", ["app.example.com"], [("PathPrefix", "/office")]),
    ],
)
def test_the_place_of_a_withheld_ingress_is_closed(
    case: str, route: str, hosts: list[str] | None, paths: list[tuple[str, str]], outcome: Run
) -> None:
    found = outcome(case)
    spec = found.spec(route)
    assert spec.get("hostnames") == hosts
    assert found.paths(route) == paths
    for rule in spec["rules"]:
        assert not rule.get("backendRefs")
        if case != "closed-on-the-standard-target":
            (name,) = [item["extensionRef"]["name"] for item in rule["filters"]]
            assert found.spec(name, "HTTPRouteFilter")["directResponse"]["statusCode"] == 403


def test_nothing_is_written_for_a_withheld_ingress_alone_on_its_host(outcome: Run) -> None:
    assert "lonely-closed" not in outcome("closed-exact-host").names()
