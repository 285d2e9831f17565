"""A proof that holds is true: no request at random is answered otherwise; and what it finds is so."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from languages_of_tests import envoy, nginx, paths, takes
from worlds_of_tests import HOST, NOBODY, of, proven, rule, to

from gatelift.proof.symbolic.asked.needs import holds
from gatelift.proof.symbolic.model import (
    Addresses,
    Gate,
    Kind,
    Location,
    Login,
    Need,
    Path,
    Reply,
    Rewrite,
    Rewritten,
    Rule,
)
from gatelift.proof.symbolic.replies.answers import answer
from gatelift.traffic.answers.compare import Ends, Watched, compare
from gatelift.traffic.credentials import authorization
from gatelift.traffic.model import Request

_PATHS = st.sampled_from((
    Path(Kind.BELOW, ""), Path(Kind.BELOW, "/a"), Path(Kind.BELOW, "/a", decoded=True), Path(Kind.EXACT, "/a"),
    Path(Kind.EXACT, "/"), Path(Kind.STARTS, "/a", decoded=True), Path(Kind.BELOW, "/a/b"), nginx("^/a"),
    nginx("^/a(/|$)"), envoy("/a(/.*)?"), envoy("/[ab].*"), envoy("/.*b"), nginx(r"\.b$"), envoy("/[^a].*"),
    nginx("^/[^a]"),
))  # fmt: skip
_NEEDS = st.lists(
    st.sampled_from((
        Need("header", "X-A", "1"), Need("header", "x-a", "[0-9]+", regular=True), Need("cookie", "c", "always"),
        Need("query", "q", "1"), Need("method", "", "PUT"),
    )),
    max_size=1,
).map(tuple)  # fmt: skip
_GATES: st.SearchStrategy[tuple[Gate, ...]] = st.sampled_from((
    (), (), (), (Login("Basic"),), (Addresses(((True, ("10.0.0.0/8",)),), False),),
    (Addresses(((False, ("10.1.0.0/16",)),)), Login("Basic")),
))  # fmt: skip
_REPLIES = st.one_of(
    st.builds(
        lambda name, gates, some: to(name, gates=gates, any_gate=some), st.sampled_from("xy"), _GATES, st.booleans()
    ),
    st.sampled_from((
        Reply(status=403), Reply(status=301, location=Location(scheme="https")),
        to("x", host="inside"), to("x", rewrite=Rewrite(Rewritten.FULL, "", "/x")),
        Reply(backends=(("shop/x:80", 1), ("shop/y:80", 1))),
    )),
)  # fmt: skip
_RULES = st.builds(lambda path, reply, needs: rule(path, reply, *needs), _PATHS, _REPLIES, _NEEDS)
_LISTS = st.lists(_RULES, max_size=3)


@st.composite
def _requests(draw: st.DrawFn) -> Request:
    headers = [("x-a", draw(st.sampled_from(("1", "22", "b"))))] if draw(st.booleans()) else []
    if draw(st.booleans()):
        headers.append(("cookie", draw(st.sampled_from(("c=always", "b=2; c=always", "c=never", "d=always")))))
    if draw(st.booleans()):
        headers.append(("authorization", authorization()))
    return Request(
        host=HOST,
        target=draw(paths()) + draw(st.sampled_from(("", "?q=1", "?q=2", "?r=1&q=1"))),
        method=draw(st.sampled_from(("GET", "PUT"))),
        headers=tuple(headers),
        client=draw(st.sampled_from(("", "10.1.2.3", "10.2.0.0", "11.0.0.1", "::1"))),
    )


def _replies(rules: Sequence[Rule], request: Request) -> Reply:
    path = request.target.partition("?")[0]
    taking = (each for each in rules if takes(each.path, path) and all(holds(need, request) for need in each.needs))
    return next(taking, NOBODY).reply


def _alike(before: Sequence[Rule], after: Sequence[Rule], request: Request) -> bool:
    one, other = _replies(before, request), _replies(after, request)
    first, second = answer(one, request), answer(other, request)
    if first.seen is not None and second.seen is not None and one.backends != other.backends:
        return False
    return not compare(request, (first, Ends()), (second, Ends()), Watched()).differences


@st.composite
def _sides(draw: st.DrawFn) -> tuple[list[Rule], list[Rule]]:
    """Two lists of rules; most of them differ in little."""
    before = draw(_LISTS)
    after = list(before)
    at = draw(st.integers(0, 3))
    match draw(st.sampled_from(("other", "less", "order", "rule", "more"))):
        case "other":
            after = draw(_LISTS)
        case "less":
            del after[at : at + 1]
        case "order":
            after[at : at + 2] = reversed(after[at : at + 2])
        case "rule":
            after[at : at + 1] = [draw(_RULES)]
        case "more":
            after.insert(at, draw(_RULES))
    return before, after


@pytest.mark.slow
@settings(deadline=None)
@given(_sides(), st.lists(_requests(), min_size=1, max_size=20))
def test_what_holds_is_true_and_what_is_found_is_so(
    sides: tuple[list[Rule], list[Rule]], requests: list[Request]
) -> None:
    before, after = sides
    outcome = proven(of({HOST: before}), of({HOST: after}))

    assert not outcome.undecided
    assert outcome.found or all(_alike(before, after, request) for request in requests)
    assert not any(_alike(before, after, item.request) for item in outcome.found)
