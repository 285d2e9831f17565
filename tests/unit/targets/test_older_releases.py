"""What becomes of the same intent on older releases: another way with a word about it, or a refusal that names one."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import UNSET, UnsetType

from gatelift.annotations import registry
from gatelift.annotations.unit import case_context
from gatelift.config.gateway import GatewayRef
from gatelift.config.target import TargetSpec, parse_target
from gatelift.gateway.redirects import redirecting
from gatelift.intent.base import Intent, Risk
from gatelift.intent.outcome import Disposition, Note
from gatelift.intent.redirects import Location
from gatelift.intent.route import (
    Binding,
    Forward,
    Match,
    PathKind,
    PathMatch,
    Redirection,
    Role,
    RouteIntent,
    Rule,
    ServiceBackend,
)
from gatelift.intent.security import AuthEndpoint, ExternalAuth, RateLimit, SourceRanges
from gatelift.intent.traffic import BackendProtocol, BodyLimit, ClientAddress, Cors, Retries, Timeouts
from gatelift.manifests.client_traffic import ClientTrafficPolicy
from gatelift.manifests.references import target_of
from gatelift.manifests.security import SecurityPolicy
from gatelift.manifests.shape import HTTP_ROUTE, SECURITY_POLICY, Kind
from gatelift.targets.base import BackendPlan, Contribution, RouteView
from gatelift.targets.registry import resolve

OLDEST = parse_target("calico-3.30")
OLD = parse_target("calico-3.31")
DEFAULT = parse_target("calico-3.32")
ALONE = parse_target("gatewayAPI=1.4")
ENDPOINT = AuthEndpoint(scheme="http", host="auth", port=80, path="/check", namespace="shop")


def view(spec: TargetSpec, *on_gateway: Kind) -> RouteView:
    """An Ingress ``shop/web``, written for ``spec``; ``on_gateway``: kinds of policies that the Gateway has."""
    unit = registry.find("example.com/owner")
    assert unit is not None
    return RouteView(
        ingress=case_context(unit, unit.cases[0]).ingress,
        name=lambda suffix: f"web-{suffix}",
        ordinal=lambda suffix, content: suffix,
        services={},
        spec=spec,
        gateway_policies=frozenset(on_gateway),
    )


def made(intent: Intent, spec: TargetSpec) -> Contribution | Note:
    return resolve(spec).consumers[type(intent)](intent, view(spec))


@pytest.mark.parametrize(
    ("intent", "spec", "release"),
    [
        (RateLimit(per_second=5), OLDEST, "1.5"),
        (ExternalAuth(endpoint=ENDPOINT), OLD, "1.8"),
        (BodyLimit(limit=1), OLDEST, "proxyBodySize: omit"),
        (Timeouts(read=3600), OLD, "1.8"),
        (Cors(enabled=True), ALONE, "upgrade"),
    ],
)
def test_what_an_older_release_lacks_is_refused_with_a_way_out(intent: Intent, spec: TargetSpec, release: str) -> None:
    found = made(intent, spec)
    assert isinstance(found, Note)
    assert found.disposition is Disposition.REFUSED
    assert release in found.todo
    assert found.risk is intent.risk


@pytest.mark.parametrize("signin", ["/", UNSET])
def test_clients_do_not_choose_what_the_authorization_service_is_asked(signin: str | UnsetType) -> None:
    """Under the path of the request it may answer for everybody, as most do under /healthz."""
    anywhere = msgspec.structs.replace(ENDPOINT, path="/")
    found = made(ExternalAuth(endpoint=anywhere, signin=signin), OLD)
    assert isinstance(found, Note)
    assert (found.disposition, found.risk) == (Disposition.REFUSED, Risk.SECURITY)
    assert "path of the request" in found.text
    newer = made(ExternalAuth(endpoint=anywhere, signin=signin), DEFAULT)
    assert isinstance(newer, Contribution)
    assert newer.security["ext_auth"].http.path_override == "/"


def test_a_short_idle_timeout_is_lost_and_said_where_no_route_has_one() -> None:
    found = made(Timeouts(connect=3, read=60), OLD)
    assert isinstance(found, Contribution)
    assert found.traffic["timeout"].http is UNSET
    assert found.traffic["timeout"].tcp.connect_timeout == "3s"
    assert "five minutes" in "".join(note.text for _, note in found.notes)


def test_cors_belongs_to_the_policy_before_it_is_a_standard_filter() -> None:
    found = made(Cors(enabled=True, origins=("https://a.example.com",)), OLD)
    assert isinstance(found, Contribution)
    assert not found.filters
    assert found.security["cors"].allow_origins == ("https://a.example.com",)
    assert found.security["cors"].max_age == "480h"
    newer = made(Cors(enabled=True), DEFAULT)
    assert isinstance(newer, Contribution)
    assert newer.filters
    assert not newer.security


def test_retries_leave_out_a_trigger_that_the_release_lacks() -> None:
    found, newer = made(Retries(conditions=("error",)), OLDEST), made(Retries(conditions=("error",)), OLD)
    assert isinstance(found, Contribution)
    assert isinstance(newer, Contribution)
    assert found.traffic["retry"].retry_on.triggers == ("connect-failure", "refused-stream")
    assert "reset-before-request" in newer.traffic["retry"].retry_on.triggers


@pytest.mark.parametrize(("spec", "merges"), [(OLDEST, False), (OLD, False), (DEFAULT, True)])
def test_a_policy_says_that_it_joins_the_gateways_where_it_can(spec: TargetSpec, merges: bool) -> None:
    target = resolve(spec)
    found = made(SourceRanges(allow=("10.0.0.0/8",)), spec)
    assert isinstance(found, Contribution)
    (policy,) = target.policies({}, found.security, (target_of(HTTP_ROUTE, "web"),), view(spec))
    assert isinstance(policy, SecurityPolicy)
    assert (policy.spec.merge_type == "StrategicMerge") is merges
    said = target.replaces(SECURITY_POLICY, view(spec))
    assert (said is None) is merges


def test_a_policy_that_would_take_the_place_of_one_that_was_seen_is_refused() -> None:
    said = resolve(OLD).replaces(SECURITY_POLICY, view(OLD, SECURITY_POLICY))
    assert said is not None
    assert said.disposition is Disposition.REFUSED
    assert said.risk.withholds


def test_unverified_tls_to_the_backend_needs_a_release_that_has_it() -> None:
    ref, https = ServiceBackend("shop", "web", 443), BackendProtocol(protocol="HTTPS")
    assert isinstance(resolve(OLDEST).backend(ref, https, view(OLDEST)), Note)
    assert isinstance(resolve(OLD).backend(ref, https, view(OLD)), BackendPlan)


@pytest.mark.parametrize(("spec", "field"), [(OLDEST, "enable_proxy_protocol"), (DEFAULT, "proxy_protocol")])
def test_the_proxy_protocol_is_said_as_the_release_has_it(spec: TargetSpec, field: str) -> None:
    client = resolve(spec).client
    assert client is not None
    found = client(ClientAddress(proxy_protocol=True), GatewayRef(name="public", namespace="infra"), spec)
    assert not isinstance(found, Note)
    (policy,) = found
    assert isinstance(policy, ClientTrafficPolicy)
    assert getattr(policy.spec, field) is not UNSET
    assert {"enable_proxy_protocol", "proxy_protocol"} - {field} == {
        name for name in ("enable_proxy_protocol", "proxy_protocol") if getattr(policy.spec, name) is UNSET
    }


@pytest.mark.parametrize(("code", "instead"), [(308, 301), (307, 302), (303, 302), (301, 301), (302, 302)])
def test_redirects_are_301_and_302_before_the_others_are_there(code: int, instead: int) -> None:
    everything = (Match(PathMatch(PathKind.PREFIX, "/")),)
    backend = Rule(everything, Forward((ServiceBackend("shop", "web", 80),)))
    route = RouteIntent(
        ingress=view(OLD).ingress.ref,
        role=Role.HTTPS_REDIRECT,
        host="shop.example.com",
        hostnames=("shop.example.com",),
        binding=Binding.HTTP,
        rules=(Rule(everything, Redirection(Location(scheme="https"), code)), backend),
    )
    old, notes = redirecting(route, view(OLD))
    action = old.rules[0].action
    assert isinstance(action, Redirection)
    assert action.code == instead
    assert [subject for subject, _ in notes] == ([] if code == instead else ["/host"])
    assert old.rules[1] == backend
    assert redirecting(route, view(DEFAULT)) == (route, ())
