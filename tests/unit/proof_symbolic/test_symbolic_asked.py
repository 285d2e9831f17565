"""Requests that stand for all: every combination of needs has one, and every kind of host."""

from __future__ import annotations

import time
from collections.abc import Sequence
from urllib.parse import quote

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gatelift.proof.symbolic.asked.hosts import hosts
from gatelift.proof.symbolic.asked.needs import candidates, holds, winners
from gatelift.proof.symbolic.asked.varied import varied
from gatelift.proof.symbolic.model import Cors, Kind, Need, Path, Reply, Rule, Undecided
from gatelift.traffic.model import Request
from gatelift.traffic.places.place import host_fits

BASE = Request(host="www.example.com", target="/a")
ALL = Path(Kind.BELOW, "")
OURS = "https://a.example"


def _rule(*needs: Need, rank: int = 0, path: Path = ALL, cors: Cors | None = None) -> Rule:
    return Rule(path=path, needs=needs, reply=Reply(status=200, cors=cors), rank=rank)


def _asked(*needs: Need, cors: Sequence[Cors] = ()) -> list[Request]:
    return list(varied(BASE, [_rule(*needs), *(_rule(cors=each) for each in cors)]))


_VALUES = st.sampled_from(("always", "never", "1", "a b", "x&y=z", "1+2", "a:b", "~"))
_PATTERNS = st.sampled_from(("a.*", ".*b", "[0-9]+", "a:b", "always|never", ".*", "(?i)A.*", "1?[^a].*", "x&y=z", " "))


def _needs(where: str, names: Sequence[str]) -> st.SearchStrategy[Need]:
    exact = st.builds(Need, st.just(where), st.sampled_from(names), _VALUES)
    whole = st.booleans()
    regular = st.builds(Need, st.just(where), st.sampled_from(names), _PATTERNS, regular=st.just(True), whole=whole)
    return st.one_of(exact, regular)


_METHODS = st.builds(Need, st.just("method"), st.just(""), st.sampled_from(("GET", "PUT", "HEAD", "PURGE")))
_COOKIES = _needs("cookie", ("z", "canary")).filter(lambda need: not set(need.value) & set(" &;"))
_ANY_NEEDS = st.lists(
    st.one_of(_METHODS, _COOKIES, _needs("header", ("X-A", "x-a", "x-b")), _needs("query", ("q", "r s"))), max_size=4
)
_TEXTS = st.one_of(_VALUES, st.text("ab1A:~-", min_size=1, max_size=4))


@st.composite
def _requests(draw: st.DrawFn) -> Request:
    """Requests with each thing once, as browsers send them."""
    headers = [(name, draw(_TEXTS)) for name in ("x-a", "x-b") if draw(st.booleans())]
    cookies = [(name, draw(_TEXTS)) for name in ("z", "y", "canary") if draw(st.booleans())]
    assume(not any(set(value) & set(" &;") for _, value in cookies))
    if cookies:
        headers.append(("cookie", "; ".join(f"{name}={value}" for name, value in draw(st.permutations(cookies)))))
    query = "&".join(f"{quote(name)}={quote(draw(_TEXTS), safe='')}" for name in ("q", "r s") if draw(st.booleans()))
    method = draw(st.sampled_from(("GET", "PUT", "HEAD", "PURGE", "POST", "OPTIONS")))
    return Request(host=BASE.host, target=f"/a?{query}" if query else "/a", method=method, headers=tuple(headers))


@settings(deadline=None)
@given(_ANY_NEEDS, _requests())
def test_every_combination_of_needs_has_a_request(needs: list[Need], request: Request) -> None:
    def held(one: Request) -> tuple[bool, ...]:
        return tuple(holds(need, one) for need in needs)

    assert held(request) in {held(each) for each in _asked(*needs)}


@settings(deadline=None)
@given(_ANY_NEEDS)
def test_the_first_request_is_the_plainest_and_none_comes_twice(needs: list[Need]) -> None:
    made = _asked(*needs)

    assert made[0] == BASE
    assert len(set(made)) == len(made)


@pytest.mark.parametrize(
    ("need", "request_", "expected"),
    [
        (Need("method", "", "PUT"), {"method": "PUT"}, True),
        (Need("method", "", "PUT"), {}, False),
        (Need("header", "X-A", "1"), {"headers": (("x-a", "1"),)}, True),
        (Need("header", "X-A", ".*", regular=True), {}, False),
        (Need("header", "X-A", "a", regular=True), {"headers": (("X-A", "ba"),)}, False),
        (Need("header", "X-A", "a", regular=True, whole=False), {"headers": (("X-A", "bab"),)}, True),
        (Need("header", "X-A", "^a", regular=True, whole=False), {"headers": (("X-A", "ba"),)}, False),
        (Need("header", "X-A", "1, 2"), {"headers": (("X-A", "1"), ("x-a", "2"))}, True),
        (Need("cookie", "a", "1"), {"headers": (("cookie", "b=2; a=1"),)}, True),
        (Need("cookie", "a", "1"), {"headers": (("cookie", "a=2; a=1"),)}, False),
        (Need("cookie", "a", "1"), {"headers": (("cookie", "aa=1"),)}, False),
        (Need("cookie", "a", "b=c"), {"headers": (("cookie", "a=b=c"),)}, True),
        (Need("query", "a", "1 2"), {"target": "/?a=1+2"}, True),
        (Need("query", "a", "1"), {"target": "/?b&a=1&a=2"}, True),
        (Need("query", "a", "2"), {"target": "/?a=1&a=2"}, False),
        (Need("query", "a", ""), {"target": "/?a"}, True),
        (Need("query", "a", ".*", regular=True), {"target": "/?b=a"}, False),
    ],
)
def test_whether_a_request_has_what_is_needed(need: Need, request_: dict[str, object], expected: bool) -> None:
    assert holds(need, Request(host="www.example.com", **request_)) is expected  # type: ignore[arg-type]


