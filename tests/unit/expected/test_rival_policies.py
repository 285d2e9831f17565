"""A policy of somebody else's on the routes that ours is for: Envoy Gateway takes the older one of two (T39)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gatelift.config.model import Listeners, Phase
from support.conversion import Conversion, Setup, convert

LIST = "allowlist-source-range"
COEXIST = Setup(phase=Phase.COEXIST)
ROUTE = "targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: web}]"
CORS = "cors: {allowOrigins: ['https://a.example.com']}"


def run(annotation: str, value: str, policy: str, setup: Setup = COEXIST) -> Conversion:
    """An Ingress ``shop/web`` with the label ``app: web`` beside ``policy``."""
    return convert(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  namespace: shop\n"
        f"  labels: {{app: web}}\n  annotations: {{nginx.ingress.kubernetes.io/{annotation}: '{value}'}}\n"
        "spec:\n  ingressClassName: nginx\n  rules:\n  - host: web.example.com\n    http:\n      paths:\n"
        "      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}\n---\n" + policy,
        setup,
    )


def policy(target: str, said: str = CORS, kind: str = "SecurityPolicy", namespace: str = "shop") -> str:
    return (
        f"apiVersion: gateway.envoyproxy.io/v1alpha1\nkind: {kind}\n"
        f"metadata: {{name: theirs, namespace: {namespace}}}\nspec:\n  {target}\n  {said}\n"
    )


def withheld(found: Conversion) -> str:
    (change,) = found.result.changes
    return change.withheld.text if change.withheld is not None else ""


@pytest.mark.parametrize(
    "target",
    [
        ROUTE,
        ROUTE.replace("name: web", "name: web, sectionName: some-rule"),
        "targetRef: {group: gateway.networking.k8s.io, kind: HTTPRoute, name: web}",
        "targetSelectors: [{kind: HTTPRoute}]",
        "targetSelectors: [{kind: HTTPRoute, matchLabels: {app: web}}]",
        "targetSelectors: [{kind: HTTPRoute, matchExpressions: [{key: app, operator: Exists}]}]",
    ],
)
def test_what_may_take_the_place_of_a_restriction_withholds_the_route(target: str) -> None:
    found = run(LIST, "10.0.0.0/8", policy(target))
    assert "takes the older" in withheld(found)
    assert "shop/theirs" in withheld(found)
    assert found.emitted == []


@pytest.mark.parametrize(
    "theirs",
    [
        policy(ROUTE.replace("name: web", "name: other")),
        policy(ROUTE, namespace="other"),
        policy("targetSelectors: [{kind: HTTPRoute, matchLabels: {app: other}}]"),
        policy("targetSelectors: [{kind: GRPCRoute}]"),
        policy("targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: web}]"),
        policy(ROUTE, "retry: {numRetries: 2}", "BackendTrafficPolicy"),
        policy(
            ROUTE,
            "authorization: {defaultAction: Deny, rules: [{name: allow, action: Allow, principal: "
            "{clientCIDRs: [10.0.0.0/8]}}]}",
        ),
    ],
)
def test_what_leaves_the_restriction_alone_withholds_nothing(theirs: str) -> None:
    found = run(LIST, "10.0.0.0/8", theirs)
    assert withheld(found) == ""
    assert any(item["kind"] == "SecurityPolicy" for item in found.emitted)


def test_a_limit_on_requests_is_a_restriction() -> None:
    theirs = policy(ROUTE, "retry: {numRetries: 2}", "BackendTrafficPolicy")
    assert "takes the older" in withheld(run("limit-rps", "5", theirs))
    assert withheld(run("proxy-connect-timeout", "7", theirs)) == ""


ABOVE = "targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: shared}]"
RULE = "{name: a, action: Allow, principal: {clientCIDRs: [10.1.0.0/16]}}"
DENY = f"authorization: {{defaultAction: Deny, rules: [{RULE}]}}"
FROM_ALL = "targetSelectors: [{kind: Gateway, namespaces: {from: All}}]"
BASIC = "basicAuth: {users: {name: platform}}"
LIMIT = "rateLimit: {local: {rules: [{limit: {requests: 1, unit: Second}}]}}"
LABELLED = (
    "---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\n"
    "metadata: {name: shared, namespace: infra, labels: {tier: edge}}\nspec:\n  gatewayClassName: eg\n"
    "  listeners:\n  - {name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: a}]}, "
    "allowedRoutes: {namespaces: {from: All}}}\n"
)


@pytest.mark.parametrize(
    "target",
    [
        ABOVE,
        ABOVE.replace("shared}", "shared, sectionName: https}"),
        "targetRef: {group: gateway.networking.k8s.io, kind: Gateway, name: shared}",
        "targetSelectors: [{kind: Gateway}]",
        "targetSelectors: [{kind: Gateway, matchLabels: {tier: edge}}]",
    ],
)
@pytest.mark.parametrize("release", ["1.5", "1.7", "1.8", "1.9"])
def test_what_the_gateway_restricts_is_not_overruled_in_any_release(target: str, release: str) -> None:
    setup = replace(COEXIST, target=f"gatewayAPI=1.5,envoyGateway={release}")
    found = run("denylist-source-range", "10.0.0.0/8", policy(target, DENY, namespace="infra"), setup)
    assert withheld(found)
    if release in ("1.8", "1.9"):
        assert "under authorization" in withheld(found)
    assert [item for item in found.emitted if item["kind"] == "SecurityPolicy"] == []


@pytest.mark.parametrize(
    ("annotation", "value", "theirs", "field"),
    [
        (LIST, "10.0.0.0/8", policy(ABOVE, DENY, namespace="infra"), "authorization"),
        (
            LIST,
            "10.0.0.0/8",
            policy(FROM_ALL, DENY),
            "authorization",
        ),
        ("limit-rps", "5", policy(ABOVE, LIMIT, "BackendTrafficPolicy", "infra"), "rateLimit"),
    ],
)
def test_the_field_in_dispute_is_named(annotation: str, value: str, theirs: str, field: str) -> None:
    found = run(annotation, value, theirs)
    assert f"under {field}" in withheld(found)
    assert "theirs on Gateway infra/shared" in withheld(found)


def test_origins_that_a_policy_names_are_in_dispute_too() -> None:
    setup = replace(COEXIST, target="gatewayAPI=1.4,envoyGateway=1.8")
    assert "under cors" in withheld(run("enable-cors", "true", policy(ABOVE, CORS, namespace="infra"), setup))


@pytest.mark.parametrize(
    ("annotation", "value", "theirs"),
    [
        (LIST, "10.0.0.0/8", policy(ABOVE, BASIC, namespace="infra")),
        (LIST, "10.0.0.0/8", policy(ABOVE.replace("shared", "other"), DENY, namespace="infra")),
        (LIST, "10.0.0.0/8", policy(ABOVE, DENY, namespace="other")),
        (LIST, "10.0.0.0/8", policy("targetSelectors: [{kind: Gateway}]", DENY, namespace="other")),
        (LIST, "10.1.0.0/16", policy(ABOVE, DENY.replace("name: a,", "name: allow,"), namespace="infra")),
        ("proxy-connect-timeout", "7", policy(ABOVE, DENY, namespace="infra")),
        ("proxy-connect-timeout", "7", policy(ABOVE, LIMIT, "BackendTrafficPolicy", "infra")),
        (
            LIST,
            "10.0.0.0/8",
            policy("targetSelectors: [{kind: Gateway, matchLabels: {tier: core}}]", DENY, namespace="infra") + LABELLED,
        ),
    ],
)
def test_what_is_joined_with_the_gateways_withholds_nothing(annotation: str, value: str, theirs: str) -> None:
    assert withheld(run(annotation, value, theirs)) == ""


def test_a_listenerset_has_policies_as_well() -> None:
    theirs = policy("targetRefs: [{group: gateway.networking.k8s.io, kind: ListenerSet, name: web}]", DENY)
    setup = replace(
        COEXIST, target="gatewayAPI=1.5,envoyGateway=1.9", gateway="infra/shared", listeners=Listeners.LISTENERSET
    )
    assert "ListenerSet shop/web" in withheld(run(LIST, "10.0.0.0/8", theirs, setup))


FORWARDED = {"use-forwarded-headers": "true"}
ODD = {**FORWARDED, "forwarded-for-header": "CF-Connecting-IP", "proxy-real-ip-cidr": "10.1.0.0/16"}
ON_GATEWAY = "targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: shared}]"
DETECTS = "clientIPDetection: {customHeader: {name: CF-Connecting-IP}}"


def client(said: str, target: str = ON_GATEWAY) -> str:
    return policy(target, said, "ClientTrafficPolicy", "infra")


@pytest.mark.parametrize(
    ("settings", "theirs"),
    [
        (FORWARDED, client("tls: {minVersion: '1.3'}")),
        (FORWARDED, client("tls: {minVersion: '1.3'}", ON_GATEWAY.replace("shared}", "shared, sectionName: https}"))),
        (FORWARDED, client("tls: {minVersion: '1.3'}", "targetSelectors: [{kind: Gateway}]")),
        ({"use-proxy-protocol": "true"}, client("tls: {minVersion: '1.3'}")),
        (ODD, ""),
    ],
)
@pytest.mark.parametrize("annotation", [LIST, "denylist-source-range"])
def test_no_list_sees_the_addresses_of_proxies(settings: dict[str, str], theirs: str, annotation: str) -> None:
    found = run(annotation, "10.0.0.0/8", theirs, replace(COEXIST, settings=settings))
    assert "those of the proxies" in withheld(found)
    assert found.emitted == []


@pytest.mark.parametrize(
    ("settings", "theirs", "accept"),
    [
        ({}, client("tls: {minVersion: '1.3'}"), ()),
        (FORWARDED, "", ()),
        (FORWARDED, client("tls: {minVersion: '1.3'}", ON_GATEWAY.replace("shared", "other")), ()),
        (ODD, client(DETECTS), ()),
        (ODD, "", ("use-forwarded-headers",)),
    ],
)
def test_a_list_that_sees_clients_is_written(settings: dict[str, str], theirs: str, accept: tuple[str, ...]) -> None:
    found = run(LIST, "10.0.0.0/8", theirs, replace(COEXIST, settings=settings, accept=accept))
    assert withheld(found) == ""


def test_what_asks_for_no_address_does_not_care_about_proxies() -> None:
    found = run("proxy-connect-timeout", "7", "", replace(COEXIST, settings=ODD))
    assert withheld(found) == ""
