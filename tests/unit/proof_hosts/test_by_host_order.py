"""Where the order of rules, of routes by name and of policies may decide, another order is a difference."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from host_renders import Object, filter_, policy, route, rule, swapped

from gatelift.proof.forms import plain_key
from gatelift.proof.hosts import by_host

HOST = ["a.example.com"]
WEB, API = rule("/x", "web"), rule("/x", "api")
REGULAR = [rule("/[a-z]+", "web", "RegularExpression"), rule("/[0-9]+", "api", "RegularExpression")]


def pair(one: Object, other: Object, section: str = "") -> list[Object]:
    return [route("a", HOST, [one]), route("b", HOST, [other], section=section)]


def test_rules_with_one_match_keep_their_order() -> None:
    found = by_host([route("a", HOST, [WEB, API])], [route("a", HOST, [API, WEB])])
    assert found is not None
    assert "(for a.example.com, PathPrefix /x) should come before" in found.text


def test_regular_paths_of_one_length_keep_their_order() -> None:
    assert by_host([route("a", HOST, REGULAR)], [route("a", HOST, REGULAR[::-1])])


@pytest.mark.parametrize(
    "rules",
    [
        [rule("/x"), rule("/y", "api")],
        [rule("/x"), rule("/xy", "api")],
        [rule("/x"), rule("/x", "api", "Exact")],
        [rule("/x", kind="Exact"), rule("/y", "api", "Exact")],
        [rule("/x"), rule("/[a-z]+", "api", "RegularExpression")],
        [rule("/[a-z]", "web", "RegularExpression"), rule("/[a-z]+", "api", "RegularExpression")],
    ],
)
def test_rules_that_rank_by_themselves_may_stand_in_any_order(rules: list[Object]) -> None:
    assert by_host([route("a", HOST, rules)], [route("a", HOST, rules[::-1])]) is None
    assert by_host([route("a", HOST, rules)], [route("a", HOST, rules[1:]), route("b", HOST, rules[:1])]) is None


def test_a_slash_at_the_end_is_no_rank_of_its_own() -> None:
    rules = [rule("/x/"), rule("/x", "api")]
    assert by_host([route("a", HOST, rules)], [route("a", HOST, rules[::-1])])


def test_headers_and_methods_are_no_rank_that_holds_everywhere() -> None:
    asked = copy.deepcopy(API)
    asked["matches"][0]["headers"] = [{"type": "Exact", "name": "X-Canary", "value": "always"}]
    assert by_host([route("a", HOST, [asked, WEB])], [route("a", HOST, [WEB, asked])])


def test_routes_with_one_match_keep_the_order_of_their_names() -> None:
    wanted = pair(WEB, API)
    assert by_host(wanted, swapped(*wanted))
    renamed = copy.deepcopy(wanted)
    renamed[0]["metadata"]["name"], renamed[1]["metadata"]["name"] = "shop", "shop-b"
    assert by_host(wanted, renamed) is None


def test_routes_at_different_listeners_have_no_order() -> None:
    """A redirect for HTTP stands beside the route for HTTPS, whatever both are called."""
    wanted = pair(WEB, API, "http")
    wanted[0]["spec"]["parentRefs"][0]["sectionName"] = "https"
    assert by_host(wanted, swapped(*wanted)) is None
    del wanted[0]["spec"]["parentRefs"][0]["sectionName"]
    assert by_host(wanted, swapped(*wanted))


def test_rules_of_grpc_and_tls_keep_their_order() -> None:
    grpc = [{"matches": [{"method": {"type": "Exact", "service": name}}]} for name in ("a", "b")]
    assert by_host([route("a", HOST, grpc, "GRPCRoute")], [route("a", HOST, grpc[::-1], "GRPCRoute")])
    ends = [{"backendRefs": [{"group": "", "kind": "Service", "name": name, "port": 1, "weight": 1}]} for name in "ab"]
    assert by_host([route("a", HOST, ends, "TLSRoute")], [route("a", HOST, ends[::-1], "TLSRoute")])


def test_two_policies_of_one_kind_keep_the_order_of_their_names() -> None:
    wanted = [route("a", HOST, [WEB]), policy("p", ["a"], 30), policy("q", ["a"], 60)]
    assert by_host(wanted, [wanted[0], *swapped(*wanted[1:])])


def test_a_policy_of_a_rule_is_none_of_its_route_nor_of_another_rule() -> None:
    rules = [{**rule("/x"), "name": "x"}, {**rule("/y"), "name": "y"}]
    renamed = [{**rules[0], "name": "one"}, {**rules[1], "name": "two"}]
    wanted = [route("a", HOST, rules), policy("p", ["a"], section="x")]
    assert by_host(wanted, [route("b", HOST, renamed), policy("q", ["b"], section="one")]) is None
    for section in ("", "y", "z"):
        assert by_host(wanted, [wanted[0], policy("p", ["a"], section=section)])


def test_a_policy_keeps_the_targets_that_are_no_route_of_the_render() -> None:
    first = route("a", HOST, [WEB])
    both = policy("p", ["a"])
    both["spec"]["targetRefs"].append({"group": first["apiVersion"].partition("/")[0], "kind": "Gateway", "name": "g"})
    apart = [policy("p", ["a"]), policy("q", ["g"], of="Gateway")]
    assert by_host([first, both], [first, *apart]) is None
    found = by_host([first, both], [first, apart[0]])
    assert found is not None
    assert "BackendTrafficPolicy apps/p should be there" in found.text


def test_a_policy_that_chooses_by_labels_stays_an_object() -> None:
    chosen = policy("p", ["a"])
    chosen["spec"]["targetSelectors"] = [{"kind": "HTTPRoute", "matchLabels": {"app": "web"}}]
    wanted = [route("a", HOST, [WEB]), chosen]
    other = copy.deepcopy(wanted)
    other[1]["spec"]["targetSelectors"][0]["matchLabels"] = {"app": "api"}
    assert by_host(wanted, wanted) is None
    assert by_host(wanted, other)


def test_a_policy_or_filter_of_nothing_is_an_object_to_compare() -> None:
    first = route("a", HOST, [WEB])
    for lone in (policy("p", ["elsewhere"]), filter_("f")):
        assert by_host([first, lone], [first, copy.deepcopy(lone)]) is None
        assert by_host([first], [first, lone])
        assert by_host([first, lone], [first])


def test_a_filter_that_is_not_there_is_never_equal_to_one_of_another_name() -> None:
    def asking(name: str) -> Object:
        reference = {"group": "gateway.envoyproxy.io", "kind": "HTTPRouteFilter", "name": name}
        return rule("/x", filters=[{"type": "ExtensionRef", "extensionRef": reference}])

    wanted = [route("a", HOST, [asking("f")])]
    assert by_host(wanted, copy.deepcopy(wanted)) is None
    found = by_host(wanted, [route("b", HOST, [asking("f")])])
    assert found is not None
    assert "refers to HTTPRouteFilter apps/f, which is not rendered" in found.text


def test_what_counts_by_its_name_keeps_it_and_is_still_compared() -> None:
    reference = {"group": "gateway.envoyproxy.io", "kind": "HTTPRouteFilter", "name": "f"}
    asking = rule("/x", filters=[{"type": "ExtensionRef", "extensionRef": reference}])
    wanted = [route("a", HOST, [asking]), filter_("f"), policy("p", ["a"])]
    old = [plain_key(item) for item in wanted]
    new = route("b", ["b.example.com"], [WEB])
    assert by_host([*wanted, new], [route("c", ["b.example.com"], [WEB]), *wanted], named=old) is None
    assert by_host(wanted, [route("b", HOST, [asking]), filter_("f"), policy("p", ["b"])], named=old)
    assert by_host(wanted, [wanted[0], filter_("f", 403), wanted[2]], named=old)
    assert by_host(wanted, [*wanted[:2], policy("p", ["a"], 60)], named=old)
    assert by_host(wanted, [*wanted[:2], policy("q", ["a"])], named=old)
    assert by_host(wanted, wanted[:2], named=old)


def test_a_second_object_of_one_name_is_seen() -> None:
    asking = rule("/x", filters=[{"type": "ExtensionRef", "extensionRef": {"kind": "HTTPRouteFilter", "name": "f"}}])
    asking["filters"][0]["extensionRef"]["group"] = "gateway.envoyproxy.io"
    wanted = [route("a", HOST, [asking]), filter_("f")]
    assert by_host(wanted, wanted) is None
    assert by_host(wanted, [*wanted, filter_("f", 403)])
    assert by_host(wanted, [*wanted, wanted[0]])


def test_hosts_with_other_rules_or_labels_are_no_group() -> None:
    wanted = [route("a", ["a.example.com"], [WEB]), route("b", ["b.example.com"], [WEB, rule("/y")])]
    assert by_host(wanted, [route("a", ["a.example.com", "b.example.com"], [WEB, rule("/y")])])
    labelled = [route("a", ["a.example.com"], [WEB]), route("b", ["b.example.com"], [WEB], labels={"app": "b"})]
    assert by_host(labelled, [route("a", ["a.example.com", "b.example.com"], [WEB])])


def test_any_host_is_no_host_of_its_own() -> None:
    assert by_host([route("a", [], [WEB])], [route("a", HOST, [WEB])])
    assert by_host([route("a", HOST, [WEB])], [route("a", [], [WEB])])


def test_a_route_without_rules_is_still_an_object() -> None:
    for kind in ("HTTPRoute", "GRPCRoute", "TLSRoute"):
        assert by_host([], [route("a", HOST, [], kind)])


def test_a_difference_says_host_path_and_pointer_and_whom_it_mirrors() -> None:
    wanted = [route("shop", HOST, [rule("/y"), WEB])]
    other = copy.deepcopy(wanted)
    other[0]["metadata"]["name"] = "other"
    other[0]["spec"]["rules"][1]["backendRefs"][0]["port"] = 81
    found = by_host(wanted, other)
    assert found is not None
    assert found.pointer == "/spec/rules/1/backendRefs/0/port"
    assert found.text.startswith(
        "HTTPRoute apps/shop (for a.example.com, PathPrefix /x) (rendered as HTTPRoute apps/other): /spec/rules/1/"
    )
    assert found.text.endswith("wanted 80, rendered 81")
    assert found.wanted is not None
    told = by_host(wanted, other, mirrors={found.wanted: "apps/shop"})
    assert told is not None
    assert told.ingress == "apps/shop"


def test_the_value_of_an_annotation_or_header_is_not_told() -> None:
    secret = {"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "X-Key", "value": "s3cret"}]}}
    wanted = [route("a", HOST, [rule("/x", filters=[secret])])]
    wanted[0]["metadata"]["annotations"] = {"example.com/token": "t0ken"}
    header = ("spec", "rules", 0, "filters", 0, "requestHeaderModifier", "set", 0, "value")
    paths: tuple[tuple[str | int, ...], ...] = (("metadata", "annotations", "example.com/token"), header)
    for path in paths:
        other = copy.deepcopy(wanted)
        here: Any = other[0]
        for token in path[:-1]:
            here = here[token]
        here[path[-1]] = "another"
        found = by_host(wanted, other)
        assert found is not None
        assert "s3cret" not in found.text
        assert "t0ken" not in found.text
        assert "another" not in found.text
