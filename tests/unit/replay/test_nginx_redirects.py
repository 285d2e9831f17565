"""Redirects as nginx sends them for ingress-nginx: to HTTPS, to another address, to the twin of a host."""

from __future__ import annotations

from typing import Any

import pytest

from support.judging import ask, get, header, ingress, judge, prefix, rule, went

HOST = "shop.example.com"
TLS = [{"hosts": [HOST], "secretName": "shop-tls"}]


def test_any_ingress_with_a_certificate_redirects_the_whole_host() -> None:
    """T16: also the paths of Ingresses without ``tls``, unless they say otherwise."""
    secure = ingress("secure", prefix(HOST, "/a", "a"), tls=TLS)
    bare = ingress("bare", prefix(HOST, "/b", "b"))
    off = ingress("off", prefix(HOST, "/c", "c"), ssl_redirect="false")
    other = ingress("other", prefix("other.example.com", "/", "other"))
    requests = [*(get(HOST, path) for path in ("/a?x=1", "/b/", "/c")), get(HOST, "/b", scheme="https")]
    requests += [get("other.example.com"), get("other.example.com", scheme="https")]

    assert [went(answer) for answer in ask([secure, bare, off, other], requests)] == [
        f"308 https://{HOST}/a?x=1", f"308 https://{HOST}/b", "c /c", "b /b", "other /", "other /",
    ]  # fmt: skip


def test_the_certificate_of_a_wildcard_counts_for_the_hosts_below_it() -> None:
    wild = ingress("wild", prefix("*.example.com"), tls=[{"hosts": ["*.example.com"], "secretName": "wild"}])
    exact = ingress("exact", prefix("a.example.com"))
    requests = [get("a.example.com"), get("b.example.com", "/x"), get("b.c.example.com")]

    assert [went(answer) for answer in ask([wild, exact], requests)] == [
        "308 https://a.example.com", "308 https://b.example.com/x", "404",
    ]  # fmt: skip


def test_several_hosts_may_have_one_alias_with_a_certificate() -> None:
    tls = [{"hosts": ["*.example.com"], "secretName": "wild"}]
    both = [ingress(name, prefix(f"{name}.example.com"), tls=tls, server_alias="x.example.com") for name in ("a", "b")]

    assert went(ask(both, [get("x.example.com")])[0]) == "308 https://x.example.com"


def test_tls_without_a_secret_or_for_another_host_means_the_default_certificate() -> None:
    """T19: a certificate all the same."""
    empty = ingress("empty", prefix(HOST), tls=[{"hosts": [HOST]}])
    other = ingress("other", prefix("b.example.com"), tls=[{"hosts": ["elsewhere.example.com"], "secretName": "x"}])

    found = [went(answer) for answer in ask([empty, other], [get(HOST), get("b.example.com")])]
    assert found == [f"308 https://{HOST}", "308 https://b.example.com"]


def test_a_slash_at_the_end_is_taken_unless_it_is_to_be_kept() -> None:
    keeps = ingress("keeps", prefix("keeps.example.com"), preserve_trailing_slash="true", force_ssl_redirect="true")
    takes = ingress("takes", prefix("takes.example.com"), force_ssl_redirect="true", use_port_in_redirects="true")
    requests = [get("keeps.example.com", "/a/"), get("takes.example.com", "/a/"), get("takes.example.com", "/a?b=/")]

    assert [went(answer) for answer in ask([keeps, takes], requests)] == [
        "308 https://keeps.example.com/a/",
        "308 https://takes.example.com:443/a",
        "308 https://takes.example.com:443/a?b=",
    ]


