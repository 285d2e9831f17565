"""Settings that act on every Ingress: one authorization service, headers, blocked networks, client addresses."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gatelift.annotations import registry
from gatelift.annotations.controller import Controller
from gatelift.annotations.evaluate import Evaluation, Reading, Rulings, evaluate
from gatelift.annotations.nginx.settings.values import client_address, hsts, redirect_code
from gatelift.annotations.unit import Case, case_context
from gatelift.intent.base import Risk
from gatelift.intent.headers import Header, RequestHeaders, ResponseHeaders
from gatelift.intent.outcome import Disposition
from gatelift.intent.security import AuthEndpoint, ExternalAuth, SourceRanges
from gatelift.intent.traffic import ClientAddress

URL = {"global-auth-url": "http://gate.auth.svc.cluster.local/check"}
SNIPPETS_RUN = {"allow-snippet-annotations": "true", "annotations-risk-level": "Critical"}
SURE = {"authUrl": "session"}
"""The service needs no more than a gateway tells it."""
GATE = AuthEndpoint(scheme="http", host="gate", port=80, path="/check", namespace="auth")


def evaluated(
    settings: Mapping[str, str],
    annotations: Mapping[str, str] | None = None,
    paths: tuple[str, ...] = ("/",),
    headers: Mapping[str, Mapping[str, str]] | None = None,
    decide: Mapping[str, str] | None = None,
) -> Evaluation:
    """An Ingress with nginx annotations (without prefix) under ``settings``; ``headers``: ConfigMaps that were seen."""
    unit = registry.nginx_unit("use-regex")
    assert unit is not None
    case = Case(value="", siblings=annotations or {}, paths=paths, expect=unit.cases[0].expect)
    rulings = Rulings(
        controller=Controller.parse(settings, (), "ingress-nginx/controller"),
        header_maps=headers or {},
        config_maps={name: frozenset(data) for name, data in (headers or {}).items()},
        decide=decide or {},
    )
    return evaluate(case_context(unit, case).ingress, rulings)


def reading(found: Evaluation, name: str) -> Reading:
    return next(item for item in found.readings if item.origin.key == name)


def auth(found: Evaluation) -> ExternalAuth | None:
    item = found.get(ExternalAuth)
    return item.intent if item and isinstance(item.intent, ExternalAuth) else None


def test_the_global_service_is_the_same_as_one_of_its_own() -> None:
    under = evaluated({**URL, "global-auth-response-headers": "X-User, X-Mail"}, decide=SURE)
    own = evaluated({}, {"auth-url": URL["global-auth-url"], "auth-response-headers": "X-User, X-Mail"}, decide=SURE)
    assert auth(under) == auth(own) == ExternalAuth(endpoint=GATE, response_headers=("X-User", "X-Mail"))


@pytest.mark.parametrize(
    ("annotations", "paths", "why"),
    [
        ({"enable-global-auth": "false"}, ("/",), "opts out"),
        ({"enable-global-auth": "0"}, ("/",), "opts out"),
        ({}, ("/.well-known/acme-challenge/x", "/.well-known/acme-challenge"), "no-auth-locations"),
    ],
)
def test_who_is_not_under_the_global_service(annotations: dict[str, str], paths: tuple[str, ...], why: str) -> None:
    found = evaluated({**URL, "global-auth-response-headers": "X-User"}, annotations, paths)
    assert auth(found) is None
    for name in ("global-auth-url", "global-auth-response-headers"):
        (note,) = reading(found, name).notes
        assert note.disposition is Disposition.INERT
        assert why in note.text


def test_an_ingress_with_a_service_of_its_own_asks_that_one_alone() -> None:
    own = {"auth-url": "http://own.app.svc/check"}
    found = evaluated({**URL, "global-auth-response-headers": "X-User"}, own, decide=SURE)
    made = auth(found)
    assert made is not None
    assert isinstance(made.endpoint, AuthEndpoint)
    assert made.endpoint.host == "own"
    assert not isinstance(made.response_headers, tuple)


def test_an_empty_list_of_exceptions_makes_none() -> None:
    found = evaluated({**URL, "no-auth-locations": ""}, {}, ("/.well-known/acme-challenge",), decide=SURE)
    assert auth(found) == ExternalAuth(endpoint=GATE)


@pytest.mark.parametrize("value", ["no", "on", "", "true", "1"])
def test_only_a_plain_no_opts_out(value: str) -> None:
    assert auth(evaluated(URL, {"enable-global-auth": value}, decide=SURE)) == ExternalAuth(endpoint=GATE)


@pytest.mark.parametrize(
    ("settings", "paths", "key", "why"),
    [
        (URL, ("/",), "global-auth-url", "X-Original-URL"),
        (URL, ("/", "/.well-known/acme-challenge"), "global-auth-url", "among no-auth-locations"),
        ({**URL, "no-auth-locations": "/open,/health"}, ("/health", "/app"), "global-auth-url", "'/health'"),
        ({"global-auth-url": "gate.auth.svc/check"}, ("/",), "global-auth-url", "no URL"),
        ({"global-auth-url": "http://gate/check"}, ("/",), "global-auth-url", "anywhere"),
        ({"global-auth-url": "https://$hostname/check"}, ("/",), "global-auth-url", "variables"),
        ({**URL, "global-auth-method": "POST"}, ("/",), "global-auth-method", "always with POST"),
        ({**URL, "global-auth-signin": "https://a.example.com/start"}, ("/",), "global-auth-signin", "401"),
        ({**URL, "global-auth-snippet": "proxy_set_header A b;"}, ("/",), "global-auth-snippet", "no gateway runs"),
        ({**URL, "global-auth-request-redirect": "/x"}, ("/",), "global-auth-request-redirect", "X-Auth-Request"),
    ],
)
def test_what_is_refused_withholds(settings: dict[str, str], paths: tuple[str, ...], key: str, why: str) -> None:
    (note,) = reading(evaluated(settings, {}, paths), key).notes
    assert note.disposition is Disposition.REFUSED
    assert note.risk is Risk.SECURITY
    assert why in note.text
    assert note.todo
    assert "503" not in note.text
    assert "load" not in note.text


def test_the_sign_in_page_is_the_services_own_where_that_is_decided() -> None:
    settings = {**URL, "global-auth-signin": "https://a.example.com/start"}
    found = evaluated(settings, decide={**SURE, "authSignin": "authService"})
    assert auth(found) == ExternalAuth(endpoint=GATE, signin="/")


@pytest.mark.parametrize(
    "settings",
    [
        {"global-auth-method": "POST"},
        {"global-auth-snippet": "deny all;"},
        {"global-auth-signin": "https://a.example.com/start"},
        {**URL, "global-auth-method": "post"},
        {**URL, "global-auth-cache-duration": "200 5m"},
    ],
)
def test_companions_that_nothing_reads_are_inert(settings: dict[str, str]) -> None:
    name = next(key for key in settings if key != "global-auth-url")
    (note,) = reading(evaluated(settings), name).notes
    assert note.disposition is Disposition.INERT


def test_remembered_answers_withhold_nothing() -> None:
    found = evaluated({**URL, "global-auth-cache-key": "$remote_user"}, decide=SURE)
    (note,) = reading(found, "global-auth-cache-key").notes
    assert (note.disposition, note.risk) == (Disposition.REFUSED, Risk.TRAFFIC)
    assert auth(found) == ExternalAuth(endpoint=GATE)


def test_a_service_of_its_own_also_holds_where_nginx_asks_nobody() -> None:
    found = evaluated({"no-auth-locations": "/health"}, {"auth-url": "http://own.app.svc/check"}, ("/", "/health"))
    (note,) = reading(found, "no-auth-locations").notes
    assert note.disposition is Disposition.DIFFERS
    assert "'/health'" in note.text


HEADERS = {"ns/in": {"X-From": "ingress", "X-Debug": ""}, "ns/out": {"X-Frame-Options": "DENY", "Server": ""}}


def test_headers_for_the_backend_come_from_the_configmap() -> None:
    (made,) = reading(evaluated({"proxy-set-headers": "ns/in"}, headers=HEADERS), "proxy-set-headers").intents
    assert made == RequestHeaders(set=(Header("X-From", "ingress"),), remove=("X-Debug",))


def test_headers_for_the_client_come_from_the_configmap_and_hidden_ones_go() -> None:
    found = evaluated({"add-headers": "ns/out", "hide-headers": "X-Powered-By, x-frame-options"}, headers=HEADERS)
    assert reading(found, "add-headers").intents == (
        ResponseHeaders(set=(Header("X-Frame-Options", "DENY"),), remove=("Server",)),
    )
    assert reading(found, "hide-headers").intents == (ResponseHeaders(remove=("X-Powered-By",)),)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("proxy-set-headers", None, "was not seen"),
        ("proxy-set-headers", {"Host": "a.example.com"}, "no filter of a route may set"),
        ("proxy-set-headers", {"Keep-Alive": "timeout=5"}, "no filter of a route may set"),
        ("proxy-set-headers", {"X-Ip": "$remote_addr"}, "variables of nginx"),
        ("add-headers", {"X-A": "1", "x-a": "2"}, "twice"),
    ],
)
def test_headers_that_nobody_knows_or_no_route_sets_are_refused(
    name: str, data: dict[str, str] | None, why: str
) -> None:
    found = evaluated({name: "ns/map"}, headers={"ns/map": data} if data else {})
    (note,) = reading(found, name).notes
    assert (note.disposition, note.risk) == (Disposition.REFUSED, Risk.ROUTING)
    assert why in note.text
    assert reading(found, name).intents == ()


def test_an_empty_map_of_headers_changes_nothing() -> None:
    (note,) = reading(evaluated({"add-headers": "ns/map"}, headers={"ns/map": {}}), "add-headers").notes
    assert note.disposition is Disposition.INERT


def test_blocked_networks_are_denied_everywhere() -> None:
    (made,) = reading(evaluated({"block-cidrs": "192.0.2.0/24, 198.51.100.7,"}), "block-cidrs").intents
    assert made == SourceRanges(deny=("192.0.2.0/24", "198.51.100.7/32"))


@pytest.mark.parametrize(
    ("settings", "annotations"),
    [
        ({}, {"allowlist-source-range": "10.0.0.0/8"}),
        ({}, {"denylist-source-range": "10.0.0.0/8"}),
        ({"whitelist-source-range": "10.0.0.0/8"}, {}),
        (SNIPPETS_RUN, {"configuration-snippet": "allow 10.0.0.1;\ndeny all;"}),
    ],
)
def test_a_list_of_its_own_switches_blocked_networks_off(settings: dict[str, str], annotations: dict[str, str]) -> None:
    found = evaluated({**settings, "block-cidrs": "192.0.2.0/24"}, annotations)
    (note,) = reading(found, "block-cidrs").notes
    assert note.disposition is Disposition.INERT
    assert reading(found, "block-cidrs").intents == ()


@pytest.mark.parametrize(
    ("settings", "snippet"),
    [
        (SNIPPETS_RUN, 'more_set_headers "X-Robots: allow all";'),
        (SNIPPETS_RUN, "# deny all;\nmore_set_headers 'A: b';"),
        (SNIPPETS_RUN, "if ($arg_a) { allow 10.0.0.1; }"),
        ({}, "allow 10.0.0.1;"),
    ],
)
def test_words_in_a_snippet_are_no_list(settings: dict[str, str], snippet: str) -> None:
    found = evaluated({**settings, "block-cidrs": "192.0.2.0/24"}, {"configuration-snippet": snippet})
    assert reading(found, "block-cidrs").intents == (SourceRanges(deny=("192.0.2.0/24",)),)


def test_what_is_no_network_is_refused() -> None:
    (note,) = reading(evaluated({"block-cidrs": "192.0.2.0/24,all"}), "block-cidrs").notes
    assert (note.disposition, note.risk) == (Disposition.REFUSED, Risk.SECURITY)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, None),
        ({"proxy-real-ip-cidr": "10.0.0.0/8"}, None),
        ({"compute-full-forwarded-for": "true"}, None),
        ({"use-forwarded-headers": "true"}, ClientAddress(trusted=("0.0.0.0/0", "::/0"))),
        ({"enable-real-ip": "true", "proxy-real-ip-cidr": "10.0.0.0/8"}, ClientAddress(trusted=("10.0.0.0/8",))),
        ({"use-proxy-protocol": "true"}, ClientAddress(proxy_protocol=True)),
        (
            {"use-forwarded-headers": "true", "forwarded-for-header": "CF-Connecting-IP"},
            ClientAddress(trusted=("0.0.0.0/0", "::/0"), header="CF-Connecting-IP"),
        ),
        ({"forwarded-for-header": "CF-Connecting-IP"}, None),
    ],
)
def test_whom_the_controller_believes(settings: dict[str, str], expected: ClientAddress | None) -> None:
    assert client_address(Controller(settings=settings)) == expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, "max-age=31536000; includeSubDomains"),
        ({"hsts": "false"}, None),
        ({"hsts-max-age": "600", "hsts-include-subdomains": "false", "hsts-preload": "true"}, "max-age=600; preload"),
    ],
)
def test_hsts_is_as_the_controller_sends_it(settings: dict[str, str], expected: str | None) -> None:
    assert hsts(Controller(settings=settings)) == expected


@pytest.mark.parametrize(("value", "code"), [("301", 301), ("307", 307), ("303", 308), ("x", 308), ("", 308)])
def test_only_four_codes_of_redirects_are_taken(value: str, code: int) -> None:
    assert redirect_code(Controller(settings={"http-redirect-code": value})) == code


def test_a_blocked_network_that_gateways_compare_otherwise_is_refused_for_that() -> None:
    (note,) = reading(evaluated({"block-cidrs": "192.0.2.0/24,::ffff:10.0.0.1"}), "block-cidrs").notes
    assert note.disposition is Disposition.REFUSED
    assert "IPv6 form" in note.text
    assert "start" not in note.text
