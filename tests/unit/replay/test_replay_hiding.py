"""What looks secret is sent, and never said: in requests, answers, commands, and every form of a report."""

from __future__ import annotations

import json

import pytest

from gatelift.replay.evidence import evidence
from gatelift.replay.hiding import hidden
from gatelift.replay.model import Coverage, Disagreement, Judge, Result
from gatelift.replay.present import html, table, text
from gatelift.replay.present.model import encode, report, shown
from gatelift.traffic.credentials import USER, authorization
from gatelift.traffic.model import Attribute, Request
from gatelift.traffic.shown.hiding import header, names, request, sentence, told
from support.judging import ingress, prefix
from support.replaying import replayed, route, to

CANARY = "Tr0ub4dor"
RANDOM = "q7Zk2Lm9Xw4Rt8Vb1Nc5"
HIDDEN = "(hidden, 9 characters)"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("X-Api-Key", CANARY, HIDDEN),
        ("X-Gitlab-Token", CANARY, HIDDEN),
        ("Authorization", f"Basic {CANARY}", "(hidden, 15 characters)"),
        ("X-Anything", f"Bearer {CANARY}", "(hidden, 16 characters)"),
        ("X-Anything", RANDOM, "(hidden, 20 characters)"),
        ("X-Anything", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x", "(hidden, 38 characters)"),
        ("Cookie", f"a=always; session={CANARY}; b=2", f"a=always; session={HIDDEN}; b=2"),
        ("Link", f"<https://u:{CANARY}@a.example.com/?token={CANARY}&b=2>", "<https://(hidden)@a.example.com/?"),
        ("Authorization", authorization(), authorization()),
        ("Authorization", authorization(USER, "wrong"), authorization(USER, "wrong")),
        ("X-Canary-Token", "always", "always"),
        ("Access-Control-Allow-Credentials", "true", "true"),
        ("X-Frame-Options", "SAMEORIGIN", "SAMEORIGIN"),
        ("X-Region", "eu-west-1", "eu-west-1"),
        ("X-Forwarded-Prefix", "/api/v2/customers-of-2024", "/api/v2/customers-of-2024"),
        ("Cache-Control", "public, max-age=31536000", "public, max-age=31536000"),
        ("X-Author", "shop", "shop"),
    ],
)
def test_a_value_is_hidden_where_it_or_its_name_looks_secret(name: str, value: str, said: str) -> None:
    assert header(name, value).startswith(said)
    assert CANARY not in header(name, value)


def test_values_of_queries_are_hidden_by_name_and_by_themselves() -> None:
    asked = request(Request(host="a", target=f"/x?page=2&api_key={CANARY}&v={RANDOM}&{RANDOM}"))

    assert asked.target == (f"/x?page=2&api_key={HIDDEN}&v=(hidden, 20 characters)&(hidden, 20 characters)")


def test_of_headers_only_those_are_said_that_differ() -> None:
    before, after = f"x-api-key: {CANARY}\nx-same: 1\nx-team: a; b", "x-same: 1\nx-team: a"

    assert told(Attribute.RESPONSE_HEADERS, before, after) == (f"x-api-key: {HIDDEN}; x-team: a; b", "x-team: a")
    assert names(Attribute.RESPONSE_HEADERS, before, after) == {"x-api-key", "x-team"}
    assert names(Attribute.PATH, "/a", "/b") == set()


def test_values_that_look_alike_once_they_are_hidden_are_told_apart() -> None:
    before, after = told(Attribute.REQUEST_HEADERS, f"x-api-key: {CANARY}", f"x-api-key: {CANARY[::-1]}")

    assert (before, after) == (f"x-api-key: {HIDDEN}", f"x-api-key: {HIDDEN} (differs in what is hidden)")


def _result() -> Result:
    asked = Request(
        host="www.example.com",
        target=f"/?access_token={CANARY}",
        headers=(("X-Api-Key", CANARY), ("Cookie", f"sid={CANARY}")),
    )
    said = (
        (Attribute.REQUEST_HEADERS, f"authorization: Basic {CANARY}\nx-api-key: {CANARY}", ""),
        (Attribute.RESPONSE_HEADERS, "", f"x-secret: {CANARY}"),
        (Attribute.LOCATION, f"https://sso.example.com/?client_secret={CANARY}", ""),
        (Attribute.STATUS, f"302 without a backend, to https://u:{CANARY}@h/?code={CANARY}", "200 from a/b:80"),
        (Attribute.PATH, f"/?key={CANARY}", "/"),
    )
    found = [
        Disagreement(
            request=asked, attribute=attribute, before=before, after=after, judge=Judge.NGINX, explained=explained
        )
        for attribute, before, after in said
        for explained in ("", f"{attribute} told")
    ]
    return Result(
        versions={"nginx": "1"}, requests=1, agreed=0, seed=1, before=Coverage(matches=1, hit=1),
        after=Coverage(matches=1, hit=1), disagreements=tuple(found), deviations=tuple(found),
    )  # fmt: skip


def test_no_form_of_a_report_says_what_is_secret() -> None:
    result = hidden(_result())
    made = report([shown("", result)], 1)
    proof = evidence("", result)
    said = [text.render(made), table.render(made, 120), html.render(made), encode(made).decode(), proof.text]

    assert all(CANARY not in each for each in said)
    assert all("hidden" in each for each in said)
    assert json.loads(said[3])["clusters"][0]["disagreements"][0]["request"]["headers"] == [
        f"X-Api-Key: {HIDDEN}", f"Cookie: sid={HIDDEN}",
    ]  # fmt: skip


def test_a_replay_keeps_what_manifests_say_in_plain_sight() -> None:
    setting = {"set": [{"name": "X-Api-Key", "value": CANARY}, {"name": "X-Team", "value": RANDOM}]}
    filters = [{"type": "RequestHeaderModifier", "requestHeaderModifier": setting}]
    asking = [{"name": "Authorization", "value": f"Basic {CANARY}"}]
    rules = [{**to("/", "web"), "filters": filters}, to("/", "other", headers=asking)]
    result = replayed(
        [ingress("web", prefix("a.example.com", service="web"))], [route("web", "a.example.com", rules)], requests=200
    )

    found = {item.attribute for item in result.disagreements if not item.explained}
    assert found == {Attribute.REQUEST_HEADERS, Attribute.BACKEND}
    assert "hidden" in str(result.disagreements)
    assert not any(value in str(result) for value in (CANARY, RANDOM))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Header(`X-Api-Key`,`abc`) && Path(`/a`)", "Header(`X-Api-Key`,`(hidden, 3 characters)`) && Path(`/a`)"),
        ('Header("X-Api-Key","abc")', 'Header("X-Api-Key","(hidden, 3 characters)")'),
        ("the password: 'abc' of 'web'", "the password: '(hidden, 3 characters)' of 'web'"),
        ("not 'ghp_0123456789abcdefghij'", "not '(hidden, 24 characters)'"),
        ("HTTPRoute shop/web: RefNotPermitted", "HTTPRoute shop/web: RefNotPermitted"),
    ],
)
def test_what_a_program_says_holds_no_secret_between_its_quotation_marks(text: str, shown: str) -> None:
    assert sentence(text) == shown
