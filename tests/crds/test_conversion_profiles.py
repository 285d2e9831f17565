"""What a conversion writes for a profile, against the resource definitions of that very profile.

The API server would take every object as it stands: no field is unknown to it, no rule is broken, no default is added.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from crds.catalog import Profile, released
from crds.harness import defaults_change_nothing, validate
from gatelift.annotations.unit import NGINX, Case, Translated
from gatelift.config.model import Listeners, Phase
from gatelift.config.target import GatewayAPI, parse_target
from support.catalogue import Input, chosen_profiles, examples_of_units, ingress, input_of, rule
from support.conversion import Conversion, Setup

pytestmark = pytest.mark.crds

PROFILES = chosen_profiles()


def wrong(found: Conversion, profile: Profile) -> Iterator[str]:
    for item in found.emitted:
        plain: dict[str, Any] = dict(item)
        try:
            problems = validate(plain, profile)
        except KeyError as error:
            problems = [str(error)]
        yield from problems
        if not problems and not defaults_change_nothing(plain, profile):
            yield f"{item['kind']} {item['metadata']['name']}: the API server adds defaults"


@pytest.mark.parametrize("target", PROFILES)
def test_each_case_of_each_unit_becomes_what_the_profile_takes(target: str) -> None:
    profile = released(parse_target(target))
    inputs = {str(example): input_of(example, target) for example in examples_of_units()}
    found = {name: list(wrong(given.converted(), profile)) for name, given in inputs.items()}
    assert {name: problems for name, problems in found.items() if problems} == {}


AUTH = "http://auth.team.svc.cluster.local/check"
TOGETHER: dict[str, dict[str, str]] = {
    "everything that restricts": {
        "auth-url": AUTH,
        "auth-response-headers": "X-User, X-Groups",
        "auth-signin": "https://sso.example.com/start",
        "whitelist-source-range": "10.0.0.0/8, 2001:db8::/32",
        "denylist-source-range": "10.1.0.0/16",
        "limit-rps": "10",
        "limit-allowlist": "10.2.0.0/16",
    },
    "a service that is asked under / and a list": {
        "auth-url": "http://auth.team.svc.cluster.local/",
        "whitelist-source-range": "10.0.0.0/8",
    },
    "a service outside": {"auth-url": "https://auth.example.org/", "proxy-body-size": "0"},
    "a password, timeouts and retries": {
        "auth-type": "basic",
        "auth-secret": "users",
        "proxy-read-timeout": "120",
        "proxy-connect-timeout": "3",
        "proxy-next-upstream": "error timeout",
        "proxy-next-upstream-tries": "2",
    },
    "cors, headers and another host for the backend": {
        "enable-cors": "true",
        "cors-allow-origin": "https://app.example.com, https://*.example.org",
        "cors-max-age": "600",
        "upstream-vhost": "internal.example.com",
    },
    "cors for everybody": {"enable-cors": "true", "cors-allow-credentials": "false"},
    "a rewrite by expression": {"rewrite-target": "/$2", "use-regex": "true", "x-forwarded-prefix": "/app"},
    "redirects": {"app-root": "/start", "from-to-www-redirect": "true", "force-ssl-redirect": "true"},
    "a permanent redirect": {"permanent-redirect": "https://new.example.com/x", "permanent-redirect-code": "308"},
    "a sticky session over TLS": {
        "affinity": "cookie",
        "session-cookie-name": "route",
        "session-cookie-max-age": "3600",
        "backend-protocol": "HTTPS",
        "load-balance": "ewma",
    },
    "gRPC with a limit": {"backend-protocol": "GRPC", "limit-rpm": "60", "proxy-body-size": "8m"},
    "a client certificate": {"auth-tls-secret": "shop/clients", "auth-tls-verify-client": "on"},
    "passthrough": {"ssl-passthrough": "true"},
}
DECIDED = {
    "authUrl": "session",
    "authSignin": "authService",
    "basicAuthSecret": "{secret}-htpasswd",
    "proxyBodySize": "buffer",
    "backendTLS": "insecure",
}
CANARY = {"canary": "true", "canary-weight": "20", "canary-by-header": "X-Canary", "canary-by-cookie": "canary"}


def company(annotations: dict[str, str], setup: Setup) -> Input:
    """An Ingress with ``annotations``, its canary, and one in another namespace, on its host if that can be."""
    places = ("/app(/|$)(.*)", "ImplementationSpecific") if "use-regex" in annotations else ("/", "Prefix")
    # A host that asks for certificates has no wildcard above it: that one's listener would let its clients in.
    hosts = ["shop.example.com"] if "auth-tls-secret" in annotations else ["shop.example.com", "*.example.com"]
    main = ingress("web", prefixed(annotations), [rule(host, [places]) for host in hosts])
    canary = ingress("web-canary", prefixed(CANARY), [rule("shop.example.com", [places], "alt")])
    host = "other.org" if "ssl-passthrough" in annotations else "shop.example.com"
    other = ingress(
        "api", prefixed({"denylist-source-range": "192.0.2.0/24"}), [rule(host, [("/api", "Exact")])], "team"
    )
    mains = (main,) if "ssl-passthrough" in annotations else (main, canary)
    return Input((*mains, other), (Case(value="", expect=Translated(), secrets=CA),), setup)


CA = {"shop/clients": frozenset({"ca.crt"}), "shop/users-htpasswd": frozenset({".htpasswd"})}


def prefixed(annotations: dict[str, str]) -> dict[str, str]:
    return {NGINX + name: value for name, value in annotations.items()}


def setups(target: str) -> Iterator[Setup]:
    """Every listener mode that the target has, in ``retire``, where most is written."""
    flags = ("--enable-ssl-passthrough",)
    for mode in Listeners:
        if mode is Listeners.LISTENERSET and parse_target(target).understood < GatewayAPI.V1_5:
            continue
        gateway = "infra/shared/https" if mode is Listeners.EXISTING else "infra/shared"
        yield Setup(target, Phase.RETIRE, gateway, flags=flags, decide=DECIDED, listeners=mode)


@pytest.mark.parametrize("target", PROFILES)
def test_settings_in_company_become_what_the_profile_takes(target: str) -> None:
    profile = released(parse_target(target))
    found = {
        (name, str(setup.listeners)): list(wrong(company(annotations, setup).converted(), profile))
        for name, annotations in TOGETHER.items()
        for setup in setups(target)
    }
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_company_is_translated_where_the_profile_has_room_for_it() -> None:
    """Else the test above would look at nothing."""
    kinds = {
        item["kind"]
        for annotations in TOGETHER.values()
        for setup in setups("gatewayAPI=1.6,channel=standard,envoyGateway=1.9")
        for item in company(annotations, setup).converted().emitted
    }
    assert kinds >= {
        *("HTTPRoute", "GRPCRoute", "TLSRoute", "Gateway", "ListenerSet", "ReferenceGrant"),
        *("SecurityPolicy", "BackendTrafficPolicy", "ClientTrafficPolicy", "HTTPRouteFilter", "Backend"),
    }
