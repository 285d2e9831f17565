"""What differs for one cause is one row, and the row that opens something stands first."""

from __future__ import annotations

from gatelift.replay.answers.judging import still, taking
from gatelift.replay.model import Coverage, Disagreement, Judge, Result
from gatelift.replay.present.model import ShownDisagreement, shown
from gatelift.replay.present.rows import explained, means, wrong
from gatelift.traffic.model import Attribute, Request
from gatelift.traffic.places.place import Condition, PathKind, Place

FOUND, GONE, DENIED = "200 from shop/web:80", "404 without a backend", "403 without a backend"
HSTS = "max-age=31536000"


def _item(
    attribute: Attribute, before: str, after: str, host: str = "a.example.com", explained: str = "", times: int = 1,
    target: str = "/",
) -> Disagreement:  # fmt: skip
    return Disagreement(
        request=Request(host=host, target=target), attribute=attribute, before=before, after=after, judge=Judge.NGINX,
        explained=explained, times=times,
    )  # fmt: skip


def _shown(*items: Disagreement) -> tuple[ShownDisagreement, ...]:
    reached = Coverage(matches=1, hit=1)
    result = Result(versions={}, requests=9, agreed=0, seed=1, before=reached, after=reached, disagreements=items)
    return shown("", result).disagreements


def test_a_header_that_is_lost_on_many_hosts_is_one_row_with_the_smallest_request() -> None:
    hosts = [f"{name}.example.com" for name in "abcdef"]
    rows = wrong(_shown(*(_item(Attribute.HSTS, HSTS, "", host, times=5, target="/long") for host in hosts),
                        _item(Attribute.HSTS, HSTS, "", "b.example.com")))  # fmt: skip

    assert [(row.first.request.url, row.requests) for row in rows] == [("http://b.example.com/", 31)]
    assert rows[0].count == "31 requests, on a.example.com, c.example.com, d.example.com and 2 more hosts too"


def test_redirects_to_the_own_host_and_path_are_of_one_kind_and_to_others_are_not() -> None:
    def sent(host: str, to: str) -> Disagreement:
        return _item(Attribute.STATUS, f"308 without a backend, to {to}", f"302 without a backend, to {to}", host)

    rows = wrong(_shown(
        sent("a.example.com", "https://a.example.com/"), sent("b.example.com", "https://b.example.com/"),
        sent("c.example.com", "https://elsewhere.example.com/"),
    ))  # fmt: skip

    assert sorted(row.requests for row in rows) == [1, 2]


def test_other_backends_and_other_attributes_are_rows_of_their_own() -> None:
    rows = wrong(_shown(
        _item(Attribute.STATUS, FOUND, GONE), _item(Attribute.STATUS, "200 from shop/api:80", GONE),
        _item(Attribute.HSTS, HSTS, ""),
    ))  # fmt: skip

    assert len(rows) == 3


def test_shares_of_all_are_no_shares() -> None:
    rows = wrong(_shown(
        _item(Attribute.BACKEND, "shop/web:80", "shop/next:80"),
        _item(Attribute.BACKEND, "shop/web:80 240 of 240", "shop/next:80 240 of 240", times=240),
        _item(Attribute.BACKEND, "shop/web:80 24 of 240, x 216 of 240", "shop/next:80 240 of 240", times=240),
    ))  # fmt: skip

    assert sorted(row.requests for row in rows) == [240, 241]


def test_what_opens_a_place_stands_first_however_rare() -> None:
    rows = wrong(_shown(
        _item(Attribute.HSTS, HSTS, "", times=900), _item(Attribute.STATUS, FOUND, GONE, times=50),
        _item(Attribute.STATUS, DENIED, FOUND),
    ))  # fmt: skip

    assert [row.first.before for row in rows] == [DENIED, FOUND, HSTS]
    assert means(rows[0].first) == "what is turned away or sent elsewhere today REACHES A SERVICE then"


def test_each_explanation_is_a_row_and_nothing_unexplained_is_among_them() -> None:
    found = _shown(
        _item(Attribute.HSTS, HSTS, "", explained="one", times=2), _item(Attribute.PATH, "//", "/", explained="two"),
        _item(Attribute.STATUS, DENIED, GONE, explained="one", times=3), _item(Attribute.STATUS, FOUND, GONE),
    )  # fmt: skip

    assert [(row.first.explained, row.requests) for row in explained(found)] == [("one", 5), ("two", 1)]
    assert len(wrong(found)) == 1


def test_every_attribute_means_something_for_traffic() -> None:
    assert all(means(item) for item in _shown(*(_item(each, "a", "b") for each in Attribute)))


def test_a_smaller_request_that_opens_nothing_does_not_stand_for_one_that_does() -> None:
    opens = _item(Attribute.STATUS, DENIED, FOUND, target="/private")

    assert not still(opens, _item(Attribute.STATUS, DENIED, GONE))
    assert still(opens, _item(Attribute.STATUS, "401 without a backend", FOUND))


def test_the_match_that_takes_a_request_is_named_and_several_where_regular_paths_compete() -> None:
    places = [
        Place(name="all", host=""), Place(name="wild", host="*.example.com"), Place(name="root", host="a.example.com"),
        Place(name="deep", host="a.example.com", path="/shop"),
        Place(name="header", host="a.example.com", path="/shop", conditions=(Condition("header", "X-A", "1"),)),
        Place(name="exact", host="a.example.com", path="/shop", kind=PathKind.EXACT, method="POST"),
    ]  # fmt: skip
    asked = Request(host="a.example.com", target="/shop?x=1")

    assert taking(asked, places) == "deep"
    assert taking(Request(host="a.example.com", target="/shop", headers=(("X-A", "1"),)), places) == "header"
    assert taking(Request(host="a.example.com", target="/shop", method="POST"), places) == "exact"
    assert taking(Request(host="a.example.com", target="/shopping"), places) == "root"
    assert taking(Request(host="b.example.com"), places) == "wild"
    assert taking(Request(host="other.example"), places[1:]) == ""
    regular = Place(name="regular", host="a.example.com", path="/sh.*", kind=PathKind.REGEX)
    assert taking(asked, [*places, regular]) == "root or deep or regular"