def test_settings_of_the_controller_decide_where_an_ingress_says_nothing() -> None:
    plain = ingress("plain", prefix(HOST), tls=TLS)
    asks = ingress("asks", prefix(HOST, "/asks", "asks"), ssl_redirect="true")
    requests = [get(HOST), get(HOST, "/asks"), get(HOST, "/.well-known/acme-challenge/x")]
    data = {"ssl-redirect": "false", "http-redirect-code": "302"}
    acme = ingress("acme", prefix(HOST, "/.well-known/acme-challenge/x", "solver"), force_ssl_redirect="true")

    assert [went(answer) for answer in ask([plain, asks, acme], requests, data)] == [
        "app /", f"302 https://{HOST}/asks", "solver /.well-known/acme-challenge/x",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ({"permanent_redirect": "https://new.example.com/x"}, "301 https://new.example.com/x"),
        ({"permanent_redirect": "https://a.example.com", "permanent_redirect_code": "308"}, "308 https://a.example.com"),
        ({"permanent_redirect": "https://a.example.com", "permanent_redirect_code": "299"}, "301 https://a.example.com"),
        ({"temporal_redirect": "https://t.example.com", "permanent_redirect": "https://p.example.com"},
         "302 https://t.example.com"),
        ({"temporal_redirect": "https://t.example.com", "temporal_redirect_code": "308"}, "302 https://t.example.com"),
        ({"temporal_redirect": "https://t.example.com", "temporal_redirect_code": "307"}, "307 https://t.example.com"),
        ({"temporal_redirect": "https://t.example.com$request_uri"}, "302 https://t.example.com/a/?b=c"),
        ({"temporal_redirect": "ftp://t.example.com", "permanent_redirect": "https://p.example.com"}, "app /a/?b=c"),
        ({"ssl_redirect": "maybe"}, "app /a/?b=c"),
    ],
)  # fmt: skip
def test_a_redirect_is_sent_as_it_is_written(annotations: dict[str, Any], expected: str) -> None:
    """Before the one to HTTPS."""
    shop = ingress("shop", prefix(HOST), **annotations)

    assert went(ask([shop], [get(HOST, "/a/?b=c")])[0]) == expected


def test_the_twin_of_a_host_is_redirected_unless_it_is_served() -> None:
    shop = ingress("shop", prefix(HOST), from_to_www_redirect="true")
    www = ingress("www", prefix("www.a.example.com"), from_to_www_redirect="true")
    taken = ingress("taken", prefix("b.example.com"), from_to_www_redirect="true")
    twin = ingress("twin", prefix("www.b.example.com", "/", "twin"))
    requests = [
        get(f"www.{HOST}", "/x/?y=1"),
        get(f"www.{HOST}", "/x/", scheme="https"),
        get("a.example.com", "/x/"),
        get("www.b.example.com"),
    ]

    assert [went(answer) for answer in ask([shop, www, taken, twin], requests)] == [
        f"308 http://{HOST}/x/?y=1", f"308 https://{HOST}/x", "308 http://www.a.example.com/x", "twin /",
    ]  # fmt: skip


def test_hsts_is_on_every_answer_over_https_and_on_none_over_http() -> None:
    """T18; with a certificate of its own or not."""
    shop = ingress("shop", rule(HOST, ("/a/", "Prefix", "a")), tls=TLS)
    other = ingress("other", prefix("other.example.com"))
    requests = [get(HOST, path, scheme="https") for path in ("/a/", "/a", "/none")]
    requests += [get("other.example.com", scheme="https"), get("other.example.com"), get(HOST, "/a/")]
    data = {"hsts-max-age": "60", "hsts-include-subdomains": "false", "hsts-preload": "true"}

    sent = [header(answer, "strict-transport-security") for answer in ask([shop, other], requests)]
    assert sent == ["max-age=31536000; includeSubDomains"] * 4 + ["", ""]
    assert header(ask([shop], requests[:1], data)[0], "strict-transport-security") == "max-age=60; preload"
    assert header(ask([shop], requests[:1], {"hsts": "false"})[0], "strict-transport-security") == ""


def test_redirects_of_the_backend_are_passed_on_unless_they_are_to_be_changed() -> None:
    plain = ingress("plain", prefix(HOST))
    changed = ingress(
        "changed",
        prefix("b.example.com"),
        proxy_redirect_from="http://inner.example.com/",
        proxy_redirect_to="/outer/",
    )
    asked: dict[str, Any] = {"X_Echo_Status": "302", "X_Echo_Header": "Location: http://inner.example.com/x"}
    answers = ask([plain, changed], [get(HOST, **asked), get("b.example.com", **asked)])

    assert [header(answer, "location") for answer in answers] == [
        "http://inner.example.com/x", "http://b.example.com/outer/x",
    ]  # fmt: skip


def test_forwarded_headers_decide_once_the_controller_trusts_them() -> None:
    shop = ingress("shop", prefix(HOST), force_ssl_redirect="true")
    requests = [get(HOST, X_Forwarded_Proto="https"), get(HOST, X_Forwarded_Host="other.example.com")]

    assert [went(answer) for answer in ask([shop], requests)] == [f"308 https://{HOST}"] * 2
    side, answers = judge([shop], requests, {"use-forwarded-headers": "true"})
    assert [went(answer) for answer in answers] == ["app /", "308 https://other.example.com"]
    assert not side.proxy_protocol
