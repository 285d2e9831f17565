"""What directives mean, one by one and together; what nginx does was tried with nginx itself where it matters."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from gatelift.annotations import registry
from gatelift.annotations.nginx._snippet_draft import Level
from gatelift.annotations.nginx._snippets import ALLOWED, READERS
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, case_context
from gatelift.intent.answers import DirectAnswer
from gatelift.intent.base import Intent
from gatelift.intent.headers import Header, RequestHeaders, ResponseHeaders
from gatelift.intent.redirects import Location, Redirect
from gatelift.intent.security import SourceRanges


def read(value: str, key: str = "configuration-snippet", /, *, setting: str = "", **siblings: str) -> Result:
    """A snippet under a controller that runs snippets; ``_`` in a sibling's name stands for ``-``."""
    unit = registry.nginx_unit(key)
    assert unit is not None
    beside = {name.replace("_", "-"): text for name, text in siblings.items()}
    case = Case(
        value=value,
        expect=Inert(""),
        controller={**ALLOWED, setting: "10.0.0.0/8"} if setting else ALLOWED,
        siblings=beside,
    )
    return unit.read(value, case_context(unit, case))


def intents(value: str, **siblings: str) -> tuple[Intent, ...]:
    result = read(value, **siblings)
    assert isinstance(result, Translated), result
    return result.intents


def refusal(value: str, **siblings: str) -> str:
    result = read(value, **siblings)
    assert isinstance(result, Refused), result
    assert result.todo
    return result.why


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("more_set_headers 'X-A: 1' 'X-B:2';", ResponseHeaders(set=(Header("X-A", "1"), Header("X-B", "2")))),
        ("more_set_headers 'x-a: 1'; more_set_headers 'X-A: 2';", ResponseHeaders(set=(Header("X-A", "2"),))),
        ("more_set_headers 'X-A: 1'; more_clear_headers X-A;", ResponseHeaders(remove=("X-A",))),
        ("more_clear_headers X-A X-B;", ResponseHeaders(remove=("X-A", "X-B"))),
        ("more_set_headers 'X-A:';", ResponseHeaders(remove=("X-A",))),
        ("more_set_headers 'X-A: b: c';", ResponseHeaders(set=(Header("X-A", "b: c"),))),
        ("proxy_hide_header X-A; more_set_headers 'x-a: 1';", ResponseHeaders(set=(Header("x-a", "1"),))),
        ("proxy_hide_header X-A; more_clear_headers x-a;", ResponseHeaders(remove=("X-A",))),
        ("proxy_set_header X-A 'b c';", RequestHeaders(set=(Header("X-A", "b c"),))),
        (
            "more_set_input_headers 'X-A: b'; more_clear_input_headers X-C;",
            RequestHeaders(set=(Header("X-A", "b"),), remove=("X-C",)),
        ),
    ],
)
def test_headers(value: str, expected: Intent) -> None:
    assert intents(value) == (expected,)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("add_header X-A 1; add_header x-a 2;", "twice"),
        ("add_header X-A 1; more_set_headers 'X-A: 2';", "twice"),
        ("more_set_headers 'X-A: 2'; add_header X-A 1;", "twice"),
        ("add_header X-A 1 sometimes;", "perhaps 'always'"),
        ("add_header Content-Type text/plain;", "Content-Type"),
        ("add_header Connection close;", "connection"),
        ("add_header X-A $host;", "variable"),
        ("more_set_headers -t text/html 'X-A: 1';", "options"),
        ("more_set_headers;", "names no header"),
        ("more_clear_headers 'X-Hidden-*';", "no filter"),
        ("more_set_headers 'Bearer of-a-secret';", "no filter"),
        ("proxy_set_header X-A 1; proxy_set_header X-A 2;", "twice"),
        ("proxy_set_header Host shop.internal;", "gets two"),
        ("proxy_set_header X-Real-IP 192.0.2.1;", "its own X-Real-IP"),
        ("proxy_set_header X-Forwarded-For $http_cf_connecting_ip;", "variable"),
        ("more_set_input_headers 'X-Forwarded-Proto: https';", "value of its own"),
        ("proxy_set_header X-A;", "a name and a value"),
        ("proxy_hide_header;", "one name"),
        ("client_max_body_size 8m;", "duplicate"),
        ("proxy_buffers 4 8k;", "duplicate"),
        ("auth_basic off;", "auth_basic: gatelift has no translation"),
        ("satisfy any;", "satisfy: gatelift"),
        ("include /etc/nginx/x.conf;", "include: gatelift"),
        ("access_log /dev/stdout;", "a log of its own"),
    ],
)
def test_what_refuses_a_snippet(value: str, part: str) -> None:
    assert part in refusal(value)


