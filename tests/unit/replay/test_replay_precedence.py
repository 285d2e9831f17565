"""Traefik's order of rules: where it is not that of Gateway API, and only there, nothing is replayed."""

from __future__ import annotations

from typing import Any

import pytest

from gatelift.replay import runtime
from gatelift.replay.answers.precedence import WHY, Precedence, told
from gatelift.replay.model import Result
from gatelift.replay.project.whole import projected
from gatelift.traffic.model import Attribute, Request
from support.judging import Manifest, ingress, prefix, rule
from support.replaying import replayed, route, to

WWW, ANY = "www.example.com", "*.example.com"
EXACT: dict[str, Any] = {"kind": "Exact"}
HEADERS = [{"name": f"X-{name}", "value": "1"} for name in "ABC"]
SENT = tuple((f"X-{name}", "1") for name in "ABC")


def _deviates(*routes: Manifest, host: str = WWW, target: str = "/", **further: Any) -> bool:
    made = projected(routes)
    return Precedence.of(made.objects, made.listening).deviates(Request(host=host, target=target, **further))


WEB = route("web", WWW, [to("/", "web"), to("/a", "a")])


@pytest.mark.parametrize(
    ("other", "target", "deviates"),
    [
        (route("any", ANY, [to("/", "any", kind="Exact")]), "/", True),
        (route("any", ANY, [to("/", "any", kind="Exact")]), "/b", False),
        (route("any", ANY, [to("/long", "any")]), "/long", True),
        (route("any", ANY, [to("/", "any")]), "/", False),
        (route("any", "", [to("/a/b", "any")]), "/a/b", True),
        (route("any", "", [to("/a/b", "any")]), "/a/c", False),
        # The same is done with the request, whoever is asked.
        (route("any", ANY, [to("/", "web", kind="Exact")]), "/", False),
        (route("any", "other.example.com", [to("/", "any", kind="Exact")]), "/", False),
    ],
)
def test_a_more_special_host_comes_before_a_more_special_path(other: Manifest, target: str, deviates: bool) -> None:
    assert _deviates(WEB, other, target=target) is deviates


def test_where_no_rule_of_a_host_takes_a_path_traefik_asks_those_of_a_wildcard() -> None:
    some, wild = route("web", WWW, [to("/a", "a")]), route("any", ANY, [to("/", "any")])

    assert _deviates(some, wild, target="/b")
    assert not _deviates(some, wild, target="/a/b")
    assert not _deviates(some, wild, host="one.example.com", target="/b")


def test_a_wildcard_is_as_long_as_a_label_of_one_letter() -> None:
    wild, short = route("any", ANY, [to("/", "any")]), route("a", "a.example.com", [to("/", "web")])

    assert _deviates(wild, short, host="a.example.com")
    assert not _deviates(wild, route("ab", "ab.example.com", [to("/", "web")]), host="ab.example.com")


def test_the_host_of_a_listener_counts() -> None:
    tls = {"certificateRefs": [{"name": "a"}]}
    listener = {"name": "https", "port": 443, "protocol": "HTTPS", "hostname": WWW, "tls": tls}
    spec = {"gatewayClassName": "eg", "listeners": [listener, {**listener, "name": "all", "hostname": ANY}]}
    gateway = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
               "metadata": {"name": "shared", "namespace": "infra"}, "spec": spec}  # fmt: skip
    own, wild = route("web", "", [to("/", "web")], "https"), route("any", "", [to("/", "any", kind="Exact")], "all")

    assert _deviates(gateway, own, wild, scheme="https")
    assert not _deviates(gateway, own, wild, scheme="https", host="one.example.com")


@pytest.mark.parametrize(
    ("first", "second", "request_", "deviates"),
    [
        (to("/a", "x", headers=HEADERS), to("/ab", "y"), {"target": "/a", "headers": SENT}, False),
        (to("/a", "x", headers=HEADERS), to("/a/b", "y"), {"target": "/a/b", "headers": SENT}, True),
        (to("/a", "x", headers=HEADERS), to("/a/b", "y"), {"target": "/a/b"}, False),
        (to("/a", "x", method="GET"), to("/a/long", "y"), {"target": "/a/long"}, True),
        (to("/a", "x", method="GET"), to("/a/long", "y"), {"target": "/a/long", "method": "PUT"}, False),
        (to("/a", "x", method="GET"), to("/a", "y", headers=HEADERS), {"target": "/a", "headers": SENT}, False),
    ],
)
def test_a_longer_path_comes_before_a_method_and_headers(
    first: Manifest, second: Manifest, request_: dict[str, Any], deviates: bool
) -> None:
    assert _deviates(route("web", WWW, [first, second]), **request_) is deviates


