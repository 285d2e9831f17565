"""Several intents about one header: said once where they agree, the later one refused where they do not."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from gatelift.annotations import registry
from gatelift.annotations.unit import case_context
from gatelift.gateway.consume import Consumed, Notes, consume
from gatelift.gateway.headers import MOST, Taken, take
from gatelift.gateway.rules import http_rule, merged
from gatelift.intent.base import Intent, Origin, OriginKind, Sourced, sourced
from gatelift.intent.headers import Header, RequestHeaders, ResponseHeaders
from gatelift.intent.outcome import Disposition
from gatelift.intent.redirects import Hsts, Location
from gatelift.intent.route import Match, PathKind, PathMatch, Redirection, Rule
from gatelift.intent.routing import ForwardedPrefix
from gatelift.intent.traffic import Cors
from gatelift.manifests.filters import HTTPHeaderFilter, RequestHeaderModifierFilter, ResponseHeaderModifierFilter
from gatelift.targets.base import RouteView
from gatelift.targets.envoy_gateway import target

HSTS = "Strict-Transport-Security"


def view() -> RouteView:
    unit = registry.find("example.com/owner")
    assert unit is not None
    return RouteView(
        ingress=case_context(unit, unit.cases[0]).ingress,
        name=lambda suffix: f"web-{suffix}",
        ordinal=lambda suffix, content: suffix,
        services={},
    )


def said(intent: Intent, key: str) -> Sourced:
    return sourced(intent, Origin(OriginKind.ANNOTATION, key, f"/metadata/annotations/{key}"))


def by_default(intent: Intent) -> Sourced:
    return sourced(intent, Origin(OriginKind.DEFAULT, "hsts"))


Result = tuple[Consumed, Notes]


def run(items: Iterable[Sourced], beside: Consumed | None = None, only_responses: bool = False) -> Result:
    notes: Notes = []
    filters = beside.filters if beside else ()
    return consume(items, target, view(), notes, {}, only_responses, filters), notes


def response(consumed: Consumed) -> HTTPHeaderFilter:
    (found,) = [item for item in merged(consumed.filters) if isinstance(item, ResponseHeaderModifierFilter)]
    return found.response_header_modifier


def refusals(notes: Notes) -> list[str]:
    return [subject for subject, note in notes if note.disposition is Disposition.REFUSED]


def one(**lists: object) -> ResponseHeaders:
    return ResponseHeaders(**lists)  # type: ignore[arg-type]  # the lists of a test


def header(value: str, name: str = "X-A") -> tuple[Header, ...]:
    return (Header(name, value),)


def test_equal_ones_are_set_once_whatever_the_case_of_the_name() -> None:
    made, notes = run([said(one(set=header("1")), "a"), said(one(set=header("1", "x-a"), remove=("X-B",)), "b")])
    assert [(item.name, item.value) for item in response(made).set] == [("X-A", "1")]
    assert response(made).remove == ("X-B",)
    assert refusals(notes) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (one(set=header("1")), one(set=header("2", "x-a"))),
        (one(set=header("1")), one(remove=("x-A",))),
        (one(remove=("X-A",)), one(add=header("1"))),
        (one(add=header("1")), one(add=header("1"))),
        (one(set=header("1")), one(add=header("1"))),
    ],
)
def test_the_later_of_two_that_disagree_is_refused_and_the_first_stands(
    first: ResponseHeaders, second: ResponseHeaders
) -> None:
    alone, _ = run([said(first, "a")])
    made, notes = run([said(first, "a"), said(second, "b")])
    assert made.filters == alone.filters
    assert refusals(notes) == ["/metadata/annotations/b"]


def test_a_refused_one_leaves_nothing_of_itself() -> None:
    both = one(set=(Header("X-B", "b"), Header("X-A", "2")))
    made, _ = run([said(one(set=header("1")), "a"), said(both, "b")])
    assert [item.name for item in response(made).set] == ["X-A"]


def test_what_the_controller_sends_by_itself_stands() -> None:
    mine = said(one(set=header("max-age=1", HSTS)), "a")
    made, notes = run([mine, by_default(Hsts(value="max-age=2"))])
    assert [(item.name, item.value) for item in response(made).set] == [(HSTS, "max-age=2")]
    assert refusals(notes) == ["/metadata/annotations/a"]
    same, notes = run([mine, by_default(Hsts(value="max-age=1"))])
    assert [(item.name, item.value) for item in response(same).set] == [(HSTS, "max-age=1")]
    assert refusals(notes) == []


def test_requests_and_answers_are_two_things() -> None:
    made, notes = run([said(RequestHeaders(set=header("1")), "a"), said(one(set=header("2")), "b")])
    assert len(made.filters) == 2
    assert refusals(notes) == []


def test_headers_of_a_single_rule_are_held_against_those_of_the_route() -> None:
    beside, _ = run([said(RequestHeaders(set=header("/api", "x-forwarded-prefix")), "a")])
    made, notes = run([said(ForwardedPrefix(value="/api"), "b")], beside)
    assert made.filters == ()
    assert refusals(notes) == []
    made, notes = run([said(ForwardedPrefix(value="/other"), "b")], beside)
    assert made.filters == ()
    assert refusals(notes) == ["/metadata/annotations/b"]


def test_what_cors_writes_is_not_written_twice() -> None:
    allow = one(set=header("*", "Access-Control-Allow-Origin"))
    _, notes = run([said(allow, "a"), said(Cors(enabled=True), "b")])
    assert refusals(notes) == ["/metadata/annotations/b"]
    _, notes = run([said(allow, "a")])
    assert refusals(notes) == []
    made, _ = run([said(allow, "a")])
    assert "written by CORS" in str(take(Taken(), made.filters, policy_cors=True))


def test_a_list_longer_than_a_route_takes_is_refused() -> None:
    full = one(set=tuple(Header(f"X-{number}", "1") for number in range(MOST)))
    made, notes = run([said(full, "a"), said(one(set=header("1")), "b"), said(one(remove=("X-A",)), "c")])
    assert len(response(made).set) == MOST
    assert response(made).remove == ("X-A",)
    assert refusals(notes) == ["/metadata/annotations/b"]


def test_a_redirect_of_everything_bears_the_headers_of_answers_in_one_filter() -> None:
    items = [
        said(RequestHeaders(set=header("1")), "a"),
        said(one(set=header("1")), "b"),
        by_default(Hsts(value="max-age=1")),
    ]
    made, notes = run(items, only_responses=True)
    assert [note.disposition for subject, note in notes if subject.endswith("/a")] == [Disposition.INERT]
    rule = Rule((Match(PathMatch(PathKind.PREFIX, "/")),), Redirection(Location(scheme="https"), 301))
    filters = http_rule(rule, made.filters, (), None).filters
    assert [type(item) for item in filters].count(ResponseHeaderModifierFilter) == 1
    assert not any(isinstance(item, RequestHeaderModifierFilter) for item in filters)


def test_cors_is_lost_where_the_gateway_answers_everything_itself() -> None:
    items = [said(Cors(enabled=True), "a"), said(RequestHeaders(set=header("1")), "b"), by_default(Hsts(value="x"))]
    made, notes = run(items, only_responses=True)

    told = {subject[-1]: note for subject, note in notes}
    assert told["a"].disposition is Disposition.DIFFERS
    assert "OPTIONS with 204" in told["a"].text
    assert told["b"].disposition is Disposition.INERT
    assert [type(item) for item in made.filters] == [ResponseHeaderModifierFilter]
    assert not made.security
