"""What a replay says: the same as text, table, JSON and HTML, and nothing in it steers who reads it."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import jsonschema
import pytest
from msgspec.structs import replace

from gatelift.proof.evidence import Proof, Reached
from gatelift.replay.evidence import evidence
from gatelift.replay.model import Coverage, Disagreement, Judge, Result
from gatelift.replay.present import html, table, text
from gatelift.replay.present.model import ReplayReport, encode, report, shown
from gatelift.replay.present.schema import FILE, schema
from gatelift.report.schema import encoded
from gatelift.traffic.credentials import authorization
from gatelift.traffic.model import Attribute, NotReplayed, Request
from gatelift.traffic.shown.curl import curl

PUBLISHED = Path(__file__).parents[3] / "docs" / "schemas" / FILE


def _result(explained: str = "", target: str = "/shop/a") -> Result:
    request = Request(scheme="https", host="www.example.com", target=target, headers=(("X-A", "it's"),))
    item = Disagreement(
        request=request, attribute=Attribute.STATUS, before="200 from shop/web:80", after="404 without a backend",
        judge=Judge.NGINX, explained=explained, times=3, rules=("Ingress shop/web: /", ""),
    )  # fmt: skip
    lost = [
        NotReplayed(attribute=attribute, why="basicAuth of SecurityPolicy shop/web", hosts=("www.example.com",))
        for attribute in (Attribute.CHALLENGE, Attribute.STATUS)
    ]
    return Result(
        versions={"nginx": "1.31.3", "traefik": "3.7.15"}, requests=100, agreed=90, partly=7, seed=1,
        before=Coverage(matches=2, hit=2), after=Coverage(matches=3, hit=2, missed=("HTTPRoute shop/web: /x",)),
        disagreements=(item,), not_replayed=tuple(lost), assumed=("copies are not sent",),
    )  # fmt: skip


def _report(explained: str = "", target: str = "/shop/a") -> ReplayReport:
    return report([shown("prod", _result(explained, target), ("apps/prod",), ("apps/x stays as it is",))], 1)


def test_a_disagreement_is_told_with_the_request_that_shows_it() -> None:
    said = text.render(_report())

    assert "DISAGREES: status of GET https://www.example.com/shop/a with X-A: it's (3 requests)" in said
    assert "    before: 200 from shop/web:80\n            by Ingress shop/web: /\n" in said
    assert "    after:  404 without a backend\n            by no rule\n" in said
    assert "means:  what a Service answers today, none answers then" in said
    assert "try it: curl -i --path-as-is -k -H 'X-A: it'\"'\"'s' https://www.example.com/shop/a" in said
    assert "not replayed: basicAuth of SecurityPolicy shop/web on www.example.com (status, challenge)" in said
    assert "missed after: HTTPRoute shop/web: /x" in said
    assert said.splitlines()[-1].startswith("replay: does not hold; 1 disagreement")


def test_an_explained_difference_holds() -> None:
    said = text.render(_report("docs/differences.md: No route"))

    assert "differs: status of GET" in said
    assert "explained by docs/differences.md: No route" in said
    assert said.splitlines()[-1].startswith("replay: holds")


def test_nothing_to_replay_is_said() -> None:
    assert "nothing to replay" in text.render(report([], 1))


def test_no_broken_line_of_the_table_is_a_command_of_a_workflow() -> None:
    made = report([shown("dev", replace(_result(), assumed=("word " * 30 + "::error::broken " * 30,)))], 1)

    lines = [
        re.sub(r"\x1b\[[0-9;]*m", "", line)
        for width in range(60, 110)
        for line in table.render(made, width).split("\n")
    ]
    assert any("::error" in line for line in lines)
    assert not any(line.lstrip().startswith("::") for line in lines)


def test_the_table_says_the_same() -> None:
    said = table.render(_report(), 120)

    assert "/shop/a" in said
    assert "does not hold" in said
    assert "\x1b[" in said


def test_nothing_that_is_shown_steers_a_terminal_or_a_page() -> None:
    made = _report("<script>alert(1)</script>\x1b[2J", "/\x1b[2J<img src=x onerror=alert(1)>")

    assert "\x1b[2J" not in text.render(made)
    assert "\x1b[2J" not in table.render(made, 200)
    page = html.render(made)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


HOSTILE = "\"><script>alert(1)</script>\x1b]0;t\x07\r\n::error::\u202ejavascript:x ' onload=x"


def test_hostile_words_are_inert_wherever_they_stand() -> None:
    """Names, hosts, paths, headers, versions, sentences: all that comes from manifests."""
    coverage = Coverage(matches=2, hit=1, missed=(HOSTILE,))
    asked = Request(host=HOSTILE, target=f"/{HOSTILE}", method=HOSTILE, headers=((HOSTILE, HOSTILE),), client=HOSTILE)
    item = Disagreement(
        request=asked, attribute=Attribute.STATUS, before=HOSTILE, after="", judge=Judge.NGINX, rules=(HOSTILE, HOSTILE)
    )
    lost = NotReplayed(attribute=Attribute.PATH, why=HOSTILE, hosts=(HOSTILE,), paths=(HOSTILE,))
    result = Result(
        versions={HOSTILE: HOSTILE}, requests=2, agreed=1, seed=1, before=coverage, after=coverage,
        disagreements=(item, replace(item, explained=HOSTILE)), deviations=(item,), not_replayed=(lost,),
        assumed=(HOSTILE,),
    )  # fmt: skip
    made = report([shown(HOSTILE, result, (HOSTILE,), (HOSTILE,))], 1)
    page, lines, drawn = html.render(made), text.render(made), table.render(made, 140)

    assert not re.search(r"<script|<[^>]*onload|[\x00-\x09\x0b-\x1f\u202e]", page)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]|(?m:^\s*::)", lines)
    assert not re.search(r"\x1b[^\[]|\x1b\[[^m]*[^\d;m]|[\x07\r\u202e]", drawn)
    assert set(re.findall(r"<(\w+)", page)) <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "ul", "li"),
        *("table", "thead", "tr", "th", "td", "code", "br", "small", "strong"),
    }


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    page = html.render(_report())

    assert "default-src 'none'" in page
    assert "src=" not in page.replace("default-src", "")
    assert "href=" not in page


def test_json_is_what_the_schema_says_and_the_schema_is_published() -> None:
    made = json.loads(encode(_report()))

    jsonschema.validate(made, schema())
    assert made["holds"] is False
    assert made["clusters"][0]["disagreements"][0]["curl"].startswith("curl ")
    assert PUBLISHED.read_bytes() == encoded(schema())


def test_a_command_sends_the_same_request() -> None:
    request = Request(host="h", target="//a?b='", method="POST", body=5)

    assert curl(request) == (
        "head -c 5 /dev/zero | curl -i --path-as-is -X POST 'http://h//a?b='\"'\"'' --data-binary @-"
    )


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (Request(host="h", body=5), ["-X", "GET", "http://h/"]),
        (Request(host="h", method="HEAD", scheme="https"), ["-k", "-I", "https://h/"]),
        (Request(host="h", target="/$(reboot);`id`&a|b\n'\""), ["http://h/$(reboot);`id`&a|b\n'\""]),
        (Request(host="h", target="/[1-9]{a}"), ["-g", "http://h/[1-9]{a}"]),
        (Request(host="h", target="/a#b"), ["--request-target", "/a#b", "http://h/a#b"]),
        (Request(host="h", headers=(("X-A", ""),)), ["-H", "X-A;", "http://h/"]),
        (Request(host="h", headers=(("X-A", "-o /etc/passwd"),)), ["-H", "X-A: -o /etc/passwd", "http://h/"]),
        (
            Request(host="h", headers=(("Authorization", authorization()),)),
            ["-u", "replay:gatelift-replay", "http://h/"],
        ),
    ],
)
def test_a_shell_reads_a_command_as_it_is_meant(request_: Request, words: list[str]) -> None:
    line = curl(request_).partition(" | ")[2] if request_.body else curl(request_)
    read = [word for word in shlex.split(line) if word not in ("--data-binary", "@-")]

    assert read == ["curl", "-i", "--path-as-is", *words]


def test_a_replay_is_a_proof_and_says_where_it_ends() -> None:
    wrong, right = evidence("apps/prod", _result()), evidence("apps/prod", _result("told"))

    assert (wrong.proof, wrong.holds, right.holds) == (Proof.REPLAY, False, True)
    assert wrong.text.startswith(
        "what a Service answers today, none answers then: status is 200 from shop/web:80 before (Ingress shop/web: /), "
        "404 without a backend after (no rule), for curl -i "
    )
    assert wrong.text.endswith("https://www.example.com/shop/a")
    assert right.text.startswith("100 requests to nginx 1.31.3 and traefik 3.7.15: 90 answered alike, 7 as far as ")
    assert right.text.endswith("; 2 of 2 matches hit before, 2 of 3 after")
    assert right.partial[:2] == (
        "not replayed: basicAuth of SecurityPolicy shop/web",
        "not hit after: HTTPRoute shop/web: /x",
    )
    assert right.traffic is not None
    assert (right.traffic.requests, right.traffic.after) == (100, Reached(matches=3, hit=2))
