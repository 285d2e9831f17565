"""``collisions`` and ``shadowing``: what the applications of one cluster do to each other."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from renders import Object, names, render

from gatelift.manifests.shape import ObjectKey
from gatelift.proof import collisions as colliding
from gatelift.proof import shadowing as shading
from gatelift.proof.evidence import Evidence
from gatelift.proof.written import Application


def shadowing(scope: str, applications: list[Application], **options: Any) -> Evidence:
    """The first that fails, else the one that holds."""
    return shading.shadowing(scope, applications, **options)[0]


def collisions(scope: str, applications: list[Application]) -> Evidence:
    return colliding.collisions(scope, applications)[0]


def route(name: str, path: str = "/", **options: Any) -> Object:
    match: Object = {"path": {"type": options.get("type", "PathPrefix"), "value": path}}
    if "header" in options:
        match["headers"] = [{"name": "X-Canary", "value": options["header"]}]
    rule = {"matches": [match], "backendRefs": [{"name": options.get("service", name), "port": 80}]}
    parent = {"name": "shared", "namespace": "infra", "sectionName": options.get("listener", "https")}
    metadata = {"name": name, "namespace": options.get("namespace", "app")}
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": options.get("kind", "HTTPRoute"),
        "metadata": {key: value for key, value in metadata.items() if value},
        "spec": {"parentRefs": [parent], "hostnames": [options.get("host", "a.example.com")], "rules": [rule]},
    }


def ingress(name: str, path: str = "/", host: str = "a.example.com", namespace: str = "app") -> Object:
    backend = {"service": {"name": name, "port": {"number": 80}}}
    metadata = {"name": name, "namespace": namespace}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {key: value for key, value in metadata.items() if value},
        "spec": {"rules": [{"host": host, "http": {"paths": [{"path": path, "backend": backend}]}}]},
    }


def app(root: str, before: list[Object], *new: Object) -> Application:
    return Application(root=root, before=before, after=[*before, *new])


@pytest.mark.parametrize("name", names())
def test_golden_conversions_neither_shadow_nor_collide(name: str) -> None:
    application = Application(root=name, before=render(name, "before"), after=render(name))
    for proof in (shadowing, collisions):
        evidence = proof("scope", [application])
        assert evidence.holds, evidence.text
        assert evidence.root == "scope"


def test_two_roots_with_the_same_place_are_unclear_and_both_are_named() -> None:
    one = app("apps/a", [ingress("x")], route("x"))
    two = app("apps/b", [ingress("y", namespace="b")], route("y", namespace="b"))
    evidence = shadowing("prod", [one, two])
    assert not evidence.holds
    for part in ("HTTPRoute app/x of apps/a", "HTTPRoute b/y of apps/b", "PathPrefix / on a.example.com"):
        assert part in evidence.text
    assert evidence.roots == ("apps/a", "apps/b")
    assert shadowing("prod", [one]).holds


def test_every_set_of_roots_that_clashes_is_told_once() -> None:
    def pair(host: str, *roots: str) -> list[Application]:
        return [app(root, [], route(root, namespace=root, host=host)) for root in roots]

    found = shading.shadowing("prod", [*pair("a.example.com", "a", "b"), *pair("b.example.com", "c", "d", "e")])
    assert [item.roots for item in found] == [("a", "b"), ("c", "d"), ("c", "e"), ("d", "e")]
    theirs = app("theirs", [route("site")])
    found = shading.shadowing("prod", [theirs, app("mine", [], route("mine", "/api"))])
    assert [item.roots for item in found] == [("mine",)]
    found = colliding.collisions(
        "prod", [app(root, [], route(name, service=root)) for root, name in zip("abcd", "xxyy", strict=True)]
    )
    assert [item.roots for item in found] == [("a", "b"), ("c", "d")]


@pytest.mark.parametrize(
    "other",
    [
        route("y", namespace="b", host="b.example.com"),
        route("y", namespace="b", host="*.example.com"),
        route("y", namespace="b", listener="http"),
        route("y", namespace="b", path="/api"),
        route("y", namespace="b", type="Exact"),
        route("y", namespace="b", header="always"),
        route("y", service="x"),
    ],
    ids=["host", "wildcard", "listener", "path", "type", "header", "result"],
)
def test_applications_that_share_a_gateway_share_hosts_as_they_did(other: Object) -> None:
    evidence = shadowing("prod", [app("a", [ingress("x")], route("x")), app("b", [], other)])
    assert evidence.holds, evidence.text


def test_a_route_of_somebody_else_loses_requests_to_one_that_lies_within_it() -> None:
    theirs = app("theirs", [route("site")])
    for mine in (route("mine", "/api"), route("mine", "/api", type="Exact"), route("mine", header="always")):
        evidence = shadowing("prod", [theirs, app("mine", [ingress("mine", "/api")], mine)])
        assert not evidence.holds
        assert "HTTPRoute app/site of theirs answers today" in evidence.text


def test_a_route_of_somebody_else_keeps_what_a_written_one_does_not_reach() -> None:
    theirs = app("theirs", [route("site", "/site"), route("exact", "/x", type="Exact")])
    for path in ("/", "/sites", "/x/y"):
        assert shadowing("prod", [theirs, app("mine", [ingress("mine", path)], route("mine", path))]).holds, path
    assert not shadowing("prod", [theirs, app("mine", [], route("mine", "/site/new"))]).holds


def test_what_mirrors_an_ingress_since_an_earlier_run_is_no_stranger() -> None:
    earlier = app("a", [ingress("x"), route("x")])
    mine = app("b", [ingress("y", "/api")], route("y", "/api"))
    assert shadowing("prod", [earlier, mine]).holds
    retired = app("a", [route("x")])
    assert not shadowing("prod", [retired, mine]).holds
    key = ObjectKey("gateway.networking.k8s.io", "HTTPRoute", "app", "x")
    assert shadowing("prod", [retired, mine], mirroring=[key]).holds


def test_routes_of_two_kinds_do_not_share_a_host() -> None:
    calls = route("calls", namespace="b", kind="GRPCRoute")
    calls["spec"]["rules"][0]["matches"] = [{"method": {"service": "shop.Cart"}}]
    evidence = shadowing("prod", [app("a", [], route("x")), app("b", [], calls)])
    assert not evidence.holds
    assert "different kinds" in evidence.text
    calls["spec"]["hostnames"] = ["grpc.example.com"]
    assert shadowing("prod", [app("a", [], route("x")), app("b", [], calls)]).holds


def test_a_rule_that_closes_a_place_is_no_shadow_and_a_redirect_may_be_one() -> None:
    closing, redirecting = route("closed", "/api"), route("moved", "/api")
    for made in (closing, redirecting):
        del made["spec"]["rules"][0]["backendRefs"]
    redirecting["spec"]["rules"][0]["filters"] = [{"type": "RequestRedirect", "requestRedirect": {"scheme": "https"}}]
    theirs = app("theirs", [route("site")])
    assert shadowing("prod", [theirs, app("mine", [], closing)]).holds
    assert not shadowing("prod", [theirs, app("mine", [], redirecting)]).holds


def test_a_port_is_a_listener_of_its_own() -> None:
    redirect = route("y", namespace="b")
    parent = redirect["spec"]["parentRefs"][0]
    parent["port"] = 80
    del parent["sectionName"]
    assert shadowing("prod", [app("a", [], route("x")), app("b", [], redirect)]).holds
    other = copy.deepcopy(redirect)
    other["metadata"]["name"] = "z"
    other["spec"]["rules"][0]["backendRefs"][0]["port"] = 81
    assert not shadowing("prod", [app("a", [], other), app("b", [], redirect)]).holds


def test_a_listener_that_is_not_named_is_every_listener() -> None:
    anywhere = route("y", namespace="b")
    del anywhere["spec"]["parentRefs"][0]["sectionName"]
    assert not shadowing("prod", [app("a", [], route("x")), app("b", [], anywhere)]).holds


def test_the_same_services_under_other_policies_are_another_result() -> None:
    guard = {
        "apiVersion": "gateway.envoyproxy.io/v1alpha1",
        "kind": "SecurityPolicy",
        "metadata": {"name": "y", "namespace": "app"},
        "spec": {
            "targetRefs": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": "y"}],
            "authorization": {"defaultAction": "Deny"},
        },
    }
    assert shadowing("prod", [app("a", [], route("x")), app("b", [], route("y", service="x"))]).holds
    assert not shadowing("prod", [app("a", [], route("x")), app("b", [], route("y", service="x"), guard)]).holds


def test_an_ingress_of_another_class_counts_where_dns_moves() -> None:
    alb = ingress("alb")
    key = ObjectKey("networking.k8s.io", "Ingress", "app", "alb")
    applications = [app("a", [alb, ingress("x")], route("x"))]
    assert shadowing("prod", applications).holds
    evidence = shadowing("prod", applications, foreign=[key])
    assert not evidence.holds
    assert "Ingress app/alb of a, which another controller serves" in evidence.text
    assert shadowing("prod", [app("a", [alb], route("x", service="alb"))], foreign=[key]).holds
    assert shadowing("prod", [app("a", [alb], route("x", "/api"))], foreign=[key]).holds


def test_two_roots_with_different_objects_of_one_name_collide() -> None:
    one, two = app("a", [], route("x")), app("b", [], route("x", "/b", host="b.example.com"))
    evidence = collisions("prod", [one, two])
    assert not evidence.holds
    assert "HTTPRoute app/x is rendered by a and, with another content, by b" in evidence.text
    assert collisions("prod", [one, app("b", [], route("x"))]).holds
    assert collisions("prod", [one, app("b", [], route("x", namespace="b"))]).holds
    assert not collisions("prod", [one, app("b", [route("x", "/b")])]).holds


def test_a_root_that_renders_a_name_twice_collides_with_itself() -> None:
    evidence = collisions("prod", [app("a", [], route("x"), route("x", "/b"))])
    assert "rendered twice by a" in evidence.text
    assert not collisions("prod", [app("a", [], route("x"), route("x"))]).holds


def test_what_collided_before_is_not_this_runs_doing() -> None:
    both = [app("a", [route("x")]), app("b", [route("x", "/b")])]
    assert collisions("prod", both).holds
    assert shadowing("prod", [app("a", [route("x")]), app("b", [route("y")])]).holds


def test_roots_without_a_namespace_of_their_own_collide_unless_they_already_would_have() -> None:
    one, two = route("x", namespace=""), route("x", "/b", namespace="")
    assert not collisions("prod", [app("a", [], one), app("b", [], two)]).holds
    same = ingress("x", namespace="")
    assert collisions("prod", [app("a", [same], one), app("b", [copy.deepcopy(same)], two)]).holds
