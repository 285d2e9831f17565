"""A reply as the answer to one request: who is asked first, what headers become, and what other origins are told."""

from __future__ import annotations

from typing import Any

import pytest

from gatelift.proof.symbolic.model import (
    Addresses,
    Authority,
    Cors,
    Headers,
    Location,
    Login,
    Reply,
    Rewrite,
    Rewritten,
    Undecided,
)
from gatelift.proof.symbolic.replies.answers import answer, shares
from gatelift.proof.symbolic.replies.origins import answered, fields, matching
from gatelift.traffic.model import Answer, Request

WEB = (("shop/web:80", 1),)
SHUT = Addresses(otherwise=False)
OURS = "https://a.example"
CORS = Cors(
    origins=(r"https://[a-z]\.example",),
    methods="GET, PUT",
    headers="X-A",
    exposed="X-B",
    credentials=True,
    max_age="60",
    status=204,
)


def _ask(method: str = "GET", **headers: str) -> Request:
    sent = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Request(host="www.example.com", target="/a?b", method=method, headers=sent)


def _answer(request: Request | None = None, **reply: Any) -> Answer:
    return answer(Reply(**{"backends": WEB, **reply}), request or _ask())


def test_a_backend_sees_what_the_rule_makes_of_a_request() -> None:
    found = _answer(
        _ask(X_A="1", x_b="2", X_C="3"),
        rewrite=Rewrite(Rewritten.FULL, "", "/x"),
        host="inside",
        to_backend=Headers(put=(("x-a", "own"), ("X-D", "")), added=(("X-B", "more"),), removed=("x-c",)),
    ).seen

    assert found is not None
    assert (found.backend, found.method, found.target) == ("shop/web:80", "GET", "/x?b")
    assert found.headers == (
        ("host", "inside"), ("x-b", "2"), ("x-a", "own"), ("x-b", "more"), ("x-forwarded-proto", "http"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "status", "reaches"),
    [
        ({}, 200, True),
        ({"status": 503, "backends": ()}, 503, False),
        ({"status": 301, "location": Location()}, 301, False),
        ({"gates": (SHUT,)}, 403, False),
        ({"gates": (SHUT,), "status": 301, "location": Location()}, 301, False),
        ({"gates": (SHUT,), "status": 301, "location": Location(), "gates_first": True}, 403, False),
        ({"gates": (SHUT,), "status": 404, "gates_first": True}, 403, False),
        ({"gates": (SHUT,), "status": 404}, 404, False),
    ],
)
def test_who_answers(reply: dict[str, Any], status: int, reaches: bool) -> None:
    found = _answer(**reply)

    assert (found.status, found.seen is not None) == (status, reaches)
    assert bool(dict(found.headers).get("location")) is (status == 301)


def test_no_answer_at_all_is_one() -> None:
    assert _answer(failure="tls", status=200) == Answer(failure="tls")


def test_headers_for_the_client_are_on_denials_too() -> None:
    own: dict[str, Any] = {"to_client": Headers(put=(("X-A", "1"), ("Location", "/x")))}

    assert _answer(**own).headers == (("x-a", "1"), ("location", "/x"))
    assert _answer(status=301, location=Location(), **own).headers == (("x-a", "1"), ("location", "/x"))
    assert _answer(gates=(Login("Basic"),), **own).headers[0] == ("www-authenticate", "Basic")
    assert ("x-a", "1") in _answer(gates=(Login("Basic"),), **own).headers
    bare = Authority(Location(text="https://login.example/"), bare=True)
    assert _answer(gates=(bare,), **own).headers == (("location", "https://login.example/"),)


