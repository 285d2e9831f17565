"""Requests: every rule of either side gets one that is meant for it, and the same input gives the same ones."""

from __future__ import annotations

from typing import Any

import pytest

from gatelift.findings import EnvironmentProblem
from gatelift.replay.answers.coverage import coverage
from gatelift.replay.before import storable
from gatelift.replay.requests.derive import UNKNOWN, derive, informed
from gatelift.traffic.gateway.listeners import listening
from gatelift.traffic.model import Answer, Request
from gatelift.traffic.places.ingresses import certified, ingress_places
from gatelift.traffic.places.place import Condition, PathKind, Place, fits, host_among, host_fits, path_of
from gatelift.traffic.places.routes import route_places
from support.judging import ingress, prefix, rule

HOST = "www.example.com"


def _sent(places: list[Place], most: int = 1000) -> tuple[Request, ...]:
    return derive(places, most, 1).requests


def _of(*ingresses: dict[str, Any]) -> list[Place]:
    return list(ingress_places(ingresses))


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/a/b", "/a/b"),
        ("//a///b?c=//", "/a/b"),
        ("/a/./b/../c", "/a/c"),
        ("/%61/", "/a/"),
        ("/a/..", "/"),
        ("/../../a", "/a"),
        ("/", "/"),
    ],
)
def test_a_path_is_compared_resolved(target: str, path: str) -> None:
    assert path_of(target) == path


