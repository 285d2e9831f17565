"""Routes that were there before are nobody's fault, in a replay as in a proof."""

from __future__ import annotations

import pytest

from gatelift.replay.answers.judging import Rules
from gatelift.replay.model import Judge
from gatelift.traffic.answers.compare import Difference, Ends, Watched
from gatelift.traffic.case import Case
from gatelift.traffic.explained.ledger import Ledger
from gatelift.traffic.explained.of_case import standing, was_there
from gatelift.traffic.gateway.listeners import listening
from gatelift.traffic.model import Answer, Attribute, Request, Seen
from gatelift.traffic.places.ingresses import ingress_places
from gatelift.traffic.places.routes import route_places
from support.judging import ingress, prefix
from support.replaying import route, to

HOST, NEW = "www.example.com", "new.example.com"
OTHER = route("new", NEW, [to("/", "new")])
REACHED = Answer(status=200, seen=Seen(backend="shop/new:80", method="GET", target="/"))


@pytest.mark.parametrize(
    ("before", "after", "known"),
    [
        ("no rule", "HTTPRoute shop/new: new.example.com/ (Prefix), rule 1", True),
        ("", "HTTPRoute shop/new: a/ (regular), rule 1 or HTTPRoute shop/new: a/b (regular), rule 2", True),
        ("", "HTTPRoute shop/new: a/ (regular), rule 1 or HTTPRoute shop/web: a/b (regular), rule 2", False),
        ("Ingress shop/web: app-root of new.example.com", "HTTPRoute shop/new: new.example.com/ (Prefix)", False),
        ("no rule", "no rule", False),
        ("no rule", "", False),
    ],
)
def test_what_was_there_takes_what_no_ingress_serves(before: str, after: str, known: bool) -> None:
    assert bool(was_there(before, after, {"HTTPRoute shop/new"})) is known


def test_a_route_stands_as_long_as_nobody_changes_it() -> None:
    changed = route("new", NEW, [to("/", "other")])

    assert standing(Case(before=(OTHER,), after=(OTHER,))) == {"HTTPRoute shop/new"}
    assert standing(Case(before=(OTHER,), after=(changed,))) == frozenset()
    assert standing(Case(before=(), after=(OTHER,))) == frozenset()


@pytest.mark.parametrize(
    ("before", "known"),
    [
        (Answer(status=404), True),
        (Answer(status=308, headers=(("location", f"https://{NEW}/"),)), True),
        (Answer(status=302, headers=(("location", f"http://{NEW}/home"),)), False),
        (REACHED, False),
    ],
)
def test_a_replay_says_so_where_nobody_answered(before: Answer, known: bool) -> None:
    rules = Rules(
        judge=Judge.NGINX,
        ends=(Ends(), Ends()),
        watched=Watched(),
        ledger=Ledger(),
        standing=frozenset(("HTTPRoute shop/new",)),
        before=ingress_places([ingress("web", prefix(HOST))]),
        after=route_places([OTHER], listening([OTHER])),
    )

    found = rules.judged(Request(host=NEW), Difference(Attribute.STATUS, "a", "b"), (before, REACHED))
    assert ("was there before" in found.explained) is known