def _aged(first: str, second: str, **further: Any) -> tuple[Manifest, Manifest]:
    one, other = route("z", WWW, [to("/", "one")]), route("a", WWW, [to("/", "other"), to("/b", "b")])
    for item, year in ((one, first), (other, second)):
        item["metadata"]["creationTimestamp"] = f"{year}-01-01T00:00:00Z"
        item["spec"].update(further.get(item["metadata"]["name"], {}))
    return one, other


def test_of_equal_rules_traefik_keeps_the_oldest_as_gateway_api_does() -> None:
    assert not _deviates(*_aged("2020", "2021"))
    assert not _deviates(*_aged("2021", "2020"))


def test_of_equal_matches_of_different_hosts_traefik_prefers_the_longer_list_of_rules() -> None:
    more = {"hostnames": [WWW, "b.example.com"]}

    assert _deviates(*_aged("2020", "2021", a=more))
    assert not _deviates(*_aged("2021", "2020", a=more))


def test_another_proxy_that_answers_for_a_host_follows_gateway_api() -> None:
    made = projected((WEB, route("any", ANY, [to("/", "any", kind="Exact")])))
    found = Precedence(by_host=Precedence.of(made.objects, made.listening).by_host, elsewhere=frozenset((WWW,)))

    assert not found.deviates(Request(host=WWW))


def test_what_deviates_is_told_by_host_and_path() -> None:
    found = told([Request(host="WWW.example.com", target="/a?b"), Request(host=WWW, target="/c")])

    assert {item.attribute for item in found} == set(Attribute)
    assert {(item.why, item.hosts, item.paths) for item in found} == {(WHY, (WWW,), ("=/a", "=/c"))}


def _wild(service: str, *, by_envoy: bool = False) -> Result:
    before = [
        ingress("web", rule(WWW, ("/a", "Prefix", "web"))),
        ingress("any", rule(ANY, ("/", "Exact", "root"), ("/", "Prefix", "any"))),
        ingress("all", prefix("")),
    ]
    after = [
        route("web", WWW, [to("/a", service)]),
        route("any", ANY, [to("/", "root", kind="Exact"), to("/", "any")]),
        route("all", "", [to("/", "app", kind="Exact"), to("/", "app")]),
    ]
    return replayed(before, after, requests=120, by_envoy=by_envoy)


def test_traefiks_own_order_is_no_disagreement() -> None:
    result = _wild("web")

    assert result.holds
    assert {path for item in result.not_replayed if item.why == WHY for path in item.paths} >= {"=/", "=/agatelift"}
    assert all(item.hosts == (WWW,) for item in result.not_replayed if item.why == WHY)


def test_envoy_shows_what_traefik_orders_otherwise() -> None:
    result = _wild("web", by_envoy=True)

    assert result.holds
    assert result.not_replayed == ()
    assert "envoy" in result.versions


def test_a_mistake_beside_it_is_still_caught() -> None:
    result = _wild("other")

    assert [item.request.target for item in result.disagreements if not item.explained] == ["/a"]


def test_traefik_orders_as_is_said_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Held against the numbers of a real Traefik: a release that counts otherwise is noticed."""
    matches = [
        to("/", "web"), to("/abc", "web"), to("/abc/", "web"), to("/abcd", "web", **EXACT), to("/", "web", **EXACT),
        to("^/abc", "web", kind="RegularExpression"), to("/", "web", method="GET"), to("/m", "web", headers=HEADERS),
        to("/", "web", headers=[{"name": "X-B", "type": "RegularExpression", "value": "1.*"}]),
        to("/q", "web", method="GET", headers=HEADERS[:1], queryParams=[{"name": "q", "value": "1"}]),
    ]  # fmt: skip
    several = route("several", WWW, [to("/several", "web")])
    several["spec"]["hostnames"] = ["a.example.com", "longest.of.example.com", "*.x.example.com"]
    routes = [route("web", WWW, matches), route("any", ANY, matches[:2]), route("all", "", matches[:4]), several]
    asked = runtime._asked
    told_by_traefik: list[int] = []

    async def listening(*where: Any) -> Any:
        state = await asked(*where)
        told_by_traefik.extend(
            router["priority"] for name, router in state["routers"].items() if name.startswith("httproute-shop-")
        )
        return state

    monkeypatch.setattr(runtime, "_asked", listening)
    replayed([ingress("web", prefix(WWW))], routes, requests=1)
    made = projected(routes)
    ranked = [item for items in Precedence.of(made.objects, made.listening).by_host.values() for item in items]
    # One router stands for all hosts of a match.
    own = {item.rule: item.by_traefik for item in ranked}

    assert sorted(own.values()) == sorted(told_by_traefik)