def test_an_expression_that_nobody_can_ask_is_undecided() -> None:
    with pytest.raises(Undecided):
        _asked(Need("header", "X-A", r"(a)\1", regular=True))
    with pytest.raises(Undecided):
        holds(Need("header", "X-A", r"(a)\1", regular=True), Request(host="a", headers=(("X-A", "aa"),)))


def test_cookies_come_alone_before_others_and_after_them() -> None:
    made = {dict(each.headers).get("cookie", "") for each in _asked(Need("cookie", "z", "always"))}

    assert made >= {"", "z=always", "y=1", "y=1; z=always", "z=always; y=1"}


def test_a_cookie_may_be_asked_for_as_a_header_too() -> None:
    needs = (Need("cookie", "a", "1"), Need("header", "Cookie", "(.*; )?b=[0-9]+(;.*)?", regular=True))
    held = {tuple(holds(need, each) for need in needs) for each in _asked(*needs)}

    assert len(held) == 4


@pytest.mark.parametrize(
    "needs",
    [
        [Need("cookie", f"c{number}", "always") for number in range(40)],
        [Need("header", f"x-{number}", "a") for number in range(40)],
        [Need("query", f"q{number}", "a") for number in range(40)],
        [Need("header", "x-a", str(number)) for number in range(1001)],
    ],
)
def test_too_many_combinations_are_undecided_at_once(needs: list[Need]) -> None:
    began = time.process_time()

    with pytest.raises(Undecided):
        _asked(*needs)
    assert time.process_time() - began < 2


_CORS = Cors(origins=(r"https://[a-z]+\.example",))


def test_origins_are_asked_from_and_browsers_ask_before_they_ask() -> None:
    made = _asked(cors=(_CORS, Cors(origins=("https://B",), any_case=True)))
    origins = {dict(each.headers).get("origin") for each in made}
    preflights = [each for each in made if "access-control-request-method" in dict(each.headers)]

    assert None in origins
    assert len(origins) == 4
    assert {dict(each.headers)["origin"] for each in preflights} == origins - {None}
    assert {each.method for each in made} == {"GET", "OPTIONS"}


def test_cors_that_lets_nobody_in_is_asked_too() -> None:
    made = _asked(cors=(Cors(forwards=False),))

    assert any("access-control-request-method" in dict(each.headers) for each in made)


def test_flags_of_an_origin_are_read() -> None:
    cors = Cors(origins=("(?i)HTTPS://A",), any_case=True)
    origins = {dict(each.headers).get("origin", "") for each in _asked(cors=(cors,))}

    assert "https://a" in origins


def test_an_origin_that_a_rule_needs_is_sent_once() -> None:
    made = _asked(Need("header", "Origin", OURS), cors=(_CORS,))

    assert all([name for name, _ in each.headers].count("origin") <= 1 for each in made)
    assert any(dict(each.headers).get("origin") == OURS for each in made)


def test_rules_after_one_that_needs_nothing_are_asked_only_if_their_order_is_open() -> None:
    need, other = Need("header", "x-a", "1"), Path(Kind.EXACT, "/other")
    rules = [
        _rule(need, rank=0),
        _rule(rank=1, path=other),
        _rule(rank=1),
        _rule(rank=1),
        _rule(need, rank=1),
        _rule(rank=2),
    ]
    found = candidates(rules, frozenset((0,)), {ALL: 0, other: 1})
    plain, needed = BASE, Request(host=BASE.host, headers=(("X-A", "1"),))

    assert found == (rules[0], rules[2], rules[3], rules[4])
    assert winners(found, plain) == (rules[2], rules[3])
    assert winners(found, needed) == (rules[0],)
    assert winners(found[1:], needed) == found[1:]
    assert winners((), plain) == ()


_LABELS = st.sampled_from(("any", "any-2", "deep", "a", "nobody"))
_NAMES = st.builds(
    lambda star, labels, end: ".".join((*("*" * star), *labels, end)),
    st.booleans(), st.lists(_LABELS, max_size=2), st.sampled_from(("example.com", "x.example.com", "a.invalid")),
)  # fmt: skip


@settings(deadline=None)
@given(
    st.frozensets(_NAMES, max_size=6),
    st.lists(_LABELS, min_size=1, max_size=3),
    st.sampled_from(("x.example.com", "example.com")),
)
def test_every_host_is_taken_by_the_same_names_as_one_of_these(
    known: frozenset[str], labels: list[str], end: str
) -> None:
    def taken(host: str) -> tuple[bool, bool]:
        return next(
            ((name, host == name) for name in sorted(known, key=_special) if host_fits(name, host)), ("", False)
        )  # type: ignore[return-value]

    made = hosts(known)

    assert taken(".".join((*labels, end))) in {taken(host) for host in made}
    assert {name for name in known if not name.startswith("*.")} <= set(made)
    assert not any(host_fits(name, made[-1]) for name in known)


def _special(name: str) -> tuple[bool, int]:
    return name.startswith("*."), -len(name)


def test_below_a_wildcard_one_and_two_labels_are_asked() -> None:
    assert hosts(("*.example.com", "any.example.com", "b.example.com")) == (
        "any-2.example.com",
        "deep.any-2.example.com",
        "any.example.com",
        "b.example.com",
        "nobody.invalid",
    )
