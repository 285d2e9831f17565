"""What the READMEs of the cases claim of backends, canaries and settings, said once more in code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from case_outcome import Run, runner


@pytest.fixture
def outcome(tmp_path: Path) -> Run:
    return runner(tmp_path)


def test_a_named_port_becomes_a_number_or_nothing(outcome: Run) -> None:
    found = outcome("named-ports")
    assert found.names() == ["resolved"]
    assert found.spec("resolved")["rules"][0]["backendRefs"][0]["port"] == 8080


def test_an_authorization_service_in_another_namespace_is_granted_and_fails_closed(outcome: Run) -> None:
    found = outcome("external-auth-elsewhere")
    auth = found.spec("app", "SecurityPolicy")["extAuth"]
    assert auth["failOpen"] is False
    assert auth["http"]["pathOverride"] == "/oauth2/auth"
    (grant,) = [item for item in found.items if item["kind"] == "ReferenceGrant"]
    assert grant["metadata"]["namespace"] == "auth"
    assert grant["spec"]["to"] == [{"group": "", "kind": "Service", "name": "oauth2-proxy"}]
    assert ("app.example.com", "/portal") not in set(found.open_paths())


def test_a_service_that_may_decide_by_the_url_is_not_asked_without_it(outcome: Run) -> None:
    found = outcome("external-auth-undecided")
    assert found.names("SecurityPolicy") == []
    assert [found.status(f"app/{name}") for name in ("app", "portal")] == [("withheld", True)] * 2
    assert set(found.open_paths()) == {("app.example.com", "/")}
    for key in ("auth-url", "auth-signin", "auth-signin-redirect-param"):
        assert found.said("app/portal", key) == "refused"


def test_one_line_answers_all_that_an_authorization_service_leaves_open(outcome: Run) -> None:
    decided = outcome("external-auth-undecided", "--config", "decided.yaml")
    assert decided.names("SecurityPolicy") == ["app", "portal"]
    assert decided.spec("portal", "SecurityPolicy")["extAuth"]["http"]["pathOverride"] == "/"


def test_a_canary_by_weight_is_a_second_backend_of_its_own_place_only(outcome: Run) -> None:
    found = outcome("canary-weight")
    first, second = found.spec("web")["rules"]
    assert [(item["name"], item["weight"]) for item in first["backendRefs"]] == [("web", 80), ("web-next", 20)]
    assert [item["name"] for item in second["backendRefs"]] == ["web"]
    assert found.said("app/web-canary", "proxy-read-timeout") == "inert"
    assert found.names("BackendTrafficPolicy") == []


def test_variants_of_a_canary_keep_the_path_and_come_before_the_plain_rule(outcome: Run) -> None:
    found = outcome("canary-kinds")
    expected = {"web": 2, "web-value-example-com": 1, "web-pattern-example-com": 1, "web-cookie-example-com": 2}
    for name, variants in expected.items():
        rules = found.spec(name)["rules"]
        assert ["headers" in rule["matches"][0] for rule in rules] == [True] * variants + [False]
        assert set(found.paths(name)) == {("PathPrefix", "/")}
    assert found.said("app/by-value", "canary-by-header-pattern") == "inert"


def test_a_canary_never_stands_alone(outcome: Run) -> None:
    found = outcome("canary-without-main")
    assert found.items == []


def test_open_cors_does_not_allow_credentials(outcome: Run) -> None:
    found = outcome("cors")
    (everybody,) = found.filters("open", "CORS")
    assert everybody["cors"]["allowCredentials"] is False
    assert everybody["cors"]["maxAge"] == 1728000
    (named,) = found.filters("named", "CORS")
    assert named["cors"]["allowCredentials"] is True
    assert found.filters("dormant", "CORS") == []
    assert found.said("app/dormant", "cors-allow-origin") == "inert"


def test_durations_are_ones_that_gateway_api_takes(outcome: Run) -> None:
    policy = outcome("timeouts-and-retries").spec("slow", "BackendTrafficPolicy")
    assert policy["timeout"] == {"tcp": {"connectTimeout": "10s"}, "http": {"streamIdleTimeout": "48h"}}
    assert policy["retry"]["numRetries"] == 1


@pytest.mark.parametrize(
    ("case", "code", "limit"),
    [("body-size-undecided", 2, None), ("body-size-omit", 0, None), ("body-size-buffer", 0, "8Mi")],
)
def test_the_size_of_bodies_is_as_decided(case: str, code: int, limit: str | None, outcome: Run) -> None:
    found = outcome(case)
    assert found.code == code
    policies = found.names("BackendTrafficPolicy")
    assert ("upload" in policies) is (limit is not None)
    if limit:
        assert found.spec("upload", "BackendTrafficPolicy")["requestBuffer"] == {"limit": limit}


def test_a_secret_of_another_namespace_is_not_read(outcome: Run) -> None:
    found = outcome("basic-auth")
    assert found.items == []
    assert "never-show" not in json.dumps(found.report) + found.stderr


def test_a_service_port_gets_one_policy_of_a_kind(outcome: Run) -> None:
    found = outcome("https-backend-system")
    assert len(found.names("BackendTLSPolicy")) == 1


def test_grpc_is_a_grpcroute_only_on_a_host_of_its_own(outcome: Run) -> None:
    assert outcome("grpc-alone").names("GRPCRoute") == ["echo", "plain"]


def test_grpc_beside_http_is_an_httproute_to_a_backend_that_speaks_h2c(outcome: Run) -> None:
    found = outcome("grpc-mixed")
    assert found.names("GRPCRoute") == []
    (backend,) = [item for item in found.items if item["kind"] == "Backend"]
    assert backend["spec"]["appProtocols"] == ["gateway.envoyproxy.io/h2c"]


def test_deny_is_asked_before_allow_and_every_route_is_targeted(outcome: Run) -> None:
    policy = outcome("access-lists").spec("office", "SecurityPolicy")
    assert policy["authorization"]["defaultAction"] == "Deny"
    assert [rule["action"] for rule in policy["authorization"]["rules"]] == ["Deny", "Allow"]
    assert [target["name"] for target in policy["targetRefs"]] == ["office", "office-b-example-com"]
    assert policy["mergeType"] == "StrategicMerge"


def test_rules_of_one_path_are_never_parted(outcome: Run) -> None:
    found = outcome("split-at-limits")
    assert [len(found.spec(name)["rules"]) for name in found.names()] == [14, 6]
    assert [name for name in found.names() if ("PathPrefix", "/p15") in found.paths(name)] == ["many-part-2"]


def test_grants_of_two_namespaces_are_two_objects(outcome: Run) -> None:
    found = outcome("names")
    grants = [item["spec"]["from"][0]["namespace"] for item in found.items if item["kind"] == "ReferenceGrant"]
    assert sorted(grants) == ["team", "team-a"]


def test_settings_of_the_controller_change_redirects_headers_and_trust(outcome: Run) -> None:
    found = outcome("configmap-client-address")
    (redirect,) = found.filters("web-redirect", "RequestRedirect")
    assert redirect["requestRedirect"]["statusCode"] == 301
    trust = found.spec("shared-client-address", "ClientTrafficPolicy")["clientIPDetection"]
    assert trust == {"xForwardedFor": {"trustedCIDRs": ["10.1.0.0/16", "10.2.0.0/16"]}}


def test_tls_is_passed_through_only_on_a_host_of_its_own(outcome: Run) -> None:
    found = outcome("passthrough")
    assert found.names("TLSRoute") == ["vault-tls"]
    assert found.sections("vault") == [80]
    assert found.status("app/shared-host") == ("withheld", True)


def test_what_does_nothing_today_is_inert_and_changes_nothing(outcome: Run) -> None:
    found = outcome("inert-today")
    assert found.code == 0
    assert found.report["summary"]["entries"]["inert"] == 13
    assert found.report["summary"]["objects"] == {"HTTPRoute": 1}
    assert "filters" not in found.spec("sleepy")["rules"][0]


def test_the_global_authorization_service_stands_before_whom_nginx_puts_it(outcome: Run) -> None:
    found = outcome("configmap-global-auth")
    assert sorted(found.names("SecurityPolicy")) == ["own", "web"]
    assert found.spec("web", "SecurityPolicy")["extAuth"]["http"]["headersToBackend"] == ["X-Auth-User", "X-Auth-Email"]
    assert found.spec("own", "SecurityPolicy")["extAuth"]["http"]["backendRefs"][0]["name"] == "mine"
    assert found.status("app/mixed") == ("withheld", True)
    assert {host for host, _ in found.open_paths()} == {
        "app.example.com",
        "www.example.com",
        "own.example.com",
        "acme.example.com",
    }


def test_headers_of_the_controller_are_on_every_route_and_blocked_networks_where_nginx_asks_them(outcome: Run) -> None:
    found = outcome("configmap-headers")
    for name in ("web", "office"):
        (request,) = found.filters(name, "RequestHeaderModifier")
        assert request["requestHeaderModifier"] == {
            "set": [{"name": "X-From", "value": "ingress"}],
            "remove": ["X-Debug"],
        }
    denied = found.spec("web", "SecurityPolicy")["authorization"]["rules"]
    assert [rule["action"] for rule in denied] == ["Deny"]
    allowed = found.spec("office", "SecurityPolicy")["authorization"]["rules"]
    assert [rule["action"] for rule in allowed] == ["Allow"]


def test_a_found_controller_changes_nothing_and_a_named_one_does(outcome: Run) -> None:
    (header,) = outcome("controller-found").filters("web", "ResponseHeaderModifier")
    assert "max-age=31536000" in str(header)
    found = outcome("controller-named")
    (header,) = found.filters("web", "ResponseHeaderModifier")
    assert "max-age=600" in str(header)
    assert found.names("SecurityPolicy") == ["web"]


def test_a_found_controller_that_restricts_withholds_what_it_may_serve(outcome: Run) -> None:
    found = outcome("controller-found-restricts")
    assert found.status("app/reports") == ("withheld", True)
    settings = {(item["ingress"], item["pointer"]): item["disposition"] for item in found.report["ledger"]}
    assert settings["app/reports", "configmap:global-auth-url"] == "refused"
    assert ("app.example.com", "/reports") not in set(found.open_paths())
    assert found.status("app/public") == ("converted", True)
    assert settings["app/public", "configmap:block-user-agents"] == "differs"
    assert found.status("app/inner") == ("converted", False)
