"""The rules that Ingresses become, small cases: which path, in which order, with which reply.

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
    Rule,
    Undecided,
    World,
)
from gatelift.proof.symbolic.nginx.world import world
from gatelift.traffic.model import Attribute
from support.judging import Manifest, ingress, prefix, rule
from support.ruling import listed

HOST = "shop.example.com"
TLS = [{"hosts": [HOST], "secretName": "shop-tls"}]
HSTS = (("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),)
BASIC: dict[str, Any] = {"auth_type": "basic", "auth_secret": "users"}
AUTHORITY: dict[str, Any] = {"auth_tls_secret": "shop/ca"}


def made(*objects: Manifest, **data: str) -> World:
    return world(objects, {key.replace("_", "-"): value for key, value in data.items()})


def asked(*objects: Manifest, host: str = HOST, scheme: str = "http", **data: str) -> tuple[Rule, ...]:
    return made(*objects, **data).rules(scheme, host)


def reply(*objects: Manifest, scheme: str = "http", **data: str) -> Reply:
    """Of the first rule."""
    return asked(*objects, scheme=scheme, **data)[0].reply


def test_exact_places_come_before_the_slash_that_is_missing_and_before_prefixes_the_longest_first() -> None:
    shop = ingress(
        "shop", rule(HOST, ("/a", "Prefix", "a"), ("/b/", "Prefix", "b"), ("/a/c", "Exact", "c"), ("/d/", "Exact", "d"))
    )

    assert listed(asked(shop)) == [
        "exact /a/c c:80*1", "exact /d/ d:80*1", "exact /a a:80*1",
        "exact /d 301", "exact /b 301",
        "starts /b/ b:80*1", "starts /a/ a:80*1", "starts / 404",
    ]  # fmt: skip


def test_every_rule_says_whose_it_is_and_when_it_is_asked() -> None:
    shop = ingress(
        "shop", rule(HOST, ("/a", "Prefix", "a"), ("/b/", "Prefix", "b"), ("/c", "Exact", "c")), app_root="/x"
    )
    rest = ingress("rest", default="rest")

    rules = asked(shop)
    assert [one.about for one in rules] == [
        f"Ingress shop/shop: app-root of {HOST}",
        f"Ingress shop/shop: {HOST}/c (Exact)",
        f"Ingress shop/shop: {HOST}/a (Prefix)",
        f"Ingress shop/shop: {HOST}/b/ (Prefix), for its slash",
        f"Ingress shop/shop: {HOST}/b/ (Prefix)",
        f"Ingress shop/shop: {HOST}/a (Prefix)",
        f"{HOST}, of which no Ingress has more to say",
    ]
    assert [one.rank for one in rules] == list(range(7))
    assert all(one.path.decoded for one in rules)
    assert [one.about for one in asked(rest)] == ["Ingress shop/rest: default backend of unknown hosts"]
    regular = asked(ingress("shop", prefix("*.example.com", "/a", "a"), use_regex="true"))
    assert regular[0].about == "Ingress shop/shop: *.example.com/a (regular)"


def test_a_slash_is_added_where_nginx_forwards_and_no_exact_place_stands() -> None:
    paths = (("/a/", "Prefix", "a"), ("/a", "Exact", "exact"), ("/b c/", "Prefix", "b"))
    denied = ingress("denied", rule(HOST, ("/d/", "Prefix", "d")), auth_type="ldap")

    rules = asked(ingress("shop", rule(HOST, *paths)), denied, scheme="https")
    assert listed(rules) == [
        "exact /a exact:80*1", "exact /b c 301",
        "starts /b c/ b:80*1", "starts /d/ 503", "starts /a/ a:80*1", "starts / 404",
    ]  # fmt: skip
    assert rules[1].reply.location == Location(path=Rewrite(how=Rewritten.FULL, by="/b%20c/"))
    assert rules[1].reply.to_client.put == HSTS


def test_one_expression_makes_expressions_of_all_paths_in_the_order_of_the_configuration() -> None:
    plain = ingress("plain", rule(HOST, ("/exact", "Exact", "exact"), ("/pre/", "Prefix", "pre")))
    regular = ingress("regular", rule(HOST, (r"/v\\d+\"x", "ImplementationSpecific", "v")), use_regex="true")

    rules = asked(plain, regular)
    assert listed(rules) == [
        r'regular ^/v\d+"x v:80*1', "regular ^/exact exact:80*1", "regular ^/pre/ pre:80*1", "regular ^/ 404",
    ]  # fmt: skip
    assert all(one.path.any_case and not one.path.whole for one in rules)


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


def test_which_server_takes_a_host() -> None:
    """Exact names, then wildcards of aliases with any number of labels, then those of Ingresses with one."""
    objects = (
        ingress("wild", prefix("*.example.com", "/", "wild")),
        ingress("deep", prefix("*.b.example.com", "/", "deep")),
        ingress("one", prefix("one.example.com", "/", "one"), server_alias="two.example.com,*.any.org,*.b.any.org"),
        ingress("late", prefix("z.example.com", "/", "late"), server_alias="two.example.com,.dot.org,shop.*"),
        ingress("twin", prefix("twin.org", "/", "twin"), from_to_www_redirect="true"),
    )
    hosts = {
        "one.example.com": "one", "two.example.com": "one", "a.example.com": "wild", "a_b.example.com": "wild",
        "a.b.example.com": "deep", "x.a.b.example.com": "404", "example.com": "404", "any.org": "404",
        "a.b.c.any.org": "one", "dot.org": "late", "a.b.dot.org": "late", "shop.co.uk": "late", "twin.org": "twin",
        "www.twin.org": "308", "*.example.com": "wild", "a+b.example.com": "404",
    }  # fmt: skip

    found = made(*objects)
    assert {host: listed(found.rules("https", host))[-1].split()[-1].partition(":")[0] for host in hosts} == hosts
    assert found.names == {
        "*.example.com", "*.b.example.com", "one.example.com", "two.example.com", "*.any.org", "*.b.any.org",
        "z.example.com", "dot.org", "*.dot.org", "shop.*", "twin.org", "www.twin.org",
    }  # fmt: skip
    with pytest.raises(Undecided):
        found.rules("http", "shop.*")


def test_of_names_that_two_servers_have_the_first_counts_even_for_a_half_of_one() -> None:
    first = ingress("first", prefix("a.org", "/", "first"), server_alias=".x.org")
    second = ingress("second", prefix("b.org", "/", "second"), server_alias="*.x.org,.a.org")
    own = ingress("own", prefix("x.org", "/", "own"))

    found = made(first, second, own)
    hosts = ("x.org", "y.x.org", "a.org", "y.a.org")
    assert [listed(found.rules("http", host))[-1].split()[-1] for host in hosts] == [
        "first:80*1", "first:80*1", "first:80*1", "404",
    ]  # fmt: skip


def test_a_twin_leads_to_its_host_with_path_and_query_less_a_slash() -> None:
    shop = ingress("shop", prefix(HOST), from_to_www_redirect="true")

    (only,) = asked(shop, host=f"www.{HOST}", http_redirect_code="301")
    assert only.reply == Reply(status=301, location=Location(host=HOST, path=Rewrite(how=Rewritten.STRIPPED)))
    with pytest.raises(Undecided):
        asked(ingress("wild", prefix("*.example.com"), from_to_www_redirect="true"))
    with pytest.raises(Undecided):
        asked(ingress("both", prefix(HOST), server_alias="*.a.*"))


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

    acme, exact, *_, rest = asked(every)
    assert exact.reply.gates == (lists, Login(challenge='Basic realm="The shop"'), Authority())
    assert acme.reply.gates == (lists,)
    assert (rest.reply.status, rest.reply.gates_first, rest.reply.gates) == (404, True, exact.reply.gates)
    assert not exact.reply.any_gate


def test_one_gate_may_be_enough_and_a_list_that_only_denies_is_none() -> None:
    lists: dict[str, Any] = {"allowlist_source_range": "10.0.0.0/8", "satisfy": "any"}
    denies: dict[str, Any] = {"denylist_source_range": "10.0.0.0/8", "satisfy": "any"}
    password = Login(challenge='Basic realm=""')

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

    assert reply(ingress("shop", prefix(HOST), **keys)).gates == (Authority(signin=Location(text=back), bare=True),)
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
    keys: dict[str, Any] = {"custom_headers": "extra", "upstream_vhost": "inner.example.com"}
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


def test_a_host_may_be_closed_as_a_whole() -> None:
    far = ingress("far", prefix(HOST), **{**AUTHORITY, "auth_tls_secret": "other/ca"}, app_root="/x")
    named = ingress("named", prefix(HOST), **AUTHORITY, auth_tls_verify_client="off", auth_tls_match_cn="CN=a")

    assert listed(asked(far)) == listed(asked(named)) == ["starts / 403"]
    assert listed(asked(far, host="no.example.com", scheme="https", ssl_reject_handshake="true")) == ["starts / tls"]
    assert listed(asked(far, host="no.example.com", ssl_reject_handshake="true")) == ["starts / 404"]


def test_what_is_not_modelled_is_said() -> None:
    """For each name of a host."""
    asks = ingress("asks", prefix(HOST), **AUTHORITY, server_alias="x.example.com,.y.org")
    off = ingress("off", prefix("off.example.com"), **AUTHORITY, auth_tls_verify_client="off")
    keys: dict[str, Any] = {"proxy_redirect_from": "http://x/", "proxy_redirect_to": "/y/"}
    changed = ingress("changed", rule("b.example.com", ("/a", "Exact", "a"), ("/b/", "Prefix", "b")), **keys)
    regular = ingress("regular", prefix("r.example.com", "/a"), use_regex="true", **keys)
    sticky = ingress("sticky", prefix("c.example.com"), affinity="cookie", server_alias="*.c.org")

    left_out = made(asks, off, changed, regular, sticky).left_out
    assert {(item.attribute, item.hosts, item.paths) for item in left_out} == {
        (Attribute.STATUS, (HOST, "y.org", "*.y.org", "x.example.com"), ()),
        (Attribute.BACKEND, (HOST, "y.org", "*.y.org", "x.example.com"), ()),
        (Attribute.LOCATION, ("b.example.com",), ("=/a",)),
        (Attribute.LOCATION, ("b.example.com",), ("=/b/",)),
        (Attribute.LOCATION, ("b.example.com",), ("/b/",)),
        (Attribute.LOCATION, ("b.example.com",), ("/",)),
        (Attribute.LOCATION, ("r.example.com",), ()),
        (Attribute.COOKIES, ("c.example.com", "*.c.org"), ("/",)),
    }


def test_a_port_is_known_by_its_number() -> None:
    """T23; a Service that is not there is taken to be."""
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"ports": [{"name": "admin", "port": 9000}, {"name": "http", "port": 8080, "targetPort": 3000}]},
    }
    found = []
    for port in ({"name": "http"}, {"number": 3000}, {"number": 9000}, {"number": 1}, {"name": "none"}, {}):
        shop = ingress("shop", prefix(HOST, "/", "web"))
        shop["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]["port"] = port
        found += listed(asked(service, shop))

    assert [line.split()[-1] for line in found] == [
        "web:8080*1", "web:8080*1", "web:9000*1", "web:1*1", "web:none*1", "503",
    ]  # fmt: skip


def test_an_ingress_of_an_old_version_counts() -> None:
    old = {
        "apiVersion": "extensions/v1beta1",
        "kind": "Ingress",
        "metadata": {"name": "old", "namespace": "shop"},
        "spec": {"rules": [{"host": HOST, "http": {"paths": [{"backend": {"serviceName": "a", "servicePort": 80}}]}}]},
    }

    found = made(old)
    assert listed(found.rules("http", HOST)) == ["starts / a:80*1"]
    assert found.covered == 2


def test_a_path_that_nginx_cannot_be_configured_with_decides_nothing() -> None:
    for shop in (ingress("shop", prefix(HOST, "a")), ingress("shop", prefix(HOST, '/a"'), use_regex="true")):
        with pytest.raises(Undecided):
            asked(shop)
        assert listed(made(shop).rules("http", "other.example.com")) == ["starts / 404"]
