"""The rules that Ingresses become, small cases: which path, in which order, with which reply.

That nginx answers the same is shown by ``test_nginx_model_agreement``.
"""

from __future__ import annotations

from typing import Any

import pytest

from gatelift.proof.symbolic.model import Location, Reply, Rewrite, Rewritten, Undecided
from gatelift.traffic.model import Attribute
from support.compiled import HOST, asked, made
from support.judging import ingress, prefix, rule
from support.ruling import listed

HSTS = (("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),)
AUTHORITY: dict[str, Any] = {"auth_tls_secret": "shop/ca"}


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
