"""What ingress-nginx takes from the oldest Ingress of a host, and what its own ``/`` does to the paths beside it."""

from __future__ import annotations

from typing import Any

import pytest

from support.conversion import Setup, convert
from support.repositories import GATEWAY, dump

NGINX = "nginx.ingress.kubernetes.io/"
Json = dict[str, Any]
Rules = list[tuple[str | None, str, str]]


def ingress(name: str, rules: Rules, default: str = "", **annotations: str) -> Json:
    """``rules``: host, path and type, each with the Service ``name``; ``default``: the Service behind them all."""
    spec: Json = {"ingressClassName": "nginx"}
    if default:
        spec["defaultBackend"] = backend(default)
    if rules:
        spec["rules"] = [
            {
                **({"host": host} if host else {}),
                "http": {"paths": [{"path": path, "pathType": kind, "backend": backend(name)}]},
            }
            for host, path, kind in rules
        ]
    keys = {NGINX + key.replace("_", "-"): value for key, value in annotations.items()}
    metadata = {"name": name, "namespace": "shop", "annotations": keys}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}


def backend(name: str) -> Json:
    return {"service": {"name": name, "port": {"number": 80}}}


class Outcome:
    """What became of some Ingresses: ``routes`` as (hostname, path, Service or None), and ``said`` of each pointer."""

    def __init__(self, *ingresses: Json) -> None:
        found = convert("".join(f"---\n{dump(item)}" for item in (*ingresses, GATEWAY)), Setup())
        self.withheld = {change.ingress.ref.name for change in found.result.changes if change.withheld}
        self.routes = [
            (host, match["path"]["value"], next((ref["name"] for ref in rule.get("backendRefs", [])), None))
            for item in found.emitted
            if item["kind"] == "HTTPRoute"
            for rule in item["spec"]["rules"]
            for match in rule["matches"]
            for host in item["spec"].get("hostnames", [None])
        ]
        self.rules = [r for item in found.emitted if item["kind"] == "HTTPRoute" for r in item["spec"]["rules"]]
        self.entries = found.result.entries

    def says(self, name: str, pointer: str) -> str:
        """What the ledger has of the fields below ``pointer``."""
        below = [
            entry for entry in self.entries if entry.ingress == f"shop/{name}" and entry.pointer.startswith(pointer)
        ]
        return "; ".join(sorted({f"{entry.disposition} {entry.text}" for entry in below}))


def test_an_exact_root_of_a_regular_host_stands_behind_the_added_one() -> None:
    found = Outcome(
        ingress("root", [("a.io", "/", "Exact")]), ingress("paths", [("a.io", "/b", "Prefix")], use_regex="true")
    )
    assert found.withheld == {"root"}
    assert "asked first" in found.says("root", "/spec/rules/0/http/paths/0/path")
    assert not [route for route in found.routes if route[2] == "root"]


def test_an_exact_root_of_a_plain_host_is_as_it_was() -> None:
    found = Outcome(ingress("root", [("a.io", "/", "Exact")]), ingress("paths", [("a.io", "/b", "Prefix")]))
    assert not found.withheld
    assert ("a.io", "/", "root") in found.routes


def test_a_prefix_root_makes_the_exact_one_of_a_regular_host_a_duplicate() -> None:
    found = Outcome(ingress("a", [("a.io", "/", "Exact"), ("a.io", "/", "Prefix")], use_regex="true"))
    assert "serves the same path" in found.says("a", "/spec/rules/0/http/paths/0/path")


def test_a_catch_all_goes_before_the_root_of_a_rule_without_a_host() -> None:
    found = Outcome(ingress("rule", [(None, "/", "Prefix")]), ingress("rest", [], default="rest"))
    assert found.withheld == {"rule", "rest"}
    for name, pointer in (("rule", "/spec/rules/0/http/paths/0/path"), ("rest", "/spec/defaultBackend")):
        assert "whatever their ages" in found.says(name, pointer)


def test_of_two_catch_alls_the_older_wins() -> None:
    found = Outcome(ingress("one", [], default="one"), ingress("two", [], default="two"))
    assert found.withheld == {"one", "two"}
    assert "the older one wins" in found.says("one", "/spec/defaultBackend")


def test_a_default_backend_beside_a_rule_without_a_host_gets_nothing() -> None:
    found = Outcome(ingress("web", [(None, "/a", "Prefix")], default="rest"))
    assert not found.withheld
    assert found.says("web", "/spec/defaultBackend").startswith("inert")
    assert not [route for route in found.routes if route[2] == "rest"]


def test_a_catch_all_looks_at_no_redirect_of_its_own() -> None:
    found = Outcome(ingress("rest", [], default="rest", permanent_redirect="https://b.io/"))
    assert (None, "/", "rest") in found.routes
    assert found.says("rest", f"/metadata/annotations/{NGINX.replace('/', '~1')}permanent-redirect").startswith("inert")


@pytest.mark.parametrize("other", ["", "rest"])
def test_the_default_backend_of_a_shared_host_is_the_oldest_ones(other: str) -> None:
    found = Outcome(
        ingress("one", [("a.io", "/a", "Prefix")], default="rest"),
        ingress("two", [("a.io", "/b", "Prefix")], default=other),
    )
    assert "one" in found.withheld
    assert "oldest Ingress" in found.says("one", "/spec/defaultBackend")
    assert not [route for route in found.routes if route[2] == "rest"]


