"""Client certificates: written only where the listener is known and the only way in, and never half."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from gatelift.config.model import Listeners, Phase
from gatelift.expected.facts import Facts
from gatelift.intent.outcome import Disposition
from support.conversion import Conversion, Setup, convert

HOST = "admin.example.com"
ASKS = {"auth-tls-secret": "shop/clients"}
SECRET = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: clients, namespace: shop}\ndata: {ca.crt: YQ==}\n"  # noqa: S105 - a manifest
GATEWAY = """---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: shared, namespace: infra}
spec:
  gatewayClassName: eg
  listeners:
  - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
"""
ADMITS = "    allowedRoutes: {namespaces: {from: All}}\n"
OWN = f"""  - name: admin
    port: 443
    protocol: HTTPS
    hostname: {HOST}
    tls: {{certificateRefs: [{{name: a}}]}}
{ADMITS}"""
WILDCARD = f"""  - name: any
    port: 443
    protocol: HTTPS
    hostname: '*.example.com'
    tls: {{certificateRefs: [{{name: b}}]}}
{ADMITS}"""
WRITTEN = Setup(phase=Phase.COEXIST, gateway="infra/shared", listeners=Listeners.GATEWAY)
EXISTING = Setup(phase=Phase.COEXIST, gateway="infra/shared")


def ingress(
    name: str = "admin", annotations: Mapping[str, str] = ASKS, host: str = HOST, path: str = "/", tls: bool = True
) -> str:
    said = "".join(f'    nginx.ingress.kubernetes.io/{key}: "{value}"\n' for key, value in annotations.items())
    certificate = f"  tls: [{{hosts: ['{host}'], secretName: tls}}]\n" if tls else ""
    return (
        "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\n"
        f"metadata:\n  name: {name}\n  namespace: shop\n  annotations:\n    owner: me\n{said}"
        f"spec:\n  ingressClassName: nginx\n{certificate}  rules:\n  - host: '{host}'\n    http:\n      paths:\n"
        f"      - {{path: {path}, pathType: Prefix, backend: {{service: {{name: web, port: {{number: 80}}}}}}}}\n"
    )


def written(result: Conversion, kind: str) -> list[Any]:
    """The specs of a kind, of all Ingresses."""
    return [item["spec"] for change in result.result.changes for item in change.emitted if item["kind"] == kind]


def withheld(result: Conversion) -> dict[str, str]:
    """Name -> why, of the Ingresses that are withheld."""
    changes = result.result.changes
    return {change.ingress.ref.name: change.withheld.text for change in changes if change.withheld is not None}


def refusal(result: Conversion, name: str = "admin") -> str:
    """Why an Ingress is withheld, and what to do."""
    change = next(item for item in result.result.changes if item.ingress.ref.name == name)
    assert change.withheld is not None
    assert not written(result, "ClientTrafficPolicy")
    return f"{change.withheld.text} {change.withheld.todo}"


def test_the_listener_of_the_host_asks_and_the_routes_are_bound_to_it_alone() -> None:
    result = convert(ingress() + ingress("shop", {}, "shop.example.com") + SECRET, WRITTEN)
    assert withheld(result) == {}
    (policy,) = written(result, "ClientTrafficPolicy")
    section = "https-admin-example-com"
    assert [target["sectionName"] for target in policy["targetRefs"]] == [section]
    assert policy["tls"]["clientValidation"]["mode"] == "RequireAndVerify"
    assert policy["headers"]["earlyRequestHeaders"]["remove"] == [
        "ssl-client-cert",
        "ssl-client-verify",
        "ssl-client-subject-dn",
        "ssl-client-issuer-dn",
    ]
    forwarding = [
        spec
        for spec in written(result, "HTTPRoute")
        if HOST in spec["hostnames"] and any(rule.get("backendRefs") for rule in spec["rules"])
    ]
    assert [parent["sectionName"] for spec in forwarding for parent in spec["parentRefs"]] == [section]


@pytest.mark.parametrize("phase", [Phase.CUTOVER, Phase.RETIRE])
def test_every_phase_writes_the_same_policy(phase: Phase) -> None:
    text = ingress() + SECRET
    before = written(convert(text, WRITTEN), "ClientTrafficPolicy")
    assert written(convert(text, WRITTEN.at(phase)), "ClientTrafficPolicy") == before != []


def test_every_alias_of_the_host_has_its_own_policy() -> None:
    result = convert(ingress(annotations={**ASKS, "server-alias": "root.example.com"}) + SECRET, WRITTEN)
    sections = {policy["targetRefs"][0]["sectionName"] for policy in written(result, "ClientTrafficPolicy")}
    assert sections == {"https-admin-example-com", "https-root-example-com"}


def test_a_policy_on_a_listener_repeats_what_the_gateways_own_says() -> None:
    settings = {"use-forwarded-headers": "true", "proxy-real-ip-cidr": "10.0.0.0/8"}
    (policy,) = written(convert(ingress() + SECRET, replace(WRITTEN, settings=settings)), "ClientTrafficPolicy")
    assert policy["clientIPDetection"] == {"xForwardedFor": {"trustedCIDRs": ["10.0.0.0/8"]}}


@pytest.mark.parametrize(
    ("target", "validation"),
    [
        ("gatewayAPI=1.5,channel=standard,envoyGateway=1.8", {"mode": "VerifyIfGiven"}),
        ("gatewayAPI=1.4,channel=standard,envoyGateway=1.6", {"optional": True}),
    ],
)
def test_clients_without_a_certificate_come_in_only_where_that_is_asked_for(
    target: str, validation: dict[str, Any]
) -> None:
    text = ingress(annotations={**ASKS, "auth-tls-verify-client": "optional"}) + SECRET
    assert "clientCertificateHeader" in refusal(convert(text, replace(WRITTEN, target=target)))
    decided = replace(WRITTEN, target=target, decide={"clientCertificateHeader": "xfcc"})
    (policy,) = written(convert(text, decided), "ClientTrafficPolicy")
    assert validation.items() <= policy["tls"]["clientValidation"].items()
    assert policy["headers"]["xForwardedClientCert"] == {"mode": "SanitizeSet", "certDetailsToAdd": ["Subject"]}


def test_revoked_certificates_are_looked_at_or_the_target_is_too_old() -> None:
    text = ingress() + SECRET.replace("ca.crt: YQ==", "ca.crt: YQ==, ca.crl: YQ==")
    (policy,) = written(convert(text, WRITTEN), "ClientTrafficPolicy")
    assert policy["tls"]["clientValidation"]["crl"]["refs"][0]["name"] == "clients"
    old = replace(WRITTEN, target="gatewayAPI=1.3,channel=standard,envoyGateway=1.5")
    assert "Envoy Gateway 1.6" in refusal(convert(text, old))


def test_plain_http_is_no_way_in() -> None:
    for text in (ingress(tls=False), ingress(annotations={**ASKS, "ssl-redirect": "false"})):
        assert "plain HTTP" in refusal(convert(text + SECRET, WRITTEN))


@pytest.mark.parametrize(
    ("listeners", "why"),
    [
        ("", "no HTTPS listener"),
        (WILDCARD, "through any"),
        (OWN + WILDCARD, "through admin, any"),
        (OWN + WILDCARD.replace("    hostname: '*.example.com'\n", ""), "through admin, any"),
    ],
)
def test_a_listener_that_serves_others_too_asks_nobody(listeners: str, why: str) -> None:
    assert why in refusal(convert(ingress() + SECRET + GATEWAY + listeners, EXISTING))


@pytest.mark.parametrize("listeners", [Listeners.GATEWAY, Listeners.LISTENERSET])
def test_a_wildcard_above_the_host_is_another_way_in(listeners: Listeners) -> None:
    """A client names any host under it in the handshake, and the guarded one in its request."""
    setup = replace(WRITTEN, listeners=listeners, target="gatewayAPI=1.6,channel=standard,envoyGateway=1.9")
    above = ingress("any", {}, "*.example.com")
    assert "of *.example.com too" in refusal(convert(ingress() + above + SECRET, setup))
    plain = convert(ingress() + ingress("any", {}, "*.example.com", tls=False) + SECRET, setup)
    beside = convert(ingress() + ingress("any", {}, "*.example.org") + SECRET, setup)
    assert withheld(plain) == withheld(beside) == {}


def test_the_one_listener_of_the_very_host_asks() -> None:
    result = convert(ingress() + SECRET + GATEWAY + OWN, EXISTING)
    assert withheld(result) == {}
    (policy,) = written(result, "ClientTrafficPolicy")
    assert policy["targetRefs"][0]["sectionName"] == "admin"


POLICY = """---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ClientTrafficPolicy
metadata: {name: theirs, namespace: infra}
spec: {targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: shared}], http3: {}}
"""


def test_a_persons_policy_on_the_same_gateway_is_not_fought_over() -> None:
    assert "can have only one" in refusal(convert(ingress() + SECRET + GATEWAY + OWN + POLICY, EXISTING))
    elsewhere = POLICY.replace("name: shared", "name: another")
    assert withheld(convert(ingress() + SECRET + GATEWAY + OWN + elsewhere, EXISTING)) == {}


def test_what_has_to_be_written_by_hand_is_said_in_full() -> None:
    said = refusal(convert(ingress() + SECRET, EXISTING))
    for part in ('"kind":"ClientTrafficPolicy"', '"name":"shared"', '"name":"clients"', '"kind":"ReferenceGrant"'):
        assert part in said


def test_accepting_the_secret_accepts_what_goes_with_it() -> None:
    key = "nginx.ingress.kubernetes.io/auth-tls-secret"
    text = ingress(annotations={**ASKS, "auth-tls-verify-client": "on"}) + ingress("api", {}, path="/api") + SECRET
    assert set(withheld(convert(text, EXISTING))) == {"admin", "api"}
    result = convert(text, replace(EXISTING, accept=(key,)))
    assert withheld(result) == {}
    told = {entry.disposition for entry in result.result.entries if "auth-tls-" in entry.pointer}
    assert told == {Disposition.DIFFERS}


def test_whoever_shares_the_host_is_open_only_with_the_policy() -> None:
    refusing = {**ASKS, "auth-tls-match-cn": "CN=a"}
    for said in (refusing, {**ASKS, "enable-modsecurity": "true"}):
        result = convert(ingress(annotations=said) + ingress("api", {}, path="/api") + SECRET, WRITTEN)
        assert set(withheld(result)) == {"admin", "api"}
        assert not written(result, "ClientTrafficPolicy")


def test_ingresses_that_disagree_are_both_refused() -> None:
    other = SECRET.replace("name: clients", "name: others")
    text = ingress() + ingress("api", {"auth-tls-secret": "shop/others"}, path="/api") + SECRET + other
    assert "older" in refusal(convert(text, WRITTEN))
    assert "older" in refusal(convert(text, WRITTEN), "api")


def test_ingresses_that_agree_share_one_policy() -> None:
    result = convert(ingress() + ingress("api", path="/api") + SECRET, WRITTEN)
    assert withheld(result) == {}
    assert len(written(result, "ClientTrafficPolicy")) == 1


def test_a_canary_asks_for_the_whole_host() -> None:
    canary = ingress("canary", {**ASKS, "canary": "true", "canary-weight": "10"})
    result = convert(ingress(annotations={}) + canary + SECRET, WRITTEN)
    assert "only a canary" in refusal(result, "canary")
    assert set(withheld(result)) == {"admin", "canary"}
    assert withheld(convert(ingress() + canary + SECRET, WRITTEN)) == {}


def test_a_redirect_alone_does_not_lose_the_policy_that_others_need() -> None:
    away = ingress(annotations={**ASKS, "permanent-redirect": "https://www.example.com/"}, path="/old")
    result = convert(away + ingress("api", {}, path="/api") + SECRET, WRITTEN)
    assert withheld(result) == {}
    assert len(written(result, "ClientTrafficPolicy")) == 1


@pytest.mark.parametrize("secret", [SECRET, ""], ids=["seen", "unseen"])
def test_an_application_alone_knows_that_its_host_is_guarded_elsewhere(secret: str) -> None:
    text = ingress(annotations={**ASKS, "auth-tls-match-cn": "CN=a"}) + secret
    everything = convert(text + ingress("api", {}, path="/api"), WRITTEN)
    facts = everything.context.facts
    ((group, hosts),) = facts.hosts.items()
    places = tuple(place for place in hosts[HOST].places if place.ingress == "shop/admin")
    host = msgspec.structs.replace(hosts[HOST], withheld=places)
    given: Facts = msgspec.structs.replace(facts, hosts={group: {**hosts, HOST: host}})
    alone = convert(ingress("api", {}, path="/api"), replace(WRITTEN, facts=given))
    assert "restricts the whole host" in refusal(alone, "api")


def test_gateway_api_alone_is_told_which_fields() -> None:
    said = refusal(convert(ingress() + SECRET, replace(WRITTEN, target="standard")))
    assert "spec.tls.frontend.perPort" in said


@pytest.mark.parametrize(("version", "served"), [("1.8", False), ("1.9", True)])
def test_a_listener_set_can_ask_since_envoy_gateway_1_9(version: str, served: bool) -> None:
    target = f"gatewayAPI=1.5,channel=standard,envoyGateway={version}"
    result = convert(ingress() + SECRET, replace(WRITTEN, listeners=Listeners.LISTENERSET, target=target))
    if not served:
        assert "Envoy Gateway 1.9" in refusal(result)
        return
    (policy,) = written(result, "ClientTrafficPolicy")
    assert policy["targetRefs"][0]["kind"] == "ListenerSet"
    assert "namespace" not in policy["tls"]["clientValidation"]["caCertificateRefs"][0]