@pytest.mark.parametrize(
    ("pattern", "host", "taken"),
    [
        ("", "anything", True),
        ("a.example.com", "A.example.com", True),
        ("*.example.com", "a.b.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "anexample.com", False),
        ("a.example.com", "b.example.com", False),
    ],
)
def test_hosts_of_rules(pattern: str, host: str, taken: bool) -> None:
    assert host_fits(pattern, host) is taken
    assert host_among(frozenset((pattern.lower(), "no.example.org")), host) is taken


def test_one_regular_path_makes_all_paths_of_its_host_regular() -> None:
    """T1, over all Ingresses."""
    places = _of(
        ingress("one", rule(HOST, ("/a", "Prefix", "a"))),
        ingress("other", rule(HOST, ("/b", "Exact", "b")), use_regex="true"),
        ingress("elsewhere", rule("elsewhere.example.com", ("/c", "Exact", "c"))),
    )

    assert [place.kind for place in places] == [PathKind.REGEX, PathKind.REGEX, PathKind.EXACT]


def test_a_canary_is_part_of_its_main_place() -> None:
    (place,) = _of(
        ingress("web", prefix(HOST)),
        ingress("next", prefix(HOST, service="next"), canary="true", canary_weight="20", canary_by_header="X-Next"),
    )

    assert dict(place.backends) == {"shop/app:80": 80, "shop/next:80": 20}
    assert place.mentions == (Condition("header", "X-Next", "always"), Condition("header", "X-Next", "never"))


def test_every_place_gets_a_request_that_it_takes_before_any_gets_a_second() -> None:
    paths = [(f"/p{number}", kind, "app") for number in range(9) for kind in ("Exact", "Prefix")]
    places = _of(ingress("web", rule(HOST, *paths)), ingress("odd", rule("*.example.org", ("/x/", "Prefix", "app"))))
    first = derive(places, len(places), 1).requests

    assert len(first) == len(places)
    assert all(any(fits(place, request) for request in first) for place in places)


def test_the_same_seed_gives_the_same_requests_and_another_one_others() -> None:
    places = _of(ingress("web", rule(HOST, ("/shop", "Prefix", "app"), ("/", "Prefix", "app"))))

    assert derive(places, 40, 1) == derive(places, 40, 1)
    assert set(derive(places, 40, 1).requests) != set(derive(places, 40, 2).requests)
    assert len(set(_sent(places))) == len(_sent(places))


def test_it_is_told_whether_some_requests_found_no_room() -> None:
    places = _of(ingress("web", prefix(HOST)))
    everything = len(_sent(places))

    assert derive(places, everything - 1, 1).more
    assert not derive(places, everything, 1).more


def test_paths_around_a_rule() -> None:
    targets = {request.target for request in _sent(_of(ingress("web", rule(HOST, ("/Shop", "Prefix", "app")))))}

    assert targets >= {
        "/Shop", "/Shop/", "/Shop/gatelift", "/Shopgatelift", "/sHOP", "/Sho", "//Shop", "/gatelift/../Shop",
        "/Sho%70", "/Shop?a=1&b=two%20words", "/Shop/gatelift%2Fgatelift", "/",
    }  # fmt: skip


def test_hosts_around_a_wildcard() -> None:
    hosts = {request.host for request in _sent(_of(ingress("web", prefix("*.example.com"))))}

    assert hosts >= {"one.example.com", "two.one.example.com", "example.com", UNKNOWN}


def test_what_an_ingress_asks_of_clients_is_met_and_not_met() -> None:
    web = ingress(
        "web", prefix(HOST), auth_type="basic", allowlist_source_range="10.0.0.0/8",
        proxy_body_size="4k",
    )  # fmt: skip
    sent = _sent(_of(web))

    assert {request.client for request in sent} >= {"10.0.0.1", "198.51.100.77"}
    logins = {dict(request.headers).get("Authorization", "") for request in sent}
    assert len(logins) == 4
    assert "" in logins
    assert {request.body for request in sent} >= {4096, 4097}
    assert any(request.client == "10.0.0.1" and dict(request.headers).get("Authorization") for request in sent)


@pytest.mark.parametrize(
    ("listed", "inside", "outside"),
    [
        ("2001:db8::/32", ["2001:db8::1"], ["198.51.100.77", "100::77"]),
        ("::1", ["::1"], ["198.51.100.77", "100::77"]),
        ("::/0,10.0.0.0/8", ["::1", "10.0.0.1"], ["198.51.100.77"]),
        # Go prints them as networks of IPv4, and that is what nginx gets.
        ("::ffff:10.0.0.0/104", ["10.0.0.1"], ["198.51.100.77"]),
        ("::ffff:192.0.2.7", ["192.0.2.7"], ["198.51.100.77"]),
        ("0.0.0.0/1,192.0.0.0/2", ["0.0.0.1", "192.0.0.1"], ["128.0.0.0"]),
        ("10.0.0.0/8,0.0.0.0/0", ["10.0.0.1", "0.0.0.1"], []),
        ("fe80::1%eth0,office", [], []),
    ],
)
def test_clients_come_from_inside_and_outside_of_lists_of_either_family(
    listed: str, inside: list[str], outside: list[str]
) -> None:
    allowing = [each for each in _sent(_of(ingress("web", prefix(HOST), whitelist_source_range=listed))) if each.client]
    denying = [each for each in _sent(_of(ingress("web", prefix(HOST), denylist_source_range=listed))) if each.client]

    assert {request.client for request in allowing} == {request.client for request in denying} == {*inside, *outside}
    assert [request.client for request in allowing[:1]] == inside[:1]
    # What is asked of everything else comes from somebody who is let in, where there is such a client.
    assert [request.client for request in denying[:1]] == (outside or inside)[:1]


def test_preflights_come_from_origins_that_are_allowed_and_others() -> None:
    sent = _sent(_of(ingress("web", prefix(HOST), enable_cors="true", cors_allow_origin="https://*.example.org")))
    asked = {
        (request.method, dict(request.headers).get("Origin"), "Access-Control-Request-Method" in dict(request.headers))
        for request in sent
    }

    assert asked >= {
        ("OPTIONS", "https://one.example.org", True),
        ("OPTIONS", "https://elsewhere.invalid", True),
        ("OPTIONS", None, False),
        ("GET", "https://one.example.org", False),
    }


def test_headers_cookies_and_queries_of_routes_are_met_and_missed() -> None:
    match = {
        "path": {"type": "RegularExpression", "value": "(?i)^/v(1|2)/.*$"},
        "headers": [
            {"name": "X-Tenant", "value": "a"},
            {"name": "Cookie", "type": "RegularExpression", "value": "k=.+"},
        ],
        "queryParams": [{"name": "debug", "value": "1"}],
    }
    (place,) = route_places([_route([{"matches": [match], "backendRefs": [{"name": "api", "port": 80}]}])], _open())
    sent = _sent([place])

    assert sum(fits(place, request) for request in sent) >= 3
    assert {dict(request.headers).get("X-Tenant") for request in sent} >= {"a", "ax", "A", None}


def test_an_expression_that_nothing_can_be_made_for_is_named() -> None:
    places = _of(ingress("web", rule(HOST, (r"/(a)\1(?!a)b", "ImplementationSpecific", "app")), use_regex="true"))

    assert derive(places, 10, 1).impossible == (f"Ingress shop/web: {HOST}/(a)\\1(?!a)b (regular)",)


def test_a_route_is_told_what_its_ingress_asks_of_clients() -> None:
    before = _of(ingress("web", prefix(HOST), denylist_source_range="192.0.2.0/24", auth_type="basic"))
    after = route_places([_route([{"backendRefs": [{"name": "app", "port": 80}]}])], _open())

    (place,) = informed(after, before)
    assert (place.denied, place.login) == (("192.0.2.0/24",), True)


def test_certificates_of_ingresses() -> None:
    assert certified([ingress("web", prefix(HOST), tls=[{"hosts": [HOST, "b.example.com"]}])]) == (
        HOST,
        "b.example.com",
    )


def _open() -> Any:
    return listening([_route([])])


def _route(rules: list[dict[str, Any]]) -> dict[str, Any]:
    spec = {"parentRefs": [{"name": "shared", "namespace": "infra"}], "hostnames": [HOST], "rules": rules}
    metadata = {"name": "web", "namespace": "shop"}
    return {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": metadata, "spec": spec}


@pytest.mark.parametrize(("host", "path"), [(HOST, "/" + "a" * 2_000_000), ("a." * 200 + "com", "/")])
def test_what_no_proxy_reads_is_not_sent_but_named(host: str, path: str) -> None:
    places = _of(ingress("web", prefix(host, path), prefix(HOST)))
    made = derive(places, 1000, 1)

    assert all(len(request.target) < 5000 and len(request.host) < 300 for request in made.requests)
    (missed,) = coverage(places, dict.fromkeys(made.requests, Answer(status=403)), made.impossible).missed
    assert missed.startswith(f"Ingress shop/web: {host}{path}"[:400])
    assert missed.endswith("(no request could be made for it)")
    assert len(missed) < 600


@pytest.mark.parametrize(("path", "told"), [("/" + "a" * 4_000_000, "3.8 MB"), ("/\ud800", "no text")])
def test_what_no_cluster_takes_is_not_replayed(path: str, told: str) -> None:
    storable([ingress("web", prefix(HOST)), {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": path}}])

    with pytest.raises(EnvironmentProblem) as caught:
        storable([ingress("web", prefix(HOST)), ingress("odd", prefix(HOST, path))])
    assert f"Ingress shop/odd {'is' if told[0].isdigit() else 'holds'}" in caught.value.finding.message
    assert told in caught.value.finding.message


def test_a_regular_path_is_asked_for_below_another_one() -> None:
    place = Place(name="a rule", host=HOST, path="/svc(/|$)(.*)", kind=PathKind.REGEX)

    assert "/gatelift/svc/" in {request.target for request in _sent([place])}
