"""The rules about routes that no type of a field can state."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from crds.parts import HEADERS, META, backend, mirror, path
from crds.refusal import refused, route, rule
from crds.samples import tls_route
from gatelift.manifests import gateway_api as gw
from gatelift.manifests import shape
from gatelift.manifests.checks import checked, problems_of

PREFIX = gw.URLRewriteFilter(url_rewrite=gw.HTTPURLRewrite(path=gw.ReplacePrefixMatch(replace_prefix_match="/")))
REDIRECT = gw.RequestRedirectFilter(request_redirect=gw.HTTPRequestRedirect(scheme="https", status_code=301))
SET_HEADERS = gw.RequestHeaderModifierFilter(request_header_modifier=HEADERS)


def test_mirrors_and_extensions_may_be_repeated() -> None:
    extension = gw.ExtensionRefFilter(
        extension_ref=gw.LocalObjectReference(group=shape.ENVOY_GATEWAY, kind="HTTPRouteFilter", name="x")
    )
    checked(route(rule(filters=(mirror(), mirror(), extension, extension))))


def test_every_other_filter_may_not_be_repeated() -> None:
    cors = gw.CORSFilter(cors=gw.HTTPCORS(max_age=5))
    answer = gw.ResponseHeaderModifierFilter(response_header_modifier=HEADERS)
    for one in (SET_HEADERS, answer, PREFIX, REDIRECT, cors):
        assert refused(route(rule(filters=(one, one))))
        assert refused(route(rule(backend_refs=(replace(backend(), filters=(one, one)),))))


def test_a_redirect_and_a_rewrite_exclude_each_other() -> None:
    assert refused(route(rule(filters=(PREFIX, REDIRECT)))) == [
        "/spec/rules/0/filters: RequestRedirect and URLRewrite exclude each other"
    ]


def test_a_redirect_and_backends_exclude_each_other() -> None:
    assert refused(route(rule(filters=(REDIRECT,), backend_refs=(backend(),)))) == [
        "/spec/rules/0/backendRefs: must be empty beside a RequestRedirect"
    ]


@pytest.mark.parametrize(
    "matches",
    [(path("/a"), path("/b")), (path("/a", "Exact"),), (path("/a", "RegularExpression"),)],
    ids=["two matches", "an exact match", "a regular expression"],
)
def test_a_prefix_is_replaced_under_one_prefix_match_only(matches: tuple[gw.HTTPRouteMatch, ...]) -> None:
    behind = replace(backend(), filters=(PREFIX,))
    assert refused(route(rule(matches=matches, filters=(PREFIX,))))
    assert refused(route(rule(matches=matches, backend_refs=(behind,))))
    assert refused(route(rule(matches=matches, backend_refs=(behind, behind))))
    checked(route(rule(matches=(path("/a"),), filters=(PREFIX,))))


def test_a_route_has_at_most_128_matches() -> None:
    full = rule(matches=tuple(path(f"/{number}") for number in range(64)))
    checked(route(full, full))
    assert refused(route(full, full, rule())) == [
        "/spec/rules: 129 matches are more than the 128 that one route may have"
    ]


def hostnames(count: int) -> gw.HTTPRoute:
    return route(hostnames=("a.example.com",) * count)


def parents(count: int) -> gw.HTTPRoute:
    return route(parent_refs=tuple(gw.parent_to(shape.GATEWAY, f"g{number}") for number in range(count)))


def rules(count: int) -> gw.HTTPRoute:
    return route(*[rule()] * count)


@pytest.mark.parametrize(("build", "most"), [(hostnames, 16), (parents, 32), (rules, 16)])
def test_lists_have_the_length_of_the_api(build: Any, most: int) -> None:
    checked(build(most))
    assert refused(build(most + 1))


def test_a_rule_must_say_what_it_matches() -> None:
    assert refused(route(rule(matches=())))


def test_rule_names_are_unique_because_policies_target_them() -> None:
    checked(route(rule(name="a"), rule(name="b"), rule(), rule()))
    assert refused(route(rule(name="a"), rule(name="a"))) == ["/spec/rules: 'a' occurs 2 times"]


@pytest.mark.parametrize("name", ["X-A", "x-a"])
def test_header_names_are_unique_whatever_their_case(name: str) -> None:
    twice = (gw.HTTPHeader(name="X-A", value="1"), gw.HTTPHeader(name=name, value="2"))
    modifier = gw.RequestHeaderModifierFilter(request_header_modifier=gw.HTTPHeaderFilter(set=twice))
    assert refused(route(rule(filters=(modifier,))))
    wanted = tuple(gw.HTTPHeaderMatch(type="Exact", name=header.name, value="1") for header in twice)
    assert refused(route(rule(matches=(replace(path("/"), headers=wanted),))))


def test_query_parameters_differ_by_case() -> None:
    wanted = tuple(gw.HTTPQueryParamMatch(type="Exact", name=name, value="1") for name in ("v", "V"))
    checked(route(rule(matches=(replace(path("/"), query_params=wanted),))))
    assert refused(route(rule(matches=(replace(path("/"), query_params=wanted[:1] * 2),))))


def test_parents_are_distinct_and_all_or_none_name_a_section() -> None:
    whole = gw.parent_to(shape.GATEWAY, "shared", namespace="infra")
    section = replace(whole, section_name="https")
    checked(route(parent_refs=(section, replace(whole, section_name="http"), replace(whole, name="other"))))
    checked(route(parent_refs=(section, replace(whole, kind="ListenerSet"))))
    assert refused(route(parent_refs=(whole, whole))) == ["/spec/parentRefs/1: repeats a reference"]
    assert refused(route(parent_refs=(section, section))) == ["/spec/parentRefs/1: repeats a reference"]
    assert "in every reference" in refused(route(parent_refs=(section, whole)))[0]


def test_a_service_needs_a_port_and_another_backend_does_not() -> None:
    assert refused(route(rule(backend_refs=(replace(backend(), port=msgspec.UNSET),)))) == [
        "/spec/rules/0/backendRefs/0/port: a reference to a Service must have a port"
    ]
    elsewhere = replace(backend(), group=shape.ENVOY_GATEWAY, kind="Backend", port=msgspec.UNSET)
    checked(route(rule(backend_refs=(elsewhere,))))


def test_a_mirror_takes_a_percentage_or_a_fraction_of_at_most_one() -> None:
    to = gw.BackendObjectReference(group="", kind="Service", name="a", port=1)
    half = gw.Fraction(numerator=1, denominator=2)
    assert problems_of(gw.HTTPRequestMirror(backend_ref=to, fraction=half)) == []
    assert problems_of(gw.HTTPRequestMirror(backend_ref=to, fraction=half, percent=50))
    assert problems_of(gw.Fraction(numerator=3, denominator=2))


def test_a_backend_may_not_take_longer_than_the_request() -> None:
    checked(route(rule(timeouts=gw.HTTPRouteTimeouts(request="1m", backend_request="60s"))))
    checked(route(rule(timeouts=gw.HTTPRouteTimeouts(request="0s", backend_request="60s"))))
    assert refused(route(rule(timeouts=gw.HTTPRouteTimeouts(request="59999ms", backend_request="1m"))))


def test_a_star_in_cors_stands_alone() -> None:
    def cors(**fields: Any) -> gw.HTTPRoute:
        return route(rule(filters=(gw.CORSFilter(cors=gw.HTTPCORS(max_age=5, **fields)),)))

    checked(cors(allow_origins=("*",), allow_methods=("*",), allow_headers=("*",)))
    checked(cors(expose_headers=("*", "X-A")))
    assert refused(cors(allow_origins=("*", "https://a.example.com")))
    assert refused(cors(allow_methods=("*", "GET")))
    assert refused(cors(allow_origins=("https://a.example.com/",)))


def test_a_tls_route_has_one_rule_and_names_no_address() -> None:
    spec = tls_route().spec
    assert refused(gw.TLSRoute(metadata=META, spec=replace(spec, rules=spec.rules * 2)))
    assert refused(gw.TLSRoute(metadata=META, spec=replace(spec, hostnames=())))
    assert refused(gw.TLSRoute(metadata=META, spec=replace(spec, hostnames=("10.0.0.1",)))) == [
        "/spec/hostnames/0: 10.0.0.1 is an IP address"
    ]


def test_a_grpc_method_is_an_identifier_unless_it_is_a_pattern() -> None:
    assert problems_of(gw.GRPCMethodMatch(type="Exact", service=".Shop.v1", method="Add")) == []
    assert problems_of(gw.GRPCMethodMatch(type="RegularExpression", service="shop/.*")) == []
    assert problems_of(gw.GRPCMethodMatch(type="Exact", service="shop/v1"))
    assert problems_of(gw.GRPCMethodMatch(type="Exact", method="1st"))
    assert problems_of(gw.GRPCMethodMatch(type="Exact"))
