"""What the rules reply that Ingresses become, small cases.

That nginx answers the same is shown by ``test_nginx_model_agreement``.
"""

from __future__ import annotations

from typing import Any

import pytest

from gatelift.proof.symbolic.model import (
    Addresses,
    Authority,
    Cors,
    Location,
    Login,
    Need,
    Reply,
    Rewrite,
    Rewritten,
    Undecided,
)
from support.compiled import HOST, asked, reply
from support.judging import Manifest, ingress, prefix, rule

TLS = [{"hosts": [HOST], "secretName": "shop-tls"}]
HSTS = (("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),)
BASIC: dict[str, Any] = {"auth_type": "basic", "auth_secret": "users"}
USERS = "the users in Secret shop/users"


@pytest.mark.parametrize(
    ("path", "target", "expected"),
    [
        ("/api(/|$)(.*)", "/v1/$2", r"/v1/\2"),
        ("/api", "/", "/"),
        ("/api(.*)", "/$1/$2", r"/\1/"),
        ("/api(.*)", "$1", None),
        ("/api(.*)", "https://x.example.com/$1", None),
        ("/api(.*)", "/$host/$1", None),
        ("/api(.*)", "/$10", None),
        ('/api"', "/", None),
        ("/api(?<rest>.*)", "/$1", None),
    ],
)
def test_a_rewrite_takes_the_captures_of_its_path(path: str, target: str, expected: str | None) -> None:
    shop = ingress("shop", prefix(HOST, path, "api"), rewrite_target=target)
    if expected is None:
        with pytest.raises(Undecided):
            asked(shop)
    else:
        assert reply(shop).rewrite == Rewrite(how=Rewritten.FIRST, own=path, by=expected, any_case=True)


@pytest.mark.parametrize(
    ("annotations", "settings", "expected"),
    [
        ({}, {}, Location(scheme="https", path=Rewrite(how=Rewritten.STRIPPED))),
        ({"preserve_trailing_slash": "true"}, {}, Location(scheme="https")),
        ({"use_port_in_redirects": "true"}, {"preserve_trailing_slash": "true"}, Location(scheme="https", port=443)),
        ({"ssl_redirect": "false"}, {}, None),
        ({"ssl_redirect": "false", "force_ssl_redirect": "true"}, {"preserve_trailing_slash": "true"},
         Location(scheme="https")),
        ({}, {"no_tls_redirect_locations": "/a,/other"}, None),
    ],
)  # fmt: skip
def test_http_is_redirected_where_the_host_has_a_certificate(
    annotations: dict[str, Any], settings: dict[str, str], expected: Location | None
) -> None:
    secure = ingress("secure", prefix("other.example.com"), tls=[{"hosts": ["*.example.com"], "secretName": "x"}])
    shop = ingress("shop", prefix(HOST, "/a"), tls=TLS, **annotations)

    found = reply(secure, shop, **settings)
    assert (found.status, found.location) == ((308, expected) if expected else (0, None))
    assert reply(shop, scheme="https").backends == (("shop/app:80", 1),)
    assert reply(secure, ingress("bare", prefix(HOST))).status == 0


def test_an_own_redirect_is_for_all_who_ask_and_only_some_statuses_are_one() -> None:
    shop = ingress("shop", prefix(HOST), temporal_redirect="https://$http_host:8443$request_uri", **BASIC)
    gone = ingress("shop", prefix(HOST), permanent_redirect="https://x.example.com", permanent_redirect_code="304")

    assert reply(shop) == Reply(status=302, location=Location(text="https://$host:8443$request_uri"))
    assert reply(gone) == Reply(status=304)
    with pytest.raises(Undecided):
        asked(ingress("shop", prefix(HOST), temporal_redirect="https://x.example.com/$is_args"))


def test_app_root_is_asked_before_every_place() -> None:
    shop = ingress("shop", rule(HOST, ("/", "Exact", "root")), app_root="/home", **BASIC)

    first = asked(shop, scheme="https")[0]
    assert (first.path.text, first.reply) == ("/", Reply(status=302, location=Location(text="$scheme://$host/home")))
    with pytest.raises(Undecided):
        asked(ingress("shop", prefix(HOST), app_root="home"))


def test_who_comes_in() -> None:
    """Lists, then passwords, then another service; also before the 404 of a place without a backend."""
    every = ingress(
        "every",
        rule(HOST, ("/a", "Prefix", "a"), ("/.well-known/acme-challenge/x", "Exact", "acme")),
        denylist_source_range="10.9.0.0/16",
        allowlist_source_range="10.0.0.0/8",
        auth_realm="The shop",
        auth_url="https://auth.example.com/check",
        **BASIC,
    )
    lists = Addresses(rules=((False, ("10.9.0.0/16",)), (True, ("10.0.0.0/8",))), otherwise=False)

    asked_there = Authority(who="the answer of auth.example.com:443 to /check")
    acme, exact, *_, rest = asked(every)
    assert exact.reply.gates == (lists, Login('Basic realm="The shop"', USERS), asked_there)
    assert acme.reply.gates == (lists,)
    assert (rest.reply.status, rest.reply.gates_first, rest.reply.gates) == (404, True, exact.reply.gates)
    assert not exact.reply.any_gate


def test_one_gate_may_be_enough_and_a_list_that_only_denies_is_none() -> None:
    lists: dict[str, Any] = {"allowlist_source_range": "10.0.0.0/8", "satisfy": "any"}
    denies: dict[str, Any] = {"denylist_source_range": "10.0.0.0/8", "satisfy": "any"}
    password = Login('Basic realm=""', USERS)

    either = reply(ingress("shop", prefix(HOST), **lists, **BASIC))
    assert (either.any_gate, either.gates) == (
        True, (Addresses(rules=((True, ("10.0.0.0/8",)),), otherwise=False), password),
    )  # fmt: skip
    assert reply(ingress("shop", prefix(HOST), **denies, **BASIC)).gates == (password,)
    alone = reply(ingress("shop", prefix(HOST), **denies))
    assert (alone.any_gate, alone.gates) == (False, (Addresses(rules=((False, ("10.0.0.0/8",)),)),))


def test_the_controllers_list_holds_where_a_place_has_none() -> None:
    blocked = Addresses(rules=((False, ("203.0.113.0/24",)),))

    assert reply(ingress("shop", prefix(HOST)), block_cidrs="203.0.113.0/24").gates == (blocked,)
    own = ingress("shop", prefix(HOST), denylist_source_range="10.0.0.0/8")
    assert reply(own, block_cidrs="203.0.113.0/24").gates == (Addresses(rules=((False, ("10.0.0.0/8",)),)),)


def test_a_sign_in_gets_the_wanted_address_and_bears_no_headers() -> None:
    keys: dict[str, Any] = {"auth_url": "http://auth.example.com", "auth_signin": "https://login.example.com/?a=$host"}
    back = "https://login.example.com/?a=$host&rd=$scheme://$host$escaped_request_uri"

    (gate,) = reply(ingress("shop", prefix(HOST), **keys)).gates
    assert gate == Authority(Location(text=back), bare=True, who="the answer of auth.example.com:80 to /")
    with pytest.raises(Undecided):
        asked(ingress("shop", prefix(HOST), **keys, **BASIC))


def test_a_canary_is_asked_by_header_then_cookie_then_weight_wherever_its_primary_is_used() -> None:
    main = ingress("main", rule(HOST, ("/", "Prefix", "old"), ("/a", "Exact", "old"), ("/b", "Exact", "other")))
    keys: dict[str, Any] = {"canary_by_header": "X_Canary", "canary_by_cookie": "try", "canary_weight": "20"}
    canary = ingress("canary", rule(HOST, ("/", "Prefix", "new")), canary="true", canary_weight_total="200", **keys)

    rules = asked(main, canary)
    old, new = "shop/old:80", "shop/new:80"
    expected = [
        ((Need("header", "X-Canary", "always"),), ((new, 1),)),
        ((Need("header", "X-Canary", "never"),), ((old, 1),)),
        ((Need("cookie", "try", "always"),), ((new, 1),)),
        ((Need("cookie", "try", "never"),), ((old, 1),)),
        ((), ((old, 180), (new, 20))),
    ]
    for path in ("/a", "/"):
        assert [(one.needs, one.reply.backends) for one in rules if one.path.text == path] == expected
    assert [one.needs for one in rules if one.path.text == "/b"] == [()]


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ({"canary_by_header": "X-A", "canary_by_header_value": "yes"}, [Need("header", "X-A", "yes")]),
        ({"canary_by_header": "X-A", "canary_by_header_pattern": "^y"},
         [Need("header", "X-A", "^y", regular=True, whole=False)]),
        ({"canary_by_header_value": "yes"}, []),
    ],
)  # fmt: skip
def test_another_value_of_a_header_goes_on_to_the_weight(annotations: dict[str, Any], expected: list[Need]) -> None:
    main = ingress("main", prefix(HOST, "/", "old"))
    canary = ingress("canary", prefix(HOST, "/", "new"), canary="true", canary_weight="0", **annotations)

    rules = asked(main, canary)
    assert [need for one in rules for need in one.needs] == expected
    assert rules[-1].reply.backends == (("shop/old:80", 1),)


