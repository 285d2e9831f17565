"""Two sides held against each other: hosts, needs, gates, open orders, what explains a difference, what is said."""

from __future__ import annotations

from typing import Any

import pytest
from languages_of_tests import envoy, nginx
from worlds_of_tests import HOST, NOBODY, found, of, proven, rule, to, world

from gatelift.expected.ledger import Entry
from gatelift.intent.outcome import Disposition
from gatelift.proof.symbolic.model import (
    Addresses,
    Cors,
    Headers,
    Location,
    Login,
    Need,
    Reply,
    Rewrite,
    Rewritten,
    Rule,
    Undecided,
    World,
)
from gatelift.traffic.answers.closed import Closed
from gatelift.traffic.answers.compare import Watched
from gatelift.traffic.explained.ledger import Ledger
from gatelift.traffic.model import Attribute, NotReplayed
from gatelift.traffic.places.place import Place

BETA = Need("header", "X-Beta", "always")
OFFICE = Addresses(((True, ("10.0.0.0/8",)),), otherwise=False)
MOVED = Reply(status=301, location=Location(scheme="https"))


def test_equal_sides_are_equal_however_they_are_written() -> None:
    before = world(rule("/api", "api"), rule("/", "web"), other=[rule("/", "web")])
    after = world(
        rule(envoy("/api(/.*)?"), "api"), rule(envoy("/a.*"), "web"), rule("/", "web"), other=[rule("/", "web")]
    )
    outcome = proven(before, after)

    assert outcome.holds
    assert not outcome.found
    assert not outcome.undecided
    assert not outcome.sampled
    assert (outcome.hosts, outcome.rules) == (3, (3, 4))
    assert outcome.classes > 10


def test_a_host_that_is_not_there_is_found() -> None:
    before, after = world(rule("/", "web"), other=[rule("/", "web")]), world(rule("/", "web"))

    assert {item.request.host for item in proven(before, after).found} == {"other.example.com"}
    assert {item.request.host for item in proven(after, before).found} == {"other.example.com"}


def test_a_header_that_is_needed_is_sent() -> None:
    before = world(rule("/", "api", BETA), rule("/", "web"))
    (item,) = proven(before, world(rule("/", "web"))).found
    other = found(before, world(rule("/", "api", Need("header", "X-Beta", "never")), rule("/", "web")))

    assert item.request.headers == (("x-beta", "always"),)
    assert item.rules == (" -> shop/api:80", " -> shop/web:80")
    assert len(other) == 2


@pytest.mark.parametrize(
    ("after", "clients"),
    [
        (to("web"), {"11.0.0.0"}),
        (to("web", gates=(Addresses(((True, ("10.0.0.0/9",)),), False),)), {"10.255.255.255"}),
        (to("web", gates=(Addresses(((True, ("10.0.0.0/8", "192.168.1.0/24")),), False),)), {"192.168.1.0"}),
        (to("web", gates=(OFFICE, Login("Basic"))), {"10.0.0.0"}),
    ],
)
def test_networks_are_compared_where_they_differ(after: Reply, clients: set[str]) -> None:
    outcome = proven(world(rule("/", to("web", gates=(OFFICE,)))), world(rule("/", after)))

    assert {item.request.client for item in outcome.found} == clients


def test_behind_a_gate_the_path_is_compared_for_who_comes_in() -> None:
    gates = (OFFICE, Login("Basic"))
    before = world(rule("/a", to("web", gates=gates, rewrite=Rewrite(Rewritten.PREFIX, "/a", "/"))))
    outcome = proven(before, world(rule("/a", to("web", gates=gates))))

    assert {item.difference.attribute for item in outcome.found} == {Attribute.PATH}
    assert all(item.request.client.startswith("10.") and item.request.headers for item in outcome.found)


def test_headers_are_compared_where_they_are_watched() -> None:
    before = world(rule("/", to("web", to_backend=Headers(removed=("X-A",)), to_client=Headers(put=(("X-B", "1"),)))))
    after = world(rule("/", "web"))
    watched = Watched(request=frozenset(("x-a",)), response=frozenset(("x-b",)))

    assert found(before, after) == []
    assert {attribute for _, attribute, _, _ in found(before, after, watched=watched)} == {
        "request headers", "response headers"
    }  # fmt: skip


def test_cors_is_compared_before_and_after_browsers_ask() -> None:
    cors = Cors(origins=("https://a",), methods="GET")
    before, after = world(rule("/", to("web", cors=cors))), world(rule("/", "web"))
    told = {item.request.method: item.difference.attribute for item in proven(before, after).found}

    assert told == {"GET": Attribute.CORS, "OPTIONS": Attribute.BACKEND}


def test_rules_in_any_order_are_asked_in_every_order() -> None:
    first, second = rule("/", "web", rank=1), rule("/", "api", rank=1)
    open_order = world(first, second)

    for certain in (world(rule("/", "web")), world(rule("/", "api"))):
        assert len(found(certain, open_order)) == len(found(open_order, certain)) == 1
    # Rules of other ranks are not asked.
    assert found(world(rule("/", "web")), world(rule("/", "web", rank=1), rule("/", "api", rank=2))) == []
    assert found(world(rule("/", "web")), world(rule("/", "web", rank=1), rule("/", "web", rank=1))) == []