def test_a_backend_that_is_never_picked_answers_nothing() -> None:
    reply = Reply(backends=(("shop/old:80", 0), ("shop/web:80", 1), ("shop/new:80", 1), ("shop/web:80", 2)))
    found = answer(reply, _ask()).seen

    assert found is not None
    assert found.backend == "shop/web:80"
    assert {name: float(share) for name, share in shares(reply).items()} == {"shop/web:80": 0.75, "shop/new:80": 0.25}
    for none in ((), (("shop/web:80", 0),)):
        with pytest.raises(Undecided, match="neither an answer nor a backend"):
            _answer(backends=none)


@pytest.mark.parametrize(
    ("cors", "origin", "expected"),
    [
        (CORS, OURS, True),
        (CORS, "https://A.example", False),
        (Cors(origins=CORS.origins, any_case=True), "https://A.example", True),
        (CORS, f"{OURS}.evil", False),
        (CORS, f"x{OURS}", False),
        (CORS, "", False),
        (Cors(without_origin=True), "", True),
        (Cors(), OURS, False),
        (Cors(origins=("x", ".*")), OURS, True),
    ],
)
def test_which_origins_are_let_in(cors: Cors, origin: str, expected: bool) -> None:
    assert matching(cors, _ask(Origin=origin) if origin else _ask()) is expected


def test_an_origin_that_nobody_can_judge_is_undecided() -> None:
    with pytest.raises(Undecided, match="origin"):
        matching(Cors(origins=(r"https(.)\1.*",)), _ask(Origin=OURS))


_EVERY = {
    "access-control-allow-origin": OURS,
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "GET, PUT",
    "access-control-allow-headers": "X-A",
    "access-control-expose-headers": "X-B",
    "access-control-max-age": "60",
}


@pytest.mark.parametrize(
    ("change", "method", "preflight", "origin", "status"),
    [
        ({}, "OPTIONS", True, OURS, 204),
        ({}, "OPTIONS", False, OURS, None),
        ({}, "OPTIONS", True, "https://evil", None),
        ({}, "GET", False, OURS, None),
        ({"every_options": True}, "OPTIONS", False, OURS, 204),
        ({"every_options": True}, "OPTIONS", False, "https://evil", None),
        ({"every_options": True}, "GET", False, OURS, None),
        ({"forwards": False}, "OPTIONS", True, "https://evil", 204),
        ({"forwards": False}, "OPTIONS", False, "https://evil", None),
    ],
)
def test_which_requests_cors_answers(
    change: dict[str, Any], method: str, preflight: bool, origin: str, status: int | None
) -> None:
    cors = Cors(**{name: getattr(CORS, name) for name in CORS.__struct_fields__} | change)
    further = {"Access_Control_Request_Method": "GET"} if preflight else {}
    found = answered(cors, _ask(method, Origin=origin, **further))

    assert (found.status if found else None) == status
    if found:
        theirs = ("access-control-allow-origin", "access-control-expose-headers")
        without = {name: value for name, value in _EVERY.items() if name not in theirs}
        assert dict(found.headers) == (_EVERY if origin == OURS else without)


def test_what_other_answers_bear() -> None:
    asked, stranger = _ask(Origin=OURS), _ask(Origin="https://evil")
    everywhere = Cors(origins=CORS.origins, star=True, methods="GET", exposed="X-B", everywhere=True)

    assert fields(None, asked) == fields(CORS, stranger) == fields(CORS, _ask()) == ()
    assert dict(fields(CORS, asked)) == {
        "access-control-allow-origin": OURS,
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "X-B",
    }
    assert dict(fields(everywhere, asked)) == {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET",
        "access-control-expose-headers": "X-B",
    }


def test_cors_answers_before_gates_do_and_is_on_what_they_say() -> None:
    preflight = _ask("OPTIONS", Origin=OURS, Access_Control_Request_Method="GET")

    assert _answer(preflight, cors=CORS, gates=(SHUT,)).status == 204
    denied = _answer(_ask(Origin=OURS), cors=CORS, gates=(SHUT,))
    assert (denied.status, dict(denied.headers)["access-control-allow-origin"]) == (403, OURS)
