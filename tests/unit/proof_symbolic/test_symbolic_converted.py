"""What gatelift makes of an Ingress is equal, or said: each of these was neither once, and proxies showed it."""

from __future__ import annotations

from typing import Any

import pytest

from gatelift.proof.symbolic.case import prove_case
from gatelift.proof.symbolic.model import Kind, Path
from support.conversion import Setup, convert
from support.judging import Manifest, ingress, rule
from support.ruling import fits
from support.symbolic_proxies import case_of
from support.symbolic_sites import DECIDED, SETTINGS, Sites

HOST = "www.example.com"
TLS = ({"hosts": [HOST], "secretName": "t"},)
REGULAR = "ImplementationSpecific"
LISTED = {"allowlist_source_range": "10.0.0.0/8"}


def _at(*paths: tuple[str, str], name: str = "web", **said: Any) -> Manifest:
    return ingress(name, rule(HOST, *((path, kind, "web0") for path, kind in paths)), tls=TLS, **said)


PREFIXED = _at(("/(.*)", "ImplementationSpecific"), rewrite_target="/$1", x_forwarded_prefix="/pre")
CASES = {
    "a prefix is told where a rewrite keeps the path": [PREFIXED],
    "headers of a host where no Ingress has a path": [_at(("/a", "Prefix"), custom_headers="shop/extra")],
    "CORS of a host where no Ingress has a path": [_at(("/a", "Prefix"), enable_cors="true")],
    "the root of an application, for who may not come in": [_at(("/a", "Prefix"), app_root="/home", **LISTED)],
    "a slash that lacks, for who may not come in": [_at(("/a/", "Prefix"), **LISTED)],
    "a slash that lacks, of an Ingress without a route": [_at(("/a/", "Exact"), satisfy="any", **LISTED)],
    "the root of an application without a route": [
        _at(("/", "Prefix"), name="one"),
        _at(("/a", "Prefix"), name="two", app_root="/home", temporal_redirect="$scheme://a.example.org"),
    ],
    "an expression that takes a part of an encoded character": [
        _at(("/.*c", "ImplementationSpecific"), use_regex="true"),
    ],
    "an expression under an alias": [
        ingress("one", rule(HOST, ("/a.", REGULAR, "web0")), use_regex="true", server_alias="alias.org"),
        ingress("two", rule(HOST, ("/a", "Prefix", "web1")), does_not_exist="true"),
    ],
    "an alias that unknown hosts have as well": [
        ingress("one", rule(HOST, ("/a", "Prefix", "web0")), server_alias="alias.org"),
        ingress("two", rule("", ("/b", "Prefix", "web1")), server_alias="alias.org"),
    ],
    "a canary beside an exact path of its main Service": [
        _at(("/", "Prefix"), name="one"),
        _at(("/", "Exact"), name="two"),
        ingress("next", rule(HOST, ("/", "Prefix", "next")), canary="true", canary_weight="20"),
    ],
    "expressions of a path that two have": [
        ingress("one", rule(HOST, ("/a", "Prefix", "web0"))),
        ingress("two", rule(HOST, ("/a/b", "Prefix", "web1"), ("/", "Prefix", "web0"))),
        ingress("three", rule(HOST, ("/a", "Prefix", "web2")), rewrite_target="/"),
    ],
    "HTTPS of an alias that another Ingress gives": [
        _at(("/b", "Prefix"), name="one"),
        _at(("/a", "Prefix"), name="two", ssl_redirect="false", server_alias="alias.org"),
    ],
    "an alias that another host's certificate covers": [
        ingress("one", rule("*.alias.org", ("/b", "Prefix", "web0")), tls=[{"hosts": ["*.alias.org"]}]),
        ingress("two", rule(HOST, ("/a", "Prefix", "web1")), server_alias="b.alias.org"),
    ],
}  # fmt: skip


def _converted(items: list[Manifest]) -> Any:
    sites = Sites(0, 0)
    sites.ingresses += items
    setup = Setup(target="envoy-gateway", gateway="infra/shared", settings=SETTINGS, decide=DECIDED)
    return convert(sites.text, setup)


@pytest.mark.parametrize("name", CASES)
def test_it_is_equal_but_for_what_is_said(name: str) -> None:
    outcome = prove_case(case_of(_converted(CASES[name])), SETTINGS, envoy_gateway=True)

    assert [item for item in outcome.found if not item.explained] == []
    assert outcome.classes > 4


def test_the_backend_is_told_the_prefix_also_where_the_path_stays() -> None:
    (route,) = [item for item in _converted([PREFIXED]).emitted if item["metadata"]["name"] == "web"]

    assert route["spec"]["rules"][0]["filters"][0]["requestHeaderModifier"] == {
        "set": [{"name": "X-Forwarded-Prefix", "value": "/pre"}]
    }


@pytest.mark.parametrize(
    ("expression", "path", "taken"),
    [
        ("(?i)^/a..*$", "/a%20", True),
        ("(?i)^/a.b.*$", "/a%B0", True),
        ("/a%2.", "/a%20", True),
        ("/a%.*", "/a%20b", True),
        ("/a..", "/a%20", False),
        ("/a[^%].*", "/a%20", False),
    ],
)
def test_a_gateway_holds_an_expression_against_the_three_characters_of_an_encoded_one(
    expression: str, path: str, taken: bool
) -> None:
    assert fits(Path(Kind.REGULAR, expression, whole=True), path) is taken