def test_of_one_host_nothing_is_decided_and_the_others_are_compared() -> None:
    lists = {HOST: [rule(nginx(r"/(a)\1"), "web")], "other.example.com": [rule("/", "web")]}
    outcome = proven(of(lists), of({"other.example.com": [rule("/", "api")]}))

    assert [item.host for item in outcome.undecided] == [HOST]
    assert r"'/(a)\\1'" in outcome.undecided[0].why
    assert {item.request.host for item in outcome.found} == {"other.example.com"}
    assert not outcome.holds


def test_a_side_that_does_not_know_is_undecided() -> None:
    def raising(scheme: str, host: str) -> tuple[Rule, ...]:
        raise Undecided("a snippet")

    outcome = proven(World(names=frozenset((HOST,)), rules=raising), world())

    assert [(item.host, item.why) for item in outcome.undecided] == [
        ("nobody.invalid", "a snippet"),
        (HOST, "a snippet"),
    ]


def test_where_no_rule_takes_a_request_that_is_not_equal() -> None:
    silent = World(names=frozenset((HOST,)), rules=lambda scheme, host: ())
    only = World(names=frozenset(), rules=lambda scheme, host: (rule("/a", "web", rank=0),))

    for one, other in ((silent, silent), (silent, world()), (world(), only)):
        outcome = proven(one, other)
        assert all("no rule is known" in item.why for item in outcome.undecided)
        assert len(outcome.undecided) == outcome.hosts


def test_rewrites_of_another_form_are_sampled_and_that_is_said() -> None:
    by_expression = to("web", rewrite=Rewrite(Rewritten.FIRST, "/a(.*)", r"/b\1"))
    by_prefix = to("web", rewrite=Rewrite(Rewritten.PREFIX, "/a", "/b"))
    known = to("web", rewrite=Rewrite(Rewritten.FIRST, "/a(/|$)(.*)", r"/\2"))
    outcome = proven(world(rule("/a", by_expression)), world(rule("/a", by_prefix)))

    assert outcome.holds
    assert outcome.sampled == ("/a -> shop/web:80",)
    assert proven(world(rule("/a", known)), world(rule("/a", known))).sampled == ()
    assert proven(world(rule("/a", by_expression)), world(rule("/a", by_expression))).sampled == ()


def test_what_the_ledger_says_explains_and_nothing_else() -> None:
    pointer = "/metadata/annotations/nginx.ingress.kubernetes.io~1permanent-redirect-code"
    entry = Entry("", "shop/web", pointer, Disposition.DIFFERS, "the redirect is a 301")
    place = Place(name="web", host=HOST, ingress="shop/web")
    before, after = world(rule("/", Reply(status=308, location=Location(scheme="https")))), world(rule("/", MOVED))
    ledger = Ledger(entries=(entry,), places=(place,))
    outcome = proven(before, after, ledger=ledger)

    assert outcome.holds
    assert {item.explained for item in outcome.found} == {
        f"{pointer[22:].replace('~1', '/')} of Ingress shop/web: {entry.text}"
    }
    assert not proven(before, world(rule("/", "web")), ledger=ledger).holds
    assert not proven(before, after, ledger=Ledger(entries=(entry,), places=())).holds


def test_a_closed_place_stays_closed_whatever_explains_it() -> None:
    places = (Place(name="web", host=HOST, ingress="shop/web", backends=(("shop/web:80", 1),)),)
    closed = Closed(before=places, withheld={"shop/web": "auth-snippet"})
    before, after = world(rule("/", Reply(status=403))), world(rule("/", "api"))
    (item, *_) = proven(before, after, closed=closed).found

    assert item.difference.closed
    assert not item.explained
    assert "shop/web is withheld" in item.difference.before


def test_what_is_not_compared_is_left_out() -> None:
    missing: Any = tuple(NotReplayed(attribute=each, why="a script", hosts=(HOST,)) for each in Attribute)
    before, after = world(rule("/", "web")), world(rule("/", "api"))
    told = World(names=before.names, rules=before.rules, left_out=missing[:1])

    assert found(before, after, missing=missing) == []
    assert proven(told, after).left_out == missing[:1]


def test_a_backend_without_weight_is_none() -> None:
    some = to("web", backends=(("shop/old:80", 0), ("shop/web:80", 5)))

    assert found(world(rule("/", some)), world(rule("/", "web"))) == []


def test_the_order_of_backends_is_none() -> None:
    one = to("web", backends=(("shop/api:80", 1), ("shop/web:80", 1)))
    other = to("web", backends=(("shop/web:80", 5), ("shop/api:80", 5)))

    assert found(world(rule("/", one)), world(rule("/", other))) == []


def test_the_rest_of_a_list_is_the_last_rule() -> None:
    assert found(world(), of({HOST: [NOBODY]})) == []