@pytest.mark.parametrize("value", ["add_header X-A 'hush$x';", "more_set_headers 'X-A hush';", "hush: hush;", "'hush"])
def test_no_value_is_shown(value: str) -> None:
    result = read(value)
    shown = f"{result.why} {result.todo}" if isinstance(result, Refused) else str(result)
    assert "hush" not in shown


def test_one_directive_refuses_all_of_the_snippet_and_every_one_is_named() -> None:
    why = refusal("more_set_headers 'X-A: 1'; set $a 1; if ($b) { return 403; } lua_need_request_body on;")
    assert all(f"{name}: " in why for name in ("set", "if", "lua_need_request_body"))
    assert "more_set_headers" not in why


def test_a_literal_beside_the_templates_own_header_is_told() -> None:
    result = read("proxy_set_header X-Forwarded-Proto https;")
    assert isinstance(result, Translated)
    assert result.intents == (RequestHeaders(set=(Header("X-Forwarded-Proto", "https"),)),)
    assert "its own X-Forwarded-Proto" in result.differs


def test_what_a_gateway_does_anyway_asks_for_nothing() -> None:
    value = "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;"
    result = read(value)
    assert isinstance(result, Translated)
    assert result.intents == ()
    assert "by its own rules" in result.differs


def test_a_header_that_authentication_looks_at_is_left_to_a_person() -> None:
    assert "authentication sees" in refusal("more_clear_input_headers Cookie;", auth_url="http://auth.infra.svc/x")
    assert "password" in refusal("proxy_set_header Authorization $http_authorization;", auth_type="basic")
    assert intents("proxy_set_header Authorization $http_authorization;") == ()


def test_the_clients_host_beside_another_host_is_a_second_one() -> None:
    assert intents("proxy_set_header Host $host;") == ()
    assert "gets two" in refusal("proxy_set_header Host $host;", upstream_vhost="shop.internal")


NEW = Location(scheme="https", hostname="new.example.com")


@pytest.mark.parametrize(
    ("value", "code", "target"),
    [
        ("return 308 https://new.example.com$request_uri;", 308, NEW),
        ("return https://new.example.com$request_uri;", 302, NEW),
        ("return 302 /maintenance;", 302, Location(path="/maintenance")),
        ("return 301 https://$host$request_uri;", 301, Location(scheme="https")),
        ("rewrite ^ https://new.example.com$request_uri? permanent;", 301, NEW),
        ("rewrite ^(.*)$ https://new.example.com$1 redirect;", 302, NEW),
        ("rewrite ^/(.*) https://new.example.com/$1;", 302, NEW),
        (
            "rewrite .* https://new.example.com/x? permanent;",
            301,
            Location(scheme="https", hostname="new.example.com", path="/x"),
        ),
    ],
)
def test_redirects(value: str, code: int, target: Location) -> None:
    assert intents(value) == (Redirect(permanent=target, permanent_code=code),)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("return 301;", "no URL"),
        ("return 301 https://$arg_to/;", "variables"),
        ("return 301 //new.example.com/;", "scheme"),
        ("return 301 https://$host$request_uri; return 403;", "second answer"),
        ("return text;", "a status"),
        ("return 200 $remote_addr;", "variable"),
        ("return 199;", "199"),
        ("return 304;", "304"),
        ("return 200 '" + "x" * 5000 + "';", "longer"),
        ("rewrite ^/old https://new.example.com/ permanent;", "only paths that match"),
        ("rewrite ^/(.*)$ /app/$1 break;", "before the request is passed on"),
        ("rewrite ^/(.*)$ https://new.example.com/app/$1 permanent;", "in front of"),
        ("rewrite ^/(.*)$ https://new.example.com/?p=$1 permanent;", "put together"),
        ("rewrite ^;", "an expression"),
        ("return 200 ok; proxy_set_header X-A b;", "before allow, deny and headers"),
    ],
)
def test_answers_that_are_refused(value: str, part: str) -> None:
    assert part in refusal(value)