def test_what_the_backend_and_the_client_are_told() -> None:
    extra: Manifest = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "extra", "namespace": "shop"},
        "data": {"X-Extra": "a"},
    }
    keys: dict[str, Any] = {"custom_headers": "shop/extra", "upstream_vhost": "inner.example.com"}
    shop = ingress("shop", prefix(HOST, "/a(.*)"), rewrite_target="/$1", x_forwarded_prefix="/a", **keys)

    secure = reply(extra, shop, scheme="https", global_allowed_response_headers="X-Extra")
    assert secure.to_client.put == (*HSTS, ("X-Extra", "a"))
    assert (secure.host, secure.to_backend.put) == ("inner.example.com", (("X-Forwarded-Prefix", "/a"),))
    assert reply(ingress("shop", prefix(HOST), upstream_vhost="$host", x_forwarded_prefix="/a")) == Reply(
        backends=(("shop/app:80", 1),)
    )
    with pytest.raises(Undecided):
        asked(ingress("shop", prefix(HOST), upstream_vhost="$service_name.example.com"))


def test_other_origins() -> None:
    every = reply(ingress("shop", prefix(HOST), enable_cors="true"))
    named = reply(ingress("shop", prefix(HOST), enable_cors="true", cors_allow_origin="https://a.example.com"))
    none = reply(ingress("shop", prefix(HOST), enable_cors="true", cors_allow_origin="ftp.example.com"))

    assert isinstance(every.cors, Cors)
    assert (every.cors.star, every.cors.without_origin, every.cors.status) == (True, True, 204)
    assert isinstance(named.cors, Cors)
    assert named.cors.origins == (r".*((https://a\.example\.com))$",)
    assert (named.cors.star, named.cors.without_origin, none.cors) == (False, False, None)
