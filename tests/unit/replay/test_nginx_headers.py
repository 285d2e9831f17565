"""What backends are told and clients get. Real requests to the real nginx."""

from __future__ import annotations

from typing import Any

import pytest

from gatelift.traffic.model import Answer, Attribute
from support.judging import Manifest, ask, get, header, ingress, judge, prefix, told, went

HOST = "shop.example.com"
_CORS = ("allow-origin", "allow-credentials", "allow-methods", "allow-headers", "expose-headers", "max-age")


def cors(answer: Answer) -> dict[str, str]:
    """The CORS headers that are there."""
    found = {name: header(answer, f"access-control-{name}") for name in _CORS}
    return {name: value for name, value in found.items() if value}


def preflight(origin: str = "", **further: Any) -> dict[str, Any]:
    asked = {"method": "OPTIONS", "Access_Control_Request_Method": "PUT", **further}
    return {**asked, **({"Origin": origin} if origin else {})}


def test_the_headers_that_nginx_always_adds() -> None:
    """T34, T35: what a client claims about itself is replaced, and a name with an underscore is dropped."""
    shop = ingress("shop", prefix(HOST))
    claims = (("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-Proto", "https"), ("X_Tricky", "1"), ("Proxy", "evil"))
    request = get(HOST, client="198.51.100.4")

    answer = ask([shop], [type(request)(host=HOST, headers=claims, client="198.51.100.4")])[0]

    expected = {
        "host": HOST, "x-real-ip": "198.51.100.4", "x-forwarded-for": "198.51.100.4", "x-forwarded-host": HOST,
        "x-forwarded-port": "80", "x-forwarded-proto": "http", "x-forwarded-scheme": "http", "x-scheme": "http",
        "x-original-forwarded-for": "6.6.6.6", "x_tricky": "", "proxy": "",
    }  # fmt: skip
    assert {name: told(answer, name) for name in expected} == expected
    assert len(told(answer, "x-request-id")) == 32


def test_another_host_for_the_backend_and_the_prefix_that_was_taken_away() -> None:
    """T41: without a rewrite the prefix is asleep."""
    vhost = ingress("vhost", prefix(HOST), upstream_vhost="inner.example.com")
    awake = ingress(
        "awake", prefix("b.example.com", "/b(/|$)(.*)"), rewrite_target="/$2", x_forwarded_prefix="/b", use_regex="true"
    )
    asleep = ingress("asleep", prefix("c.example.com", "/c"), x_forwarded_prefix="/c")
    requests = [get(HOST), get("b.example.com", "/b/x"), get("c.example.com", "/c")]

    first, second, third = ask([vhost, awake, asleep], requests)

    assert (told(first, "host"), told(first, "x-forwarded-host")) == ("inner.example.com", HOST)
    assert (went(second), told(second, "x-forwarded-prefix")) == ("app /x", "/b")
    assert told(third, "x-forwarded-prefix") == ""


def test_cors_with_all_defaults_allows_every_origin_and_never_in_person() -> None:
    """T27: a star, whatever the origin, and the credentials that browsers refuse beside it."""
    shop = ingress("shop", prefix(HOST), enable_cors="true")
    requests = [get(HOST), get(HOST, Origin="https://a.example.com"), get(HOST, **preflight())]

    answers = ask([shop], requests)

    assert [went(answer) for answer in answers] == ["app /", "app /", "204"]
    for answer in answers:
        assert cors(answer) == {
            "allow-origin": "*",
            "allow-credentials": "true",
            "allow-methods": "GET, PUT, POST, DELETE, PATCH, OPTIONS",
            "allow-headers": "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,"
            "Content-Type,Range,Authorization",
            "max-age": "1728000",
        }


def test_named_origins_are_sent_back_and_others_get_nothing() -> None:
    """In any case; a star is one label; there is no beginning, so that a longer scheme passes."""
    shop = ingress(
        "shop",
        prefix(HOST),
        enable_cors="true",
        cors_allow_origin="https://a.example.com, https://*.b.example.com:8443",
        cors_allow_methods="GET, PUT",
        cors_allow_headers="X-One",
        cors_expose_headers="X-Two",
        cors_allow_credentials="false",
        cors_max_age="60",
    )
    # fmt: off
    origins = ("https://a.example.com", "HTTPS://A.example.com", "https://x.b.example.com:8443",
               "https://x.y.b.example.com:8443", "https://a.example.com.evil.org", "nohttps://a.example.com", "")
    # fmt: on
    requests = [get(HOST, **({"Origin": origin} if origin else {})) for origin in origins]
    requests += [get(HOST, **preflight(origins[0])), get(HOST, **preflight("https://evil.org"))]

    answers = ask([shop], requests)

    allowed = [header(answer, "access-control-allow-origin") for answer in answers]
    assert allowed == [*origins[:3], "", "", origins[5], "", origins[0], ""]
    assert [went(answer) for answer in answers[-2:]] == ["204", "app /"]
    assert cors(answers[0]) == {
        "allow-origin": origins[0], "allow-methods": "GET, PUT", "allow-headers": "X-One",
        "expose-headers": "X-Two", "max-age": "60",
    }  # fmt: skip
    assert cors(answers[-1]) == {}


def test_cors_is_asleep_until_it_is_enabled() -> None:
    """T41."""
    shop = ingress("shop", prefix(HOST), cors_allow_origin="https://a.example.com", enable_cors="yes")
    answer = ask([shop], [get(HOST, **preflight("https://a.example.com"))])[0]

    assert (went(answer), cors(answer)) == ("app /", {})


def config_map(**data: str) -> Manifest:
    named = {name.replace("_", "-"): value for name, value in data.items()}
    metadata = {"name": "extra", "namespace": "shop"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": named}


@pytest.mark.parametrize(
    ("allowed", "value", "expected"),
    [("X-Extra", "a $b", ("app /", "a $b")), ("", "a", ("503", "")), ("x-extra", "a", ("503", "")),
     ("X-Extra", "a\tb", ("503", ""))],
)  # fmt: skip
def test_headers_of_a_config_map_need_the_controllers_leave(
    allowed: str, value: str, expected: tuple[str, str]
) -> None:
    shop = ingress("shop", prefix(HOST), custom_headers="shop/extra")
    asked = get(HOST, X_Echo_Header="X-Extra: from the backend")
    data = {"global-allowed-response-headers": allowed}

    answer = ask([config_map(X_Extra=value), shop], [asked], data)[0]

    assert (went(answer), header(answer, "x-extra")) == expected


def test_a_config_map_that_is_not_there_is_said() -> None:
    shop = ingress("shop", prefix(HOST), custom_headers="shop/extra")
    side, _ = judge([shop], [])

    assert {item.attribute for item in side.not_replayed} == {
        Attribute.STATUS, Attribute.BACKEND, Attribute.RESPONSE_HEADERS,
    }  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_long_request_is_answered_whatever_its_method(method: str) -> None:
    """Its echo comes back in a header where there is no body; the usual buffer of nginx holds 4096 bytes of headers."""
    target = "/?q=" + "x" * 7000

    (answer,) = ask([ingress("shop", prefix(HOST))], [get(HOST, target, method=method)])
    assert went(answer) == f"app {target}"