def test_an_answer_that_something_else_replaces_is_refused() -> None:
    assert "another answer" in refusal("return 404;", custom_http_errors="404")
    assert "another answer" in refusal("return 401;", auth_signin="https://login.example.com/")
    assert "redirects too" in refusal("return 404;", permanent_redirect="https://new.example.com")


def test_default_type_counts_wherever_it_stands() -> None:
    answer = DirectAnswer(status=200, body="{}", content_type="application/json")
    assert intents("return 200 '{}'; default_type application/json;") == (answer,)
    assert intents("default_type application/json;") == ()


@pytest.mark.parametrize(
    ("value", "allow", "deny"),
    [
        ("allow 10.0.0.0/8; allow 192.0.2.1; deny all;", ("10.0.0.0/8", "192.0.2.1/32"), None),
        ("deny 10.9.0.0/16; allow 10.0.0.0/8; deny all;", ("10.0.0.0/8",), ("10.9.0.0/16",)),
        ("allow 10.0.0.0/8; deny 192.0.2.0/24; deny all;", ("10.0.0.0/8",), None),
        ("deny 192.0.2.0/24;", None, ("192.0.2.0/24",)),
        ("deny 192.0.2.0/24; allow 10.0.0.0/8;", None, ("192.0.2.0/24",)),
        ("deny 2001:db8::/32; allow all;", None, ("2001:db8::/32",)),
    ],
)
def test_address_lists(value: str, allow: tuple[str, ...] | None, deny: tuple[str, ...] | None) -> None:
    expected = SourceRanges(allow=UNSET if allow is None else allow, deny=UNSET if deny is None else deny)
    assert intents(value) == (expected,)


@pytest.mark.parametrize("value", ["allow all;", "allow 10.0.0.0/8;", "allow 10.0.0.0/8; allow all;"])
def test_rules_that_turn_nobody_away_restrict_nothing(value: str) -> None:
    assert intents(value) == ()


@pytest.mark.parametrize(
    "value",
    [
        "deny all;",
        "deny all; allow 10.0.0.0/8;",
        "allow 10.1.0.0/16; deny 10.0.0.0/8;",
        "allow 10.0.0.0/8; deny 10.1.0.0/16; allow 10.1.2.0/24; deny all;",
        "deny 10.0.0.1; allow 10.0.0.0/8; deny 10.2.0.0/16; allow all;",
        "allow unix:; deny all;",
        "allow $x; deny all;",
        "allow 10.0.0.0/8,192.0.2.0/24; deny all;",
        "allow; deny all;",
        "allow 10.0.0.0/8 192.0.2.0/24; deny all;",
    ],
)
def test_rules_that_no_list_says(value: str) -> None:
    assert refusal(value)


def test_rules_beside_other_access_settings_are_refused() -> None:
    value = "allow 10.0.0.0/8; deny all;"
    assert "asked first" in refusal(value, denylist_source_range="192.0.2.0/24")
    assert "satisfy" in refusal(value, satisfy="any", auth_type="basic")
    found = read(value, setting="whitelist-source-range")
    assert isinstance(found, Refused)


TEXTS = "X-A 'X-A: b' always all 10.0.0.0/8 301 403 text https://new.example.com/ ^ permanent $host off '' Host -s 8k"
WORDS = st.sampled_from(re.findall(r"'[^']*'|\S+", TEXTS))
STATEMENTS = st.tuples(st.sampled_from(sorted(READERS[Level.LOCATION])), st.lists(WORDS, max_size=4))


@given(st.lists(STATEMENTS, min_size=1, max_size=5), st.sampled_from(["configuration-snippet", "server-snippet"]))
def test_whatever_stands_in_it_is_translated_whole_or_refused(
    statements: list[tuple[str, list[str]]], key: str
) -> None:
    value = " ".join(f"{' '.join((name, *words))};" for name, words in statements)
    result = read(value, key)
    if isinstance(result, Refused):
        assert result.todo
        return
    assert isinstance(result, Translated)
    kinds = [type(intent) for intent in result.intents]
    assert len(kinds) == len(set(kinds))
    if any(name == "deny" for name, _ in statements):
        assert SourceRanges in kinds
    if any(name == "return" for name, _ in statements):
        assert kinds[0] in (DirectAnswer, Redirect)
