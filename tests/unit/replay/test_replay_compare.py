"""Comparing answers: what proxies write differently is the same, what clients and backends see otherwise is not."""

from __future__ import annotations

from typing import Any

import pytest

from gatelift.traffic.answers.compare import Difference, Ends, Watched, absolute, applies, compare
from gatelift.traffic.model import Answer, Attribute, NotReplayed, Request, Seen

ENDS = (Ends(8080, 8443), Ends(9080, 9443))
REQUEST = Request(host="www.example.com", target="/a")
WATCHED = Watched(request=frozenset({"x-team"}), response=frozenset({"x-frame-options"}))


def _answer(status: int = 200, backend: str = "shop/web:80", target: str = "/a", **further: Any) -> Answer:
    headers = tuple((name.replace("_", "-"), value) for name, value in further.pop("headers", {}).items())
    seen = (
        Seen(
            backend=backend,
            method="GET",
            target=target,
            headers=tuple((name.replace("_", "-"), value) for name, value in further.items()),
        )
        if backend
        else None
    )
    return Answer(status=status, headers=headers, seen=seen)


def _compared(before: Answer, after: Answer, *missing: Attribute) -> tuple[Difference, ...]:
    return compare(REQUEST, (before, ENDS[0]), (after, ENDS[1]), WATCHED, frozenset(missing)).differences


def _attributes(before: Answer, after: Answer, *missing: Attribute) -> list[Attribute]:
    return [item.attribute for item in _compared(before, after, *missing)]


def test_equal_answers_do_not_differ() -> None:
    assert _compared(_answer(), _answer()) == ()


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("http://www.example.com:8080/b", "http://www.example.com/b"),
        ("https://www.example.com:8443/b", "https://www.example.com/b"),
        ("/b?c=1", "http://www.example.com/b?c=1"),
        ("https://other.example.com", "https://other.example.com/"),
        ("https://other.example.com:444/", "https://other.example.com:444/"),
        ("http://www.example.com:443/", "http://www.example.com:443/"),
        ("", ""),
    ],
)
def test_a_location_is_what_a_client_makes_of_it(location: str, shown: str) -> None:
    assert absolute(REQUEST, location, ENDS[0]) == shown


def test_ports_of_each_side_are_folded_back() -> None:
    before = _answer(308, "", headers={"location": "https://www.example.com:8443/a"})
    after = _answer(308, "", headers={"location": "https://www.example.com:9443/a"})

    assert _compared(before, after) == ()


def test_a_backend_that_is_not_reached_any_more_is_all_that_is_said() -> None:
    after = _answer(404, "", headers={"strict_transport_security": "max-age=1"})

    assert _compared(_answer(), after) == (
        Difference(Attribute.STATUS, "200 from shop/web:80", "404 without a backend"),
    )


def test_another_backend_is_all_that_is_said() -> None:
    assert _attributes(_answer(), _answer(backend="shop/api:80", target="/b")) == [Attribute.BACKEND]


@pytest.mark.parametrize(
    ("before", "after", "attribute"),
    [
        (_answer(target="/a//b"), _answer(target="/a/b"), Attribute.PATH),
        (_answer(host="a.example.com"), _answer(host="b.example.com"), Attribute.HOST),
        (_answer(x_forwarded_proto="https"), _answer(x_forwarded_proto="http"), Attribute.FORWARDED),
        (_answer(x_team="a"), _answer(), Attribute.REQUEST_HEADERS),
        (_answer(headers={"x_frame_options": "DENY"}), _answer(), Attribute.RESPONSE_HEADERS),
        (_answer(headers={"access_control_allow_origin": "*"}), _answer(), Attribute.CORS),
        (_answer(headers={"strict_transport_security": "max-age=1"}), _answer(), Attribute.HSTS),
        (_answer(headers={"set_cookie": "a=1; Path=/"}), _answer(headers={"set_cookie": "a=1"}), Attribute.COOKIES),
        (_answer(401, "", headers={"www_authenticate": 'Basic realm="a"'}), _answer(401, ""), Attribute.CHALLENGE),
        (_answer(403, ""), _answer(404, ""), Attribute.STATUS),
        (Answer(failure="tls"), _answer(404, ""), Attribute.STATUS),
    ],
)
def test_each_attribute_is_compared_and_left_out_where_it_is_not_replayed(
    before: Answer, after: Answer, attribute: Attribute
) -> None:
    assert _attributes(before, after) == [attribute]
    assert _attributes(before, after, attribute) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"strict_transport_security": "max-age=1; includeSubDomains"},
         {"Strict_Transport_Security": "includeSubDomains;max-age=1"}),
        ({"strict_transport_security": "max-age=1"},
         {"strict_transport_security": "max-age=1", "Strict-Transport-Security": "max-age=2"}),
        ({"access_control_allow_methods": "GET, PUT"}, {"Access_Control_Allow_Methods": "PUT,GET"}),
        ({"set_cookie": "a=1; Path=/; HttpOnly"}, {"set_cookie": "a=2; HttpOnly; Path=/; Expires=Thu"}),
        ({"server": "nginx", "date": "x"}, {}),
    ],
)  # fmt: skip
def test_what_means_the_same_is_the_same(before: dict[str, str], after: dict[str, str]) -> None:
    assert _compared(_answer(headers=before), _answer(headers=after)) == ()


def test_a_port_of_the_replay_is_no_part_of_the_host() -> None:
    assert _compared(_answer(host="a.example.com:8080"), _answer(host="a.example.com")) == ()
    assert _attributes(_answer(host="a.example.com:81"), _answer(host="a.example.com")) == [Attribute.HOST]


def test_who_is_let_in_is_not_compared_where_a_policy_decides_and_which_backend_is() -> None:
    decided = (Attribute.STATUS, Attribute.BACKEND)

    assert _attributes(_answer(401, ""), _answer(), *decided) == []
    assert _attributes(_answer(), _answer(backend="shop/api:80"), *decided) == [Attribute.BACKEND]


def test_a_closed_place_is_compared_though_the_status_is_not() -> None:
    assert _attributes(_answer(403, ""), _answer(500, ""), Attribute.STATUS) == []
    assert _attributes(_answer(403, ""), _answer(), Attribute.STATUS) == [Attribute.BACKEND]


def test_nothing_is_compared_where_nothing_is_replayed() -> None:
    assert _attributes(_answer(), _answer(backend="shop/api:80"), *Attribute) == []


@pytest.mark.parametrize(
    ("paths", "target", "taken"),
    [
        ((), "/anything", True),
        (("/a",), "/a/b", True),
        (("/a",), "/ab", False),
        (("=/a",), "/a/b", False),
        (("=/a",), "/a?b", True),
        (("~^/v[12]/",), "/V1/x", True),
        (("/x", "~^/v[12]/"), "/v3/x", False),
    ],
)
def test_where_something_is_not_replayed(paths: tuple[str, ...], target: str, taken: bool) -> None:
    item = NotReplayed(attribute=Attribute.PATH, why="a rewrite", hosts=("*.example.com",), paths=paths)

    assert applies(item, Request(host="www.example.com", target=target)) is taken
    assert not applies(item, Request(host="www.example.org", target=target))
