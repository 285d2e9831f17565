"""A place whose Ingress is withheld stays closed, whether or not a judge can say what is answered there today."""

from __future__ import annotations

from typing import Any

import pytest

from gatelift.expected.ledger import Entry
from gatelift.intent.outcome import Disposition
from gatelift.replay.requests.derive import derive
from gatelift.traffic.answers.closed import Closed
from gatelift.traffic.model import Answer, Attribute, NotReplayed, Request, Seen
from gatelift.traffic.places.ingresses import ingress_places
from gatelift.traffic.places.place import PathKind, Place
from support.judging import Manifest, ingress, prefix, rule
from support.replaying import replayed, route, to

HOST = "part.example.com"
EVERYTHING = frozenset(Attribute)
WITHHELD = {"shop/private": "auth-snippet has no translation"}


def _before(**annotations: Any) -> list[Manifest]:
    said: dict[str, Any] = annotations or {"auth_snippet": "deny all;"}
    return [
        ingress("part", prefix(HOST, service="part")),
        ingress("private", rule(HOST, ("/private", "Prefix", "private")), **said),
    ]


def _place(
    path: str, ingress: str = "", backend: str = "", host: str = HOST, kind: PathKind = PathKind.PREFIX
) -> Place:
    backends = ((f"shop/{backend}:80", 1),) if backend else ()
    return Place(name=path, host=host, path=path, kind=kind, ingress=ingress, backends=backends)


PLACES = (_place("/", "shop/part", "part"), _place("/private", "shop/private", "private"))


def _answer(backend: str = "") -> Answer:
    seen = Seen(backend=f"shop/{backend}:80", method="GET", target="/") if backend else None
    return Answer(status=200 if backend else 403, seen=seen)


def _opened(one: str, other: str, target: str = "/private", **further: Any) -> bool:
    missing = further.pop("missing", frozenset())
    known = Closed(before=PLACES, withheld=WITHHELD, **further)
    found = known.opened(Request(host=HOST, target=target), _answer(one), _answer(other), missing)
    return found is not None


@pytest.mark.parametrize(
    ("before", "after", "missing", "opened"),
    [
        ("private", "part", frozenset(), True),
        ("", "part", frozenset(), True),
        ("", "part", EVERYTHING, True),
        ("part", "part", EVERYTHING, True),
        ("private", "private", EVERYTHING, True),
        ("private", "", EVERYTHING, False),
        # nginx answers alike, or says who is let in: comparing tells more.
        ("private", "private", frozenset(), False),
        ("part", "part", frozenset(), False),
        ("", "private", frozenset(), False),
    ],
)
def test_a_backend_is_not_reached_where_an_ingress_is_withheld(
    before: str, after: str, missing: frozenset[Attribute], opened: bool
) -> None:
    assert _opened(before, after, missing=missing) is opened


def test_what_is_reached_of_an_ingress_with_limits_says_nothing() -> None:
    """Limits are applied on no side here, so that the same backend before and after is no sign of a closed place."""
    limited = frozenset(WITHHELD)

    assert _opened("private", "private", limited=limited)
    assert _opened("part", "part", limited=limited)
    assert not _opened("private", "", limited=limited)


def test_other_places_are_no_business_of_a_withheld_ingress() -> None:
    assert not _opened("part", "part", "/public", missing=EVERYTHING)


def _policy(*paths: str) -> NotReplayed:
    return NotReplayed(attribute=Attribute.BACKEND, why="SecurityPolicy", hosts=(HOST,), paths=paths)


@pytest.mark.parametrize(
    ("rule", "opened"),
    [
        (_place("/private", backend="private"), False),
        (_place("/private/x", backend="private"), False),
        (_place("/", backend="private"), True),
        (_place("/private", backend="private", host="*.example.com"), True),
    ],
)
def test_a_rule_of_its_own_with_a_policy_may_guard_a_place(rule: Place, opened: bool) -> None:
    """Somebody wrote by hand what gatelift could not: the policy is not replayed, and says so."""
    further = {"after": (rule,), "projected": (_policy("/private"),), "missing": EVERYTHING}

    assert _opened("", "private", "/private/x", **further) is opened


def test_without_a_policy_a_rule_of_its_own_guards_nothing() -> None:
    assert _opened("", "private", after=(_place("/private", backend="private"),), missing=EVERYTHING)


UNREADABLE = r"/(a)\1"


@pytest.mark.parametrize(
    ("before", "after", "missing", "opened"),
    [
        ("", "part", frozenset(), True),
        ("", "part", EVERYTHING, True),
        # nginx says that the expression did not take it, or answers alike.
        ("part", "part", frozenset(), False),
        ("private", "part", frozenset(), True),
    ],
)
def test_an_expression_that_nobody_can_read_may_take_a_request_and_so_closes_its_place(
    before: str, after: str, missing: frozenset[Attribute], opened: bool
) -> None:
    private = _place(UNREADABLE, "shop/private", "private", kind=PathKind.REGEX)
    known = Closed(before=(_place("/", "shop/part", "part", kind=PathKind.REGEX), private), withheld=WITHHELD)
    found = known.opened(Request(host=HOST, target="/aa"), _answer(before), _answer(after), missing)

    assert (found is not None) is opened


def test_an_expression_that_comes_later_than_an_open_place_closes_nothing() -> None:
    private = _place(UNREADABLE, "shop/private", "private", kind=PathKind.REGEX)
    known = Closed(before=(_place("/aa/long", "shop/part", kind=PathKind.REGEX), private), withheld=WITHHELD)

    assert known.opened(Request(host=HOST, target="/aa/long"), _answer(), _answer("part"), EVERYTHING) is None


def test_places_that_must_stay_closed_are_asked_for_first() -> None:
    many = [ingress(f"a{number}", prefix(HOST, f"/a{number}")) for number in range(30)]
    places = ingress_places([*many, *_before()])
    found = derive(places, 4, 1, withheld=frozenset(WITHHELD)).requests

    assert {(item.scheme, item.target) for item in found} >= {("https", "/private"), ("http", "/private")}


OPEN = [route("part", HOST, [to("/", "part")])]
CLOSED = [route("part", HOST, [to("/", "part"), to("/private")])]


def test_an_opened_place_is_seen_though_nginx_cannot_judge_it() -> None:
    entry = Entry("", "shop/private", "/spec/rules/0/http/paths/0", Disposition.REFUSED, "withheld with its Ingress")
    settings = {"allow-snippet-annotations": "true", "annotations-risk-level": "Critical"}
    result = replayed(_before(), OPEN, settings=settings, withheld=WITHHELD, entries=(entry,))
    (item,) = [each for each in result.disagreements if not each.explained]

    assert item.request == Request(host=HOST, target="/private")
    assert item.before == "closed, since Ingress shop/private is withheld"
    assert item.after == "200 from shop/part:80"


def test_a_closed_place_holds_though_nginx_cannot_judge_it() -> None:
    settings = {"allow-snippet-annotations": "true", "annotations-risk-level": "Critical"}
    result = replayed(_before(), CLOSED, settings=settings, withheld=WITHHELD)

    assert result.holds
    assert any("auth-snippet" in item.why for item in result.not_replayed)


def test_no_entry_of_a_withheld_ingress_explains_that_its_place_is_opened() -> None:
    entry = Entry("", "shop/private", "/spec/rules/0/http/paths/0", Disposition.REFUSED, "withheld with its Ingress")
    result = replayed(_before(satisfy="any"), OPEN, withheld=WITHHELD, entries=(entry,))

    assert [item.request.target for item in result.disagreements if not item.explained] == ["/private"]