def test_a_prefix_root_leaves_nothing_for_the_default_backend_of_a_shared_host() -> None:
    found = Outcome(
        ingress("one", [("a.io", "/a", "Prefix")], default="rest"), ingress("two", [("a.io", "/", "Prefix")])
    )
    assert not found.withheld
    assert not [route for route in found.routes if route[2] == "rest"]


def test_what_a_default_backend_gets_is_rewritten_too() -> None:
    found = Outcome(ingress("web", [("a.io", "/a(/|$)(.*)", "ImplementationSpecific")], "rest", rewrite_target="/$2"))
    (rule,) = (rule for rule in found.rules if rule.get("backendRefs", [{}])[0].get("name") == "rest")
    (rewritten,) = (item["urlRewrite"] for item in rule["filters"] if item["type"] == "URLRewrite")
    assert rewritten["path"] == {"type": "ReplaceFullPath", "replaceFullPath": "/"}


def test_a_target_that_equals_a_prefix_rewrites_what_is_below_it() -> None:
    found = Outcome(ingress("web", [("a.io", "/foo", "Prefix")], rewrite_target="/foo"))
    assert found.withheld == {"web"}
    assert "/foo/" in found.says("web", "/spec/rules/0/http/paths/0/path")


@pytest.mark.parametrize("others", [{}, {"use_regex": "true"}])
def test_a_target_that_equals_an_exact_path_or_stands_beside_use_regex_rewrites_nothing(others: dict[str, str]) -> None:
    kind = "ImplementationSpecific" if others else "Exact"
    found = Outcome(ingress("web", [("a.io", "/foo", kind)], "", rewrite_target="/foo", **others))
    assert not found.withheld
    assert ("a.io", "(?i)^/foo.*$", "web") in found.routes
    assert not any("filters" in rule and "URLRewrite" in str(rule["filters"]) for rule in found.rules)


def test_half_of_the_prefix_makes_the_host_regular_for_others() -> None:
    found = Outcome(
        ingress("web", [("a.io", "/foo", "Prefix")], rewrite_target="/foo"),
        ingress("api", [("a.io", "/api", "Prefix")]),
    )
    assert ("a.io", "(?i)^/api.*$", "api") in found.routes


def test_the_target_of_one_of_several_holds_for_the_added_root_only_if_it_is_the_oldest() -> None:
    exact = ingress("one", [("a.io", "/foo", "Exact")], rewrite_target="/foo")
    other = ingress("two", [("a.io", "/api", "Prefix")])
    found = Outcome(exact, other)
    assert found.withheld == {"one", "two"}
    assert "the oldest" in found.says("two", "/spec/rules/0/http/paths/0/path")
    rooted = ingress("two", [("a.io", "/", "Prefix")])
    assert ("a.io", "/foo", "one") in Outcome(exact, rooted).routes


def test_different_aliases_of_one_host_are_the_older_ones() -> None:
    one = ingress("one", [("a.io", "/a", "Prefix")], server_alias="b.io")
    two = ingress("two", [("a.io", "/b", "Prefix")], server_alias="c.io")
    three = ingress("three", [("a.io", "/c", "Prefix")])
    found = Outcome(one, two, three)
    assert found.withheld == {"one", "two", "three"}
    assert "different aliases" in found.says("three", "/spec/rules/0/host")
    assert not [route for route in found.routes if route[2]]


def test_aliases_in_another_order_are_the_same_and_hold_for_all() -> None:
    one = ingress("one", [("a.io", "/a", "Prefix")], server_alias="b.io,c.io")
    two = ingress("two", [("a.io", "/b", "Prefix")], server_alias="c.io,b.io")
    found = Outcome(one, two, ingress("three", [("a.io", "/c", "Prefix")]))
    assert not found.withheld
    assert {host for host, _, service in found.routes if service == "three"} == {"a.io", "b.io", "c.io"}


def test_an_alias_of_two_hosts_belongs_to_the_first_in_the_alphabet() -> None:
    later = ingress("a", [("z.io", "/", "Prefix")], server_alias="shared.io")
    first = ingress("b", [("c.io", "/", "Prefix")], server_alias="shared.io")
    assert {service for host, _, service in Outcome(later, first).routes if host == "shared.io"} == {"b"}


def test_a_wildcard_alias_refuses_the_other_ingresses_of_its_host_too() -> None:
    one = ingress("one", [("a.io", "/a", "Prefix")], server_alias="*.b.io")
    found = Outcome(one, ingress("two", [("a.io", "/b", "Prefix")]))
    assert found.withheld == {"one", "two"}
    assert "any number of labels" in found.says("two", "/spec/rules/0/host")


def test_an_alias_beside_a_rule_without_a_host_is_refused() -> None:
    found = Outcome(ingress("one", [("a.io", "/a", "Prefix"), (None, "/a", "Prefix")], server_alias="b.io"))
    assert found.withheld == {"one"}
