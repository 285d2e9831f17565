"""What Envoy is configured with: the words of routes and policies as Envoy has them. No Envoy runs here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from gatelift.replay.envoy import access
from gatelift.replay.envoy.actions import NOWHERE, action
from gatelift.replay.envoy.clients import reading
from gatelift.replay.envoy.knows import known
from gatelift.replay.envoy.matches import route_match
from gatelift.replay.envoy.policies import Policies
from gatelift.replay.envoy.shows import shown
from gatelift.replay.project.whole import projected
from gatelift.traffic.gateway.bound import bound, covers
from gatelift.traffic.gateway.expressions import compiles, expressions
from gatelift.traffic.gateway.order import precedence
from gatelift.traffic.gateway.referred import Referred
from gatelift.traffic.model import Request
from support.judging import Manifest
from support.replaying import redirect, route, to

WWW, API, ANY = "www.example.com", "api.example.com", "*.example.com"
EG = "gateway.envoyproxy.io/v1alpha1"


def _match(kind: str, value: str, **further: Any) -> Manifest:
    return {"path": {"type": kind, "value": value}, **further}


def _header(value: str, kind: str = "Exact") -> Manifest:
    return {"name": "X-A", "type": kind, "value": value}


def test_rules_are_asked_in_the_order_of_envoy_gateway() -> None:
    ordered = [
        _match("Exact", "/"),
        _match("RegularExpression", "/longer.*"),
        _match("RegularExpression", "/.*"),
        _match("PathPrefix", "/a/very/long/one"),
        _match("PathPrefix", "/a", headers=[_header("1"), _header("2")]),
        _match("PathPrefix", "/a", method="PUT", headers=[_header("1", "RegularExpression")]),
        _match("PathPrefix", "/a", method="PUT"),
        _match("PathPrefix", "/a", headers=[_header("1", "RegularExpression")]),
        _match("PathPrefix", "/a", queryParams=[{"name": "q", "value": "1"}]),
        _match("PathPrefix", "/a"),
        {},
    ]
    keys = [precedence(match, route("web", WWW, [])) for match in ordered]

    assert keys == sorted(set(keys))


def test_of_equal_matches_the_oldest_route_comes_first_then_the_name_then_the_place() -> None:
    old, web, closed = (route(name, WWW, []) for name in ("zzz", "web", "web-closed"))
    old["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z"
    keys = [precedence({}, *place) for place in ((old,), (web, 2), (web, 10), (web, 10, 1), (closed,))]

    assert keys == sorted(set(keys))


@pytest.mark.parametrize(
    ("match", "made"),
    [
        ({}, {"prefix": "/"}),
        (_match("PathPrefix", "/"), {"prefix": "/"}),
        (_match("PathPrefix", "/a/"), {"path_separated_prefix": "/a"}),
        (_match("Exact", "/a/"), {"path": "/a/"}),
        (_match("RegularExpression", "(?i)^/a.*$"), {"safe_regex": {"regex": "(?i)^/a.*$"}}),
        (
            {"method": "PUT", "headers": [_header("1")]},
            {
                "prefix": "/",
                "headers": [
                    {"name": "X-A", "string_match": {"exact": "1"}},
                    {"name": ":method", "string_match": {"exact": "PUT"}},
                ],
            },
        ),
        (
            {"queryParams": [{"name": "q", "type": "RegularExpression", "value": "a+"}]},
            {
                "prefix": "/",
                "query_parameters": [{"name": "q", "string_match": {"safe_regex": {"regex": "a+"}}}],
            },
        ),
    ],
)
def test_a_match(match: Mapping[str, Any], made: Mapping[str, Any]) -> None:
    assert route_match(match) == made


def test_expressions_are_found_where_they_are_regular() -> None:
    match = _match("PathPrefix", "/a(", headers=[_header("a|b", "RegularExpression"), _header("c(")])

    assert expressions(match) == ("a|b",)
    assert (compiles("a|b"), compiles("(?=a)"), compiles("\\1(a)")) == (True, False, False)


def _cluster(ref: Mapping[str, Any]) -> str:
    return "" if ref["name"] == "gone" else f"shop/{ref['name']}:80"


def test_a_rule_forwards_with_shares_and_a_backend_that_is_gone_keeps_its_own() -> None:
    made = action(to("/", ("web", 3), ("gone", 1), ("off", 0)), {}, (), _cluster)

    clusters = made["route"]["weighted_clusters"]["clusters"]
    assert [(each["name"], each["weight"]) for each in clusters] == [("shop/web:80", 3), (NOWHERE, 1)]
    assert made["route"]["cluster_not_found_response_code"] == "INTERNAL_SERVER_ERROR"


@pytest.mark.parametrize("rule", [to("/"), to("/", "gone"), to("/", ("web", 0))], ids=["none", "gone", "weightless"])
def test_a_rule_that_can_forward_to_nobody_answers_500(rule: Manifest) -> None:
    assert action(rule, {}, (), _cluster) == {"direct_response": {"status": 500}}


def test_an_answer_comes_before_a_redirect_and_a_redirect_before_a_backend() -> None:
    rule = {**redirect(scheme="https", statusCode=308), "backendRefs": to("/", "web")["backendRefs"]}

    assert action(rule, {}, ({"directResponse": {"statusCode": 403}},), _cluster) == {
        "direct_response": {"status": 403}
    }
    assert action(rule, {}, (), _cluster) == {
        "redirect": {"response_code": "PERMANENT_REDIRECT", "scheme_redirect": "https"}
    }


def _rewritten(path: Mapping[str, Any], match: Mapping[str, Any]) -> Mapping[str, Any]:
    rule = {**to("/", "web"), "filters": [{"type": "URLRewrite", "urlRewrite": {"path": path}}]}
    found: Mapping[str, Any] = action(rule, match, (), _cluster)["route"]
    return {key: value for key, value in found.items() if key.endswith("rewrite")}


def test_rewrites() -> None:
    prefix = _match("PathPrefix", "/old")
    full = _rewritten({"replaceFullPath": "/new"}, prefix)
    none = _rewritten({"replacePrefixMatch": "/"}, prefix)

    assert full == {"regex_rewrite": {"pattern": {"regex": "^/.*$"}, "substitution": "/new"}}
    assert none == {"regex_rewrite": {"pattern": {"regex": r"^/old\/*"}, "substitution": "/"}}
    assert _rewritten({"replacePrefixMatch": "/new/"}, prefix) == {"prefix_rewrite": "/new"}


def test_a_regular_rewrite_and_a_hostname_of_a_filter() -> None:
    path = {"type": "ReplaceRegexMatch", "replaceRegexMatch": {"pattern": "^/(.*)$", "substitution": "/x/\\1"}}
    said = {"urlRewrite": {"path": path, "hostname": {"type": "Header", "header": "X-Host"}}}
    made = action(to("/", "web"), {}, (said,), _cluster)["route"]

    assert made["regex_rewrite"] == {"pattern": {"regex": "^/(.*)$"}, "substitution": "/x/\\1"}
    assert made["host_rewrite_header"] == "X-Host"


def test_headers_of_a_rule_and_of_a_backend() -> None:
    sets = {"type": "RequestHeaderModifier", "requestHeaderModifier": {
        "set": [{"name": "A", "value": "1"}], "add": [{"name": "B", "value": ""}], "remove": ["C"]}}  # fmt: skip
    rule = to("/", "web")
    rule["backendRefs"][0]["filters"] = rule["filters"] = [sets]
    made = action(rule, {}, (), _cluster)

    for there in (made, made["route"]["weighted_clusters"]["clusters"][0]):
        assert there["request_headers_to_remove"] == ["C"]
        assert [each["append_action"] for each in there["request_headers_to_add"]] == [
            "OVERWRITE_IF_EXISTS_OR_ADD", "APPEND_IF_EXISTS_OR_ADD",
        ]  # fmt: skip
        assert there["request_headers_to_add"][1]["keep_empty_value"] is True


def _gateway(*hostnames: str, **allowed: Any) -> Manifest:
    listeners = [
        {"name": f"l{number}", "protocol": "HTTPS", "port": 443, "allowedRoutes": allowed or {"namespaces": {
            "from": "All"}}, **({"hostname": host} if host else {})}
        for number, host in enumerate(hostnames)
    ]  # fmt: skip
    metadata = {"name": "shared", "namespace": "infra"}
    kind = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway"}
    return {**kind, "metadata": metadata, "spec": {"listeners": listeners}}


@pytest.mark.parametrize(
    ("listener", "host", "served"),
    [
        ("", WWW, [WWW]), (ANY, WWW, [WWW]), (WWW, ANY, [WWW]), (ANY, "", [ANY]), ("", "", ["*"]),
        (WWW, API, []), (WWW, WWW, [WWW]), (ANY, "example.com", []), ("", "WWW.example.com", [WWW]),
    ],
)  # fmt: skip
def test_the_hosts_that_a_listener_and_a_route_share(listener: str, host: str, served: list[str]) -> None:
    assert [item.host for item in bound([_gateway(listener), route("web", host, [])])] == served


@pytest.mark.parametrize(
    ("allowed", "admitted"),
    [
        ({"namespaces": {"from": "All"}}, True),
        ({"namespaces": {"from": "Same"}}, False),
        ({"namespaces": {}}, False),
        ({"namespaces": {"from": "All"}, "kinds": [{"kind": "GRPCRoute"}]}, False),
        ({"namespaces": {"from": "Selector", "selector": {"matchLabels": {"team": "shop"}}}}, True),
        ({"namespaces": {"from": "Selector", "selector": {"matchLabels": {"team": "other"}}}}, False),
        ({"namespaces": {"from": "Selector", "selector": {"matchExpressions": [
            {"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["shop"]}]}}}, True),
        ({"namespaces": {"from": "Selector", "selector": {"matchExpressions": [
            {"key": "team", "operator": "DoesNotExist"}]}}}, False),
    ],
)  # fmt: skip
def test_the_namespaces_that_a_listener_admits(allowed: Mapping[str, Any], admitted: bool) -> None:
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"team": "shop"}}}
    objects = [_gateway("", **allowed), route("web", WWW, []), space]

    assert bool(bound(objects)) is admitted


def test_a_hostname_that_takes_all_of_another() -> None:
    assert [covers("", WWW), covers(ANY, WWW), covers(ANY, ANY), covers(WWW, ANY), covers(WWW, "")] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_a_backend_elsewhere_needs_a_grant() -> None:
    grant = {
        "apiVersion": "gateway.networking.k8s.io/v1beta1", "kind": "ReferenceGrant",
        "metadata": {"name": "some", "namespace": "core"},
        "spec": {"from": [{"kind": "HTTPRoute", "namespace": "shop"}], "to": [{"kind": "Service", "name": "web"}]},
    }  # fmt: skip
    refers = Referred.of([grant])
    refs = [{"name": name, "namespace": "core", "port": 80} for name in ("web", "other")]

    assert [refers.backend("shop", ref) for ref in refs] == ["core/web:80", ""]
    assert [refers.backend(space, refs[0]) for space in ("team", "core")] == ["", "core/web:80"]
    assert refers.backend("shop", {"name": "web", "port": 80, "kind": "Other"}) == ""


def _policy(name: str, *refs: Mapping[str, Any], kind: str = "SecurityPolicy", **spec: Any) -> Manifest:
    targets = [{"kind": "HTTPRoute", "name": "web", **ref} for ref in refs or ({},)]
    metadata = {"name": name, "namespace": "shop"}
    return {"apiVersion": EG, "kind": kind, "metadata": metadata, "spec": {"targetRefs": targets, **spec}}


BASIC: dict[str, Any] = {"basicAuth": {"users": {"name": "users"}}}
_ALLOW = {"name": "a", "action": "Allow", "principal": {"clientCIDRs": ["10.0.0.0/8"]}}
LISTS: dict[str, Any] = {"authorization": {"defaultAction": "Deny", "rules": [_ALLOW]}}


@pytest.mark.parametrize(
    ("others", "alone"),
    [
        ([], True),
        ([_policy("of-another-kind", kind="BackendTrafficPolicy", requestBuffer={"limit": "1Mi"})], True),
        ([_policy("of-another-route", {"name": "api"}, **BASIC)], True),
        ([_policy("the-same", **BASIC)], False),
        ([_policy("of-a-rule", {"sectionName": "first"}, **BASIC)], False),
        ([_policy("of-the-gateway", {"kind": "Gateway", "name": "shared"}, **BASIC)], False),
        ([_policy("chosen", targetSelectors=[{"kind": "HTTPRoute"}], **BASIC)], False),
    ],
)
def test_a_policy_counts_where_no_other_may_decide_as_well(others: list[Manifest], alone: bool) -> None:
    own = _policy("own", **BASIC)
    policies = Policies.of([own, *others])

    assert policies.knows("SecurityPolicy", "basicAuth", own) is alone
    made = policies.configured(route("web", WWW, []), to("/", "web"))
    assert ("envoy.filters.http.basic_auth" in made) is alone


def test_a_policy_of_a_rule_is_for_that_rule() -> None:
    policies = Policies.of([_policy("own", {"sectionName": "first"}, **LISTS)])
    web = route("web", WWW, [])

    assert policies.configured(web, {"name": "first"})
    assert policies.configured(web, {"name": "second"}) == {}
    assert policies.configured(web, {}) == {}


def test_who_a_client_is_cannot_be_told_by_headers() -> None:
    own = _policy("own", **LISTS, **BASIC)
    detects = _policy(
        "clients", {"kind": "Gateway"}, kind="ClientTrafficPolicy", clientIPDetection={"xForwardedFor": {}}
    )
    policies = Policies.of([own, detects])

    assert not policies.knows("SecurityPolicy", "authorization", own)
    assert policies.knows("SecurityPolicy", "basicAuth", own)


@pytest.mark.parametrize(
    "rule",
    [
        {"action": "Allow", "principal": {"clientCIDRs": ["10.0.0.0/8"], "headers": [{"name": "a", "values": ["b"]}]}},
        {"action": "Allow", "principal": {"jwt": {"provider": "a"}}},
        {"action": "Allow", "principal": {"clientCIDRs": ["10.0.0.0/8"]}, "operation": {"methods": ["GET"]}},
        {"action": "Allow", "principal": {"clientCIDRs": ["10.0.0.0/99"]}},
        {"action": "Allow", "principal": {"clientCIDRs": []}},
        {"action": "Allow"},
    ],
)
def test_half_of_a_rule_on_access_is_none(rule: Mapping[str, Any]) -> None:
    assert access.authorization({"rules": [rule]}) is None
    assert access.authorization({"rules": [_ALLOW, rule]}) is None


def test_what_no_rule_decides_is_denied() -> None:
    made = access.authorization({"rules": [_ALLOW]})

    assert made is not None
    assert made["rbac"]["matcher"]["on_no_match"]["action"]["typed_config"]["action"] == "DENY"
    assert len(made["rbac"]["matcher"]["matcher_list"]["matchers"]) == 1


@pytest.mark.parametrize(("limit", "size"), [("8Mi", 8 << 20), ("500k", 500_000), ("7", 7), ("1e3", 0), ("8Gi", 0)])
def test_limits_of_bodies(limit: str, size: int) -> None:
    assert access.buffer({"limit": limit}) == ({"buffer": {"max_request_bytes": size}} if size else None)


def test_origins() -> None:
    made = access.cors({"allowOrigins": ["https://a.example.com", "https://*.b.example.com"], "maxAge": "1h30s"})

    assert made is not None
    assert made["allow_origin_string_match"] == [
        {"exact": "https://a.example.com"},
        {"safe_regex": {"regex": r"https://.*\.b\.example\.com"}},
    ]
    assert (made["max_age"], made["allow_credentials"]) == ("3630", False)


def test_how_paths_are_read_hangs_on_the_one_policy_of_a_gateway() -> None:
    said: dict[str, Any] = {
        "path": {"escapedSlashesAction": "KeepUnchanged"},
        "headers": {"withUnderscoresAction": "DropHeader"},
    }
    one = _policy("clients", {"kind": "Gateway", "name": "shared"}, kind="ClientTrafficPolicy", **said)
    some = _policy("some", {"kind": "Gateway", "sectionName": "l0"}, kind="ClientTrafficPolicy", **said)

    assert reading([one])["path_with_escaped_slashes_action"] == "KEEP_UNCHANGED"
    assert reading([one])["common_http_protocol_options"]["headers_with_underscores_action"] == "DROP_HEADER"
    for others in ([], [some], [one, some]):
        assert reading(others)["path_with_escaped_slashes_action"] == "UNESCAPE_AND_REDIRECT"
    assert known([one])("ClientTrafficPolicy", "path", one)
    assert not known([some])("ClientTrafficPolicy", "path", some)


def test_the_hosts_that_envoy_answers_for() -> None:
    plain = route("plain", "plain.example.com", [to("/", "web")])
    regular = route("regular", WWW, [to("^/a.*", "web", kind="RegularExpression")])
    unread = route("unread", API, [to("(?=a)", "web", kind="RegularExpression")])
    origins = route("cors", "cors.example.com", [{**to("/", "web"), "filters": [{"type": "CORS", "cors": {}}]}])
    objects = [plain, regular, unread, origins]
    found = shown(objects, projected(objects), {"Odd.example.com"})

    assert found.hosts == {"cors.example.com", "odd.example.com", WWW}
    assert found.answers(Request(host="WWW.example.com"))
    assert not found.answers(Request(host="plain.example.com"))


def test_what_envoy_has_no_words_for_stays_not_replayed() -> None:
    objects = [route("web", WWW, [to("/", "web")]), _policy("own", **BASIC, extAuth={"http": {}})]
    made = projected(objects)
    left = {item.why for item in shown(objects, made).not_replayed}

    assert {item.why for item in made.not_replayed} - left == {"basicAuth of SecurityPolicy shop/own"}
    assert left == {"extAuth of SecurityPolicy shop/own"}
