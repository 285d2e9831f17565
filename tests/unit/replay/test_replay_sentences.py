"""Sentences of the ledger explain what they say; what a reviewer could get wrong beside it is no part of that."""

from __future__ import annotations

from typing import Any

import pytest

from gatelift.traffic.answers.compare import Difference, Ends, Watched, compare
from gatelift.traffic.explained.sentences import said
from gatelift.traffic.model import Answer, Attribute, Request, Seen

HOST = "www.example.com"
PREFLIGHTS = "only real preflights are answered by the gateway; nginx answers every OPTIONS request with 204"
ADDRESS = (
    "the address is the one Envoy sees: behind a load balancer it needs externalTrafficPolicy: Local, the PROXY "
    "protocol, or a ClientTrafficPolicy with clientIPDetection"
)
DECODED = "nginx takes captures from the decoded path (%20 is a space), a gateway from the path as it was sent"
QUERY = "a gateway adds the query string of the request to the target, where nginx sends the URL as it is written"
OURS, OTHERS = "https://a.example.com", "https://elsewhere.invalid"
WENT = (("Location", f"https://{HOST}/"),)


def _asked(origin: str = "", *, method: str = "OPTIONS", preflight: bool = True, target: str = "/") -> Request:
    headers = (("Origin", origin),) if origin else ()
    if preflight:
        headers = (*headers, ("Access-Control-Request-Method", "GET"))
    return Request(scheme="https", host=HOST, target=target, method=method, headers=headers)


def _reached(*headers: tuple[str, str]) -> Answer:
    return Answer(status=200, seen=Seen(backend="shop/web:80", method="GET", target="/"), headers=headers)


def _allows(origin: str, status: int = 200, **further: str) -> Answer:
    more = tuple((f"Access-Control-{name.replace('_', '-')}", value) for name, value in further.items())
    return Answer(status=status, headers=(("Access-Control-Allow-Origin", origin), *more))


def _differ(attribute: Attribute, before: str = "a", after: str = "b") -> Difference:
    return Difference(attribute, before, after)


@pytest.mark.parametrize(
    ("request_", "before", "after", "explained"),
    [
        (_asked(preflight=False), _allows("*", 204), _reached(), True),
        (_asked(OTHERS), _reached(), Answer(status=200), True),
        (_asked(OTHERS), _reached(), _allows(OTHERS), False),
        (_asked(OURS), _allows(OURS, 204), _reached(), False),
        (_asked(OURS), _allows(OURS, 204), Answer(status=308, headers=WENT), True),
        (_asked(OURS, method="GET", preflight=False), _reached(), Answer(status=404), False),
    ],
)
def test_only_other_options_requests_go_elsewhere(
    request_: Request, before: Answer, after: Answer, explained: bool
) -> None:
    assert said(PREFLIGHTS, request_, _differ(Attribute.STATUS), (before, after)) is explained


@pytest.mark.parametrize(
    ("origin", "before", "after", "explained"),
    [
        (OURS, "access-control-allow-methods: get", "", True),
        (OURS, "access-control-allow-credentials: true", "", False),
        (OTHERS, "", f"access-control-allow-origin: {OTHERS}", False),
        (OURS, "access-control-max-age: 5", "access-control-allow-credentials: true", False),
        ("", "access-control-allow-origin: *", "", True),
    ],
)
def test_who_may_read_an_answer_is_no_matter_of_preflights(
    origin: str, before: str, after: str, explained: bool
) -> None:
    asked = _asked(origin, method="GET", preflight=False)
    difference = _differ(Attribute.CORS, before, after)

    assert said(PREFLIGHTS, asked, difference, (_reached(), _reached())) is explained


@pytest.mark.parametrize(
    ("text", "target", "attribute", "explained"),
    [
        (ADDRESS, "/", Attribute.STATUS, False),
        (DECODED, "/a%20b", Attribute.PATH, True),
        (DECODED, "/a?b=%20", Attribute.PATH, False),
        (QUERY, "/?a=b", Attribute.STATUS, False),
        (f"{ADDRESS}; and something else", "/", Attribute.STATUS, True),
    ],
)
def test_each_explains_what_it_says(text: str, target: str, attribute: Attribute, explained: bool) -> None:
    asked = _asked(method="GET", preflight=False, target=target)

    assert said(text, asked, _differ(attribute), (_reached(), Answer(status=403))) is explained


def test_the_query_is_added_to_a_redirect_that_is_there() -> None:
    asked, there = _asked(method="GET", preflight=False), Answer(status=301, headers=WENT)

    assert said(QUERY, asked, _differ(Attribute.LOCATION), (there, there))
    assert not said(QUERY, asked, _differ(Attribute.LOCATION), (there, Answer(status=503)))


def _compared(request: Request, before: Answer, after: Answer) -> Any:
    ends = Ends()
    return {item.attribute for item in compare(request, (before, ends), (after, ends), Watched()).differences}


def test_what_a_preflight_allows_is_compared_whatever_its_status() -> None:
    before = _allows(OURS, 204, Allow_Methods="GET, PUT")

    assert _compared(_asked(OURS), before, _allows(OURS, Allow_Methods="PUT, GET")) == {Attribute.STATUS}
    assert _compared(_asked(OURS), before, _allows(OURS, Allow_Methods="GET")) == {Attribute.STATUS, Attribute.CORS}
    # Any origin is as good as the one that asks, but no credentials go along then (T27).
    assert _compared(_asked(OURS), _allows("*"), _allows(OURS)) == set()
    free = _allows("*", Allow_Credentials="true")
    assert _compared(_asked(OURS), free, _allows(OURS, Allow_Credentials="true")) == {Attribute.CORS}
