"""The rules about Envoy Gateway's kinds and about BackendTLSPolicy that no type of a field can state."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from crds.envoy_samples import security_policy
from crds.parts import META
from crds.refusal import refused
from gatelift.manifests import envoy_gateway as eg
from gatelift.manifests import gateway_api as gw
from gatelift.manifests import shape
from gatelift.manifests.checks import checked, problems_of

CIDRS = ["10.0.0.0/8", "10.0.0.1/8", "0.0.0.0/0", "2001:db8::/32", "::/0", "::ffff:1.2.3.4/120"]
NO_CIDRS = ["", "10.0.0.1", "10.0.0.0/33", "x10.0.0.0/8", "10.0.0.0/8y", "10.0.0.0/255.0.0.0", "010.0.0.0/8"]
NO_CIDRS += ["1::2::3/8", "fe80::%1/64", "10.0.0.0/8\n", "\u06610.0.0.0/8"]


def allowing(principal: eg.Principal) -> eg.SecurityPolicy:
    allow = eg.AuthorizationRule(action="Allow", principal=principal)
    spec = replace(security_policy().spec, authorization=eg.Authorization(default_action="Deny", rules=(allow,)))
    return eg.SecurityPolicy(metadata=META, spec=spec)


@pytest.mark.parametrize("cidr", CIDRS)
def test_a_cidr_passes(cidr: str) -> None:
    checked(allowing(eg.Principal(client_cidrs=(cidr,))))


@pytest.mark.parametrize("cidr", NO_CIDRS)
def test_a_text_that_is_no_cidr_is_refused_though_the_crd_may_take_it(cidr: str) -> None:
    assert refused(allowing(eg.Principal(client_cidrs=(cidr,))))
    assert problems_of(eg.XForwardedFor(trusted_cidrs=(cidr,)))
    assert problems_of(eg.SourceCIDRSelector(type="Exact", value=cidr, invert=False))


def test_a_rule_about_nobody_is_refused() -> None:
    assert "at least one of" in refused(allowing(eg.Principal()))[0]


def test_a_policy_takes_only_the_targets_it_knows() -> None:
    spec = replace(security_policy().spec, target_refs=(gw.target_of(shape.SERVICE, "api"),))
    assert refused(eg.SecurityPolicy(metadata=META, spec=spec)) == [
        "/spec/targetRefs/0/group: must be gateway.networking.k8s.io",
        "/spec/targetRefs/0/kind: must be one of GRPCRoute, Gateway, HTTPRoute, TCPRoute",
    ]
    assert refused(eg.SecurityPolicy(metadata=META, spec=replace(spec, target_refs=())))


def test_the_merge_that_no_policy_accepts_is_refused() -> None:
    spec = replace(security_policy().spec, merge_type="Replace")
    assert refused(eg.SecurityPolicy(metadata=META, spec=spec))


def test_a_client_policy_targets_gateways_and_listener_sets_only() -> None:
    def policy(kind: shape.Kind) -> eg.ClientTrafficPolicy:
        spec = eg.ClientTrafficPolicySpec(target_refs=(gw.target_of(kind, "shared"),))
        return eg.ClientTrafficPolicy(metadata=META, spec=spec)

    checked(policy(shape.GATEWAY))
    checked(policy(shape.LISTENER_SET))
    assert refused(policy(shape.HTTP_ROUTE))


def tls(**fields: Any) -> list[str]:
    return problems_of(eg.BackendTLSSettings(**{"insecure_skip_verify": False} | fields))


def test_unverified_tls_and_certificates_exclude_each_other() -> None:
    assert tls(insecure_skip_verify=True) == []
    assert tls(well_known_ca_certificates="System") == []
    assert tls(insecure_skip_verify=True, well_known_ca_certificates="System")


def test_tls_versions_must_be_a_range() -> None:
    assert tls(min_version="1.2", max_version="1.2") == []
    assert tls(min_version="Auto", max_version="1.0") == []
    assert tls(max_version="Auto") == []
    assert tls(max_version="1.1")
    assert tls(min_version="1.3", max_version="1.2")
    assert tls(min_version="1.3", ciphers=("x",))


def test_endpoints_with_and_without_names_do_not_mix() -> None:
    named = eg.BackendEndpoint(fqdn=eg.FQDNEndpoint(hostname="a.b", port=1))
    numbered = eg.BackendEndpoint(ip=eg.IPEndpoint(address="10.0.0.1", port=1))
    both = eg.BackendEndpoint(fqdn=named.fqdn, ip=numbered.ip)
    assert problems_of(eg.BackendSpec(type="Endpoints", endpoints=(named, named))) == []
    assert problems_of(eg.BackendSpec(type="Endpoints", endpoints=(named, numbered)))
    assert problems_of(eg.BackendSpec(type="Endpoints", endpoints=(both,)))
    assert problems_of(eg.BackendSpec(type="Endpoints", endpoints=(eg.BackendEndpoint(),)))


def test_the_clients_address_comes_from_one_place() -> None:
    hops = eg.XForwardedFor(num_trusted_hops=1)
    header = eg.CustomHeaderDetection(name="X-Real-IP")
    assert problems_of(eg.ClientIPDetection(x_forwarded_for=hops)) == []
    assert problems_of(eg.ClientIPDetection(custom_header=header)) == []
    assert problems_of(eg.ClientIPDetection(x_forwarded_for=hops, custom_header=header))
    assert problems_of(eg.XForwardedFor())
    assert problems_of(eg.XForwardedFor(num_trusted_hops=1, trusted_cidrs=("10.0.0.0/8",)))


def test_external_authentication_asks_one_known_service_at_one_path() -> None:
    to = eg.ExtAuthBackendRef(group="", kind="Service", name="a", port=1, weight=1)
    assert problems_of(eg.HTTPExtAuthService(backend_refs=(to,), path="/a")) == []
    assert problems_of(eg.HTTPExtAuthService(backend_refs=(to,), path="/a", path_override="/b"))
    assert problems_of(eg.HTTPExtAuthService(backend_refs=()))
    assert problems_of(replace(to, kind="Pod"))
    assert problems_of(replace(to, group="apps", kind="Service"))


def test_certificates_to_verify_with_come_from_one_place() -> None:
    reference = gw.LocalObjectReference(group="", kind="ConfigMap", name="ca")

    def validation(**fields: Any) -> list[str]:
        return problems_of(gw.BackendTLSPolicyValidation(hostname="a", **fields))

    assert validation(ca_certificate_refs=(reference,)) == []
    assert validation(well_known_ca_certificates="System") == []
    assert validation()
    assert validation(ca_certificate_refs=(reference,), well_known_ca_certificates="System")


def test_a_rate_limit_selector_must_select() -> None:
    methods = (eg.MethodSelector(value="GET", invert=False),)
    assert problems_of(eg.RateLimitSelector(methods=methods)) == []
    assert problems_of(eg.RateLimitSelector())


def test_an_overridden_answer_is_a_response_or_a_redirect() -> None:
    match = eg.CustomResponseMatch(status_codes=(eg.StatusCodeValue(value=404),))
    redirect = eg.CustomRedirect(hostname="a", status_code=302)
    assert problems_of(eg.ResponseOverride(match=match, redirect=redirect)) == []
    assert problems_of(eg.ResponseOverride(match=match))
    assert problems_of(eg.ResponseOverride(match=match, redirect=redirect, response=eg.CustomResponse()))


def test_a_range_of_statuses_ends_after_its_start() -> None:
    assert problems_of(eg.StatusCodeBounds(start=500, end=501)) == []
    assert problems_of(eg.StatusCodeBounds(start=500, end=500))


@pytest.mark.parametrize("kind", ["Secret", "configMap"])
def test_a_body_stands_in_a_config_map(kind: str) -> None:
    reference = gw.LocalObjectReference(group="", kind=kind, name="page")
    assert problems_of(eg.ValueRefBody(value_ref=reference)) == ["/valueRef/kind: must be ConfigMap"]
