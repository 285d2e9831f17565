"""The model of routes: which rules are asked where, in which order, and what they reply. No proxy runs here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from gatelift.proof.symbolic.model import (
    NOWHERE,
    Addresses,
    Authority,
    Cors,
    Headers,
    Kind,
    Location,
    Login,
    Need,
    Path,
    Reply,
    Rewrite,
    Rewritten,
    Rule,
    Undecided,
)
from gatelift.proof.symbolic.routes import world
from gatelift.traffic.model import Attribute
from support.judging import Manifest
from support.replaying import redirect, route, to

WWW, ANY = "www.example.com", "*.example.com"
EG = "gateway.envoyproxy.io/v1alpha1"
OLD, NEW = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"


def _gateway(*listeners: tuple[str, int, str], name: str = "shared") -> Manifest:
    made = [
        {"name": section, "port": port, "protocol": "HTTPS" if "https" in section else "HTTP",
         "allowedRoutes": {"namespaces": {"from": "All"}}, "tls": {"certificateRefs": [{"name": "c"}]},
         **({"hostname": hostname} if hostname else {})}
        for section, port, hostname in listeners
    ]  # fmt: skip
    metadata = {"name": name, "namespace": "infra"}
    kind = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway"}
    return {**kind, "metadata": metadata, "spec": {"gatewayClassName": "x", "listeners": made}}


BOTH = _gateway(("http", 80, ""), ("https", 443, ""))


def _object(kind: str, name: str, **spec: Any) -> Manifest:
    return {"apiVersion": EG, "kind": kind, "metadata": {"name": name, "namespace": "shop"}, "spec": spec}


def _policy(*refs: Mapping[str, Any], kind: str = "SecurityPolicy", name: str = "own", **spec: Any) -> Manifest:
    targets = [{"kind": "HTTPRoute", "name": "web", **ref} for ref in refs or ({},)]
    return _object(kind, name, targetRefs=targets, **spec)


def _rules(
    objects: Sequence[Manifest], host: str = WWW, scheme: str = "http", *, envoy_gateway: bool = True
) -> tuple[Rule, ...]:
    return world([*objects, *([] if _has(objects) else [BOTH])], envoy_gateway=envoy_gateway).rules(scheme, host)


def _has(objects: Sequence[Manifest]) -> bool:
    return any(item["kind"] == "Gateway" for item in objects)


def _reply(rule: Manifest, *beside: Manifest, envoy_gateway: bool = True) -> Reply:
    first, last = _rules([route("web", WWW, [rule]), *beside], envoy_gateway=envoy_gateway)
    assert (last.reply.status, last.about, last.path) == (404, "no rule", Path(Kind.BELOW, ""))
    return first.reply


def _services(rules: Sequence[Rule]) -> list[tuple[int, str]]:
    return [(rule.rank, next(iter(dict(rule.reply.backends)), str(rule.reply.status))[5:-3]) for rule in rules[:-1]]


def _filtered(rule: Manifest, *filters: Mapping[str, Any]) -> Manifest:
    return {**rule, "filters": list(filters)}


def _extended(rule: Manifest, name: str = "some") -> Manifest:
    return _filtered(rule, {"type": "ExtensionRef", "extensionRef": {"kind": "HTTPRouteFilter", "name": name}})


def _rewriting(by: str, at: str = "/a", kind: str = "PathPrefix", field: str = "replacePrefixMatch") -> Manifest:
    return _filtered(to(at, "web", kind=kind), {"type": "URLRewrite", "urlRewrite": {"path": {field: by}}})


@pytest.mark.parametrize(
    ("listeners", "scheme", "host", "failure"),
    [
        ([("http", 80, "")], "https", WWW, "closed"),
        ([("https", 443, "")], "http", WWW, "closed"),
        ([("https", 443, ANY)], "https", "www.example.org", "tls"),
        ([("https", 443, WWW)], "https", "api.example.com", "tls"),
        ([("https", 443, ANY)], "https", "a.b.example.com", ""),
        ([("https", 443, ANY)], "https", "example.com", "tls"),
        ([("https", 443, WWW), ("https-all", 443, "")], "https", "api.example.com", ""),
    ],
)
def test_where_nobody_listens_there_is_no_answer(
    listeners: list[tuple[str, int, str]], scheme: str, host: str, failure: str
) -> None:
    (only,) = _rules([_gateway(*listeners), route("web", "other.test", [to("/", "web")])], host, scheme)

    assert (only.reply.failure, only.reply.status) == (failure, 0 if failure else 404)


def test_a_host_with_rules_is_not_left_for_a_wildcard() -> None:
    objects = [route("web", WWW, [to("/a", "web")]), route("any", ANY, [to("/", "any")])]

    assert _services(_rules(objects)) == [(0, "web")]
    assert _services(_rules(objects, "api.example.com")) == [(0, "any")]
    assert _services(_rules(objects, "www.example.org")) == []


def test_a_listener_keeps_its_hosts_over_https_also_without_routes_but_not_from_other_gateways() -> None:
    listeners = _gateway(("http", 80, ""), ("https", 443, ANY), ("https-www", 443, WWW))
    own = route("web", ANY, [to("/", "web")], "https")
    other = _gateway(("https", 443, ANY), name="other")
    theirs = route("theirs", WWW, [to("/", "theirs")])
    theirs["spec"]["parentRefs"] = [{"name": "other", "namespace": "infra"}]

    assert _services(_rules([listeners, own], WWW, "https")) == []
    assert _services(_rules([listeners, own], "api.example.com", "https")) == [(0, "web")]
    assert _services(_rules([listeners, own, other, theirs], WWW, "https")) == [(0, "theirs")]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_whether_listeners_keep_their_hosts_apart_is_open(scheme: str) -> None:
    listeners = _gateway((scheme, 443, ""), (f"{scheme}-www", 443, WWW))
    web = route("web", WWW, [to("/", "web")], scheme)
    objects = [listeners, web, route("any", "", [to("/", "any")], scheme)]

    assert _services(_rules(objects, WWW, scheme)) == ([(0, "web")] if scheme == "http" else [])
    assert _services(_rules(objects, "api.example.com", scheme, envoy_gateway=False)) == [(0, "any")]
    with pytest.raises(Undecided, match="HTTPRoute shop/web"):
        _rules(objects, WWW, scheme, envoy_gateway=False)


def test_only_the_usual_ports_are_asked() -> None:
    listeners = _gateway(("http", 80, ""), ("http-more", 8080, ""))
    objects = [listeners, route("web", WWW, [to("/", "web")], "http-more")]

    assert _services(_rules(objects)) == []


def test_every_name_is_known_in_lower_case() -> None:
    objects = [_gateway(("https", 443, "Shop.example.com")), route("web", "WWW.example.com", []), route("any", "", [])]

    found = world([*objects, {**route("rpc", "rpc.example.com", []), "kind": "GRPCRoute"}], envoy_gateway=True)
    assert found.names == {"shop.example.com", WWW, "rpc.example.com"}


def _aged(made: Manifest, when: str) -> Manifest:
    made["metadata"]["creationTimestamp"] = when
    return made


def test_order_within_a_route() -> None:
    headers = [{"name": "X-A", "value": "1"}]
    rules = [
        to("/", "root"), to("/a", "prefix"), to("/a", "headers", headers=headers), to("/a", "method", method="PUT"),
        to("/a", "exact", kind="Exact"), to("/a/long", "long"), to("/a", "again"),
    ]  # fmt: skip
    ordered = ["exact", "long", "method", "headers", "prefix", "again", "root"]
    by_envoy = _services(_rules([route("web", WWW, rules)]))
    by_api = _services(_rules([route("web", WWW, rules)], envoy_gateway=False))

    assert by_api == list(enumerate(ordered))
    assert [name for _, name in by_envoy if name not in ("method", "headers")] == [
        name for name in ordered if name not in ("method", "headers")
    ]


@pytest.mark.parametrize(
    ("ages", "ranked"),
    [
        ((OLD, NEW), [(0, "one"), (1, "two"), (2, "two")]),
        ((NEW, OLD), [(0, "two"), (1, "two"), (2, "one")]),
        ((NEW, NEW), [(0, "one"), (0, "two"), (0, "two")]),
    ],
)
def test_of_equal_matches_the_older_routes_is_asked_and_of_new_ones_nobody_knows(
    ages: tuple[str, str], ranked: list[tuple[int, str]]
) -> None:
    one = _aged(route("one", WWW, [to("/a", "one")]), ages[0])
    two = _aged(route("two", WWW, [to("/a", "two"), to("/a", "two")]), ages[1])

    for envoy_gateway in (True, False):
        assert _services(_rules([one, two], envoy_gateway=envoy_gateway)) == ranked


def test_routes_of_one_age_that_take_no_request_together_are_not_mixed_up() -> None:
    objects = [route("one", WWW, [to("/a", "one")]), route("two", WWW, [to("/b", "two"), to("/a", "three")])]

    assert _services(_rules(objects)) == [(0, "one"), (0, "three"), (1, "two")]


def test_regular_rules_come_before_prefixes_in_envoy_gateway_and_anywhere_elsewhere() -> None:
    rules = [to("/", "root"), to("/a.*", "regular", kind="RegularExpression"), to("/b", "exact", kind="Exact")]
    web = route("web", WWW, rules)

    assert _services(_rules([web])) == [(0, "exact"), (1, "regular"), (2, "root")]
    assert {rank for rank, _ in _services(_rules([web], envoy_gateway=False))} == {0}
    assert _rules([web], envoy_gateway=False)[-1].rank == 1


def test_whether_a_slash_at_the_end_counts_is_open() -> None:
    web = route("web", WWW, [to("/a", "bare", method="GET"), to("/a/", "slash"), to("/b", "other")])

    assert _services(_rules([web])) == [(0, "slash"), (1, "bare"), (2, "other")]
    assert _services(_rules([web], envoy_gateway=False)) == [(0, "bare"), (0, "slash"), (1, "other")]


@pytest.mark.parametrize(
    ("kind", "value", "path"),
    [
        ("Exact", "/a/", Path(Kind.EXACT, "/a/")),
        ("PathPrefix", "/a/", Path(Kind.BELOW, "/a")),
        ("PathPrefix", "/", Path(Kind.BELOW, "")),
        ("RegularExpression", "^/a(/|$)", Path(Kind.REGULAR, "^/a(/|$)", whole=True)),
    ],
)
def test_paths(kind: str, value: str, path: Path) -> None:
    assert _rules([route("web", WWW, [to(value, "web", kind=kind)])])[0].path == path


def test_needs_also_of_a_filter() -> None:
    further: dict[str, Any] = {
        "method": "PUT", "queryParams": [{"name": "q", "type": "RegularExpression", "value": "a+"}],
        "headers": [{"name": "X-A", "value": "1"}],
    }  # fmt: skip
    cookies = [[{"name": "c", "value": "1"}], [{"name": "d", "type": "RegularExpression", "value": ".+"}]]
    some = _object("HTTPRouteFilter", "some", matches=[{"cookies": each} for each in cookies])
    one, other, _ = _rules([route("web", WWW, [_extended(to("/", "web", **further))]), some])
    plain = {Need("method", "", "PUT"), Need("query", "q", "a+", regular=True), Need("header", "x-a", "1")}

    assert {*one.needs} == plain | {Need("cookie", "c", "1")}
    assert {*other.needs} == plain | {Need("cookie", "d", ".+", regular=True)}
    assert one.about == "HTTPRoute shop/web: www.example.com/ (Prefix), rule 1, match 1"


@pytest.mark.parametrize(
    ("expression", "need"),
    [
        (r"(?:.*;\s*)?(?i:try_next)=always(?:\s*;.*)?", Need("cookie", "try_next", "always")),
        (r"(?:.*;\s*)?(?i:try\-it)=a\.b(?:\s*;.*)?", Need("cookie", "try-it", "a.b")),
        (r"(?:.*;\s*)?(?i:try)=a.b(?:\s*;.*)?", None),
        (r"(?:.*;\s*)?try=always(?:\s*;.*)?", None),
        (r"(?i:try)=always", None),
    ],
)
def test_an_expression_for_one_cookie_is_one(expression: str, need: Need | None) -> None:
    header = {"name": "Cookie", "type": "RegularExpression", "value": expression}
    made = _rules([route("web", WWW, [to("/", "web", headers=[header])])])[0].needs

    assert made == (need or Need("header", "cookie", expression, regular=True),)


@pytest.mark.parametrize(
    "match",
    [{"kind": "RegularExpression"}, {"headers": [{"name": "a", "type": "RegularExpression", "value": "(?=a)"}]}],
)
def test_an_expression_that_nobody_compiles_leaves_its_host_open(match: dict[str, Any]) -> None:
    objects = [route("web", WWW, [to("/(?=a)", "web", **match)]), route("any", ANY, [to("/", "any")])]

    with pytest.raises(Undecided, match="RE2"):
        _rules(objects)
    assert _services(_rules(objects, "api.example.com")) == [(0, "any")]


def test_an_order_that_somebody_turned_off_is_not_known() -> None:
    objects = [route("web", WWW, [to("/", "web")]), _object("EnvoyProxy", "proxy", preserveRouteOrder=True)]

    with pytest.raises(Undecided, match="preserveRouteOrder of EnvoyProxy shop/proxy"):
        _rules(objects)
    assert _rules(objects, envoy_gateway=False)


@pytest.mark.parametrize(
    ("by", "at", "made"),
    [
        ("/new/", "/a", Rewrite(Rewritten.PREFIX, "/a", "/new")),
        ("/new", "/a/", Rewrite(Rewritten.PREFIX, "/a", "/new")),
        ("/", "/a", Rewrite(Rewritten.PREFIX, "/a", "/")),
        ("", "/", Rewrite(Rewritten.PREFIX, "", "/")),
        ("/new", "/", Rewrite(Rewritten.EACH, "^/", "/new")),
        ("/", "/a/", Rewrite(Rewritten.EACH, r"^/a/\/*", "/")),
        ("/", "/a.b", Rewrite(Rewritten.PREFIX, "/a.b", "/")),
        ("/", "/a+b", Rewrite(Rewritten.EACH, r"^/a+b\/*", "/")),
    ],
)
def test_a_prefix_goes_the_way_of_envoy_gateway_and_elsewhere_that_of_the_specification(
    by: str, at: str, made: Rewrite
) -> None:
    assert _reply(_rewriting(by, at)).rewrite == made
    plain = Rewrite(Rewritten.PREFIX, at.removesuffix("/"), by.removesuffix("/") or "/")
    assert _reply(_rewriting(by, at), envoy_gateway=False).rewrite == plain


def test_other_rewrites() -> None:
    regex = {"pattern": "^/(.*)$", "substitution": "/x/\\1"}
    path = {"type": "ReplaceRegexMatch", "replaceRegexMatch": regex}
    some = _object("HTTPRouteFilter", "some", urlRewrite={"path": path})
    host = _filtered(to("/", "web"), {"type": "URLRewrite", "urlRewrite": {"hostname": "inner.test"}})

    assert _reply(_rewriting("/x", field="replaceFullPath")).rewrite == Rewrite(Rewritten.FULL, by="/x")
    assert _reply(_rewriting("/x", kind="Exact")).rewrite == Rewrite(Rewritten.FULL, by="/x")
    assert _reply(_extended(to("/", "web")), some).rewrite == Rewrite(Rewritten.EACH, "^/(.*)$", "/x/\\1")
    assert _reply(host).host == "inner.test"
    with pytest.raises(Undecided):
        _reply(_rewriting("/x?a=b", field="replaceFullPath"))


@pytest.mark.parametrize(
    ("said", "status", "location"),
    [
        ({}, 302, Location()),
        ({"scheme": "https", "statusCode": 308, "port": 443}, 308, Location(scheme="https")),
        ({"hostname": "a.test", "port": 8443}, 302, Location(host="a.test", port=8443)),
        ({"statusCode": 300, "path": {"replaceFullPath": "/n?a=b"}}, 302,
         Location(path=Rewrite(Rewritten.FULL, by="/n?a=b"), query=False)),
    ],
)  # fmt: skip
def test_redirects(said: Mapping[str, Any], status: int, location: Location) -> None:
    made = _reply(redirect("/a", **said))

    assert (made.status, made.location, made.backends) == (status, location, ())


def _grant(kind: str, name: str = "") -> Manifest:
    spec = {
        "from": [{"kind": "HTTPRoute", "namespace": "shop"}],
        "to": [{"kind": kind, **({"name": name} if name else {})}],
    }
    return {"apiVersion": "gateway.networking.k8s.io/v1beta1", "kind": "ReferenceGrant",
            "metadata": {"name": "g", "namespace": "core"}, "spec": spec}  # fmt: skip


def test_backends() -> None:
    rule = to("/", ("web", 3), ("web", 1), ("off", 0))
    rule["backendRefs"] += [{"name": "db", "namespace": "core", "port": 80}, {"kind": "Other", "name": "x", "port": 80}]

    assert _reply(rule).backends == (("shop/web:80", 4), (NOWHERE, 2))
    assert _reply(rule, _grant("Service", "db")).backends == (("shop/web:80", 4), ("core/db:80", 1), (NOWHERE, 1))


def test_a_backend_of_envoy_gateway_is_the_service_that_it_stands_for() -> None:
    inner = {"fqdn": {"hostname": "web.core.svc.cluster.local", "port": 8080}}
    rule = to("/")
    rule["backendRefs"] = [{"group": EG[:-9], "kind": "Backend", "name": "inner"}]
    other = {**rule, "backendRefs": [{**rule["backendRefs"][0], "namespace": "core"}]}

    assert _reply(rule, _object("Backend", "inner", endpoints=[inner])).backends == (("core/web:8080", 1),)
    assert _reply(other).status == 500
    assert _reply(other, _grant("Backend")).backends == (("core/inner:80", 1),)


@pytest.mark.parametrize("rule", [to("/"), to("/", ("web", 0)), _extended(to("/", "web"), "gone")])
def test_what_is_broken_answers_500(rule: Manifest) -> None:
    assert (_reply(rule).status, _reply(rule).backends) == (500, ())


def test_a_route_without_rules_takes_all_and_breaks() -> None:
    web = route("web", WWW, [])
    del web["spec"]["rules"]

    assert _rules([web])[0].reply.status == 500
    assert len(_rules([route("web", WWW, [])])) == 1


def test_headers() -> None:
    change = {"set": [{"name": "A", "value": "1"}], "add": [{"name": "B", "value": ""}], "remove": ["C"]}
    made = Headers(put=(("A", "1"),), added=(("B", ""),), removed=("C",))
    more = {"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "D", "value": "2"}]}}
    rule = _filtered(
        to("/", "web"),
        {"type": "RequestHeaderModifier", "requestHeaderModifier": change},
        {"type": "ResponseHeaderModifier", "responseHeaderModifier": change},
    )

    assert (_reply(rule).to_backend, _reply(rule).to_client) == (made, made)
    rule["backendRefs"][0]["filters"] = [more]
    assert _reply(rule).to_backend.put == (("D", "2"), ("A", "1"))


def _left(*objects: Manifest) -> dict[str, set[Attribute]]:
    found: dict[str, set[Attribute]] = {}
    for item in world([BOTH, *objects], envoy_gateway=True).left_out:
        found.setdefault(item.why, set()).add(item.attribute)
    return found


BASIC: dict[str, Any] = {"basicAuth": {"users": {"name": "users"}}}
LISTS: dict[str, Any] = {
    "authorization": {
        "defaultAction": "Deny",
        "rules": [
            {"name": "d", "action": "Deny", "principal": {"clientCIDRs": ["10.1.2.3/16"]}},
            {"name": "a", "action": "Allow", "principal": {"clientCIDRs": ["10.0.0.0/8", "fd00::/8"]}},
        ],
    }
}
LOGIN = Login('Basic realm="$scheme://$host$request_uri"', "the users in Secret shop/users")
ADDRESSES = Addresses(((False, ("10.1.0.0/16",)), (True, ("10.0.0.0/8", "fd00::/8"))), False)


def test_gates_are_asked_in_the_order_of_filters_and_before_answers() -> None:
    extern: dict[str, Any] = {"extAuth": {"http": {"path": "/check"}}}
    own = _policy(**LISTS, **BASIC, **extern)

    for rule in (to("/", "web"), redirect("/"), to("/")):
        made = _reply(rule, own)
        assert (made.gates, made.gates_first, made.any_gate) == ((Authority(), LOGIN, ADDRESSES), True, False)
    assert _left(route("web", WWW, [to("/", "web")]), own) == {
        "extAuth of SecurityPolicy shop/own": {Attribute.LOCATION, Attribute.COOKIES, Attribute.REQUEST_HEADERS}
    }


def test_a_policy_of_a_rule_is_for_that_rule() -> None:
    rules = [{**to("/a", "one"), "name": "first"}, to("/b", "two")]
    one, two, _ = _rules([route("web", WWW, rules), _policy({"sectionName": "first"}, **BASIC)])

    assert (one.reply.gates, two.reply.gates) == ((LOGIN,), ())


@pytest.mark.parametrize(
    ("others", "why"),
    [
        ([_policy(**BASIC), _policy(name="two", **LISTS)], "basicAuth of SecurityPolicy shop/own"),
        ([_policy({"kind": "Gateway", "name": "x"}, **BASIC), _policy(name="two", **BASIC)],
         "basicAuth of SecurityPolicy shop/two"),
        ([_policy(jwt={})], "jwt of SecurityPolicy shop/own"),
        ([_policy(csrf={})], "csrf of SecurityPolicy shop/own"),
        ([_policy(authorization={"rules": [{"principal": {"jwt": {}}}]})], "authorization of SecurityPolicy shop/own"),
        ([_policy(kind="BackendTrafficPolicy", faultInjection={})], "faultInjection of BackendTrafficPolicy shop/own"),
        ([_policy(kind="EnvoyExtensionPolicy", lua=[])], "EnvoyExtensionPolicy shop/own"),
    ],
)  # fmt: skip
def test_what_has_no_words_is_named(others: list[Manifest], why: str) -> None:
    found = _left(route("web", WWW, [to("/", "web")]), *others)

    assert {Attribute.STATUS, Attribute.BACKEND} <= found[why]
    assert _reply(to("/", "web"), *others).gates == ()


def test_limits_show_only_where_nginx_has_them_too() -> None:
    limit = _policy(kind="BackendTrafficPolicy", requestBuffer={"limit": "1Mi"}, retry={}, timeout={}, rateLimit={})
    left = world([BOTH, route("web", WWW, [to("/a", "web")]), limit], envoy_gateway=True).left_out

    assert {(item.attribute, item.paths, item.statuses, item.route) for item in left} == {
        (Attribute.STATUS, ("/a",), (413,), "shop/web"), (Attribute.BACKEND, ("/a",), (413,), "shop/web"),
    }  # fmt: skip


def test_parts_of_a_rule_without_words_are_named() -> None:
    rule = _extended(to("/", "web", "api"))
    rule["backendRefs"][0]["filters"] = [
        {"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "A", "value": "1"}]}}
    ]
    rule["filters"] += [{"type": "ExternalAuth"}, {"type": "Strange"}, {"type": "RequestMirror"}]
    some = _object("HTTPRouteFilter", "some", urlRewrite={"hostname": {"type": "Header"}}, credentialInjection={})
    rpc = {**route("rpc", WWW, []), "kind": "GRPCRoute"}
    found = _left(route("web", WWW, [{**rule, "sessionPersistence": {}}]), some, rpc)

    assert set(found) == {
        "GRPCRoute shop/rpc", "headers of single backends", "sessionPersistence", "the filter ExternalAuth",
        "the filter Strange", "the hostname of HTTPRouteFilter shop/some",
        "the credentials of HTTPRouteFilter shop/some",
    }  # fmt: skip
    assert found["the hostname of HTTPRouteFilter shop/some"] == {Attribute.HOST}
    assert found["GRPCRoute shop/rpc"] == set(Attribute)


def test_cors_of_a_rule_counts_more_than_that_of_a_policy_and_redirects_have_none() -> None:
    said = {"allowOrigins": ["https://a.test"], "allowMethods": ["GET", "PUT"], "allowHeaders": ["*"],
            "exposeHeaders": ["X-A"], "allowCredentials": True}  # fmt: skip
    own = _policy(cors={"allowOrigins": ["https://*.b.test"], "maxAge": "1h30s"})
    rule = _filtered(to("/", "web"), {"type": "CORS", "cors": said})
    of_policy = Cors(origins=(r"https://.*\.b\.test",), max_age="3630", forwards=False)
    of_rule = Cors(
        origins=(r"https://a\.test",), methods="GET, PUT", headers="$requested", exposed="X-A", credentials=True,
        max_age="5", forwards=False,
    )  # fmt: skip

    assert _reply(to("/", "web"), own).cors == of_policy
    assert _reply(rule, own).cors == of_rule
    assert _reply(redirect("/"), own).cors is None


def test_an_answer_of_a_filter_counts_more_than_a_redirect() -> None:
    some = _object("HTTPRouteFilter", "some", directResponse={"statusCode": 403})
    rule = redirect("/")
    rule["filters"] += _extended(rule)["filters"]

    assert (_reply(rule, some).status, _reply(rule, some).location) == (403, None)


def test_every_match_is_counted() -> None:
    rule = {**to("/", "web"), "matches": [{}, {"path": {"type": "Exact", "value": "/a"}}]}
    assert world([BOTH, route("web", WWW, [rule, to("/b", "web")])], envoy_gateway=True).covered == 3
