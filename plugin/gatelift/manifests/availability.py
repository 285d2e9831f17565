"""Since which release a kind, a field or a choice can be written, of all that gatelift's models can say.

Written by hand from the release notes of https://github.com/kubernetes-sigs/gateway-api/releases and
https://gateway.envoyproxy.io/news/releases/, and held against the real CRDs of every profile by the tests, in both
directions: what is not listed is there in every release that gatelift knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gatelift.config.target import Channel, EnvoyGateway, GatewayAPI, TargetSpec
from gatelift.manifests.labels import pointer_token
from gatelift.manifests.shape import (
    BACKEND,
    BACKEND_TLS_POLICY,
    BACKEND_TRAFFIC_POLICY,
    CLIENT_TRAFFIC_POLICY,
    ENVOY_GATEWAY,
    GRPC_ROUTE,
    HTTP_ROUTE,
    HTTP_ROUTE_FILTER,
    LISTENER_SET,
    SECURITY_POLICY,
    TLS_ROUTE,
    Kind,
)

NEVER = "never"
"""Sorts behind every version."""


class Since(msgspec.Struct, frozen=True, kw_only=True):
    """The first releases with it: of Gateway API in the standard and the experimental channel, or of Envoy Gateway."""

    standard: str = ""
    experimental: str = ""
    envoy_gateway: str = ""

    def in_reach(self, spec: TargetSpec) -> bool:
        """Whether ``spec`` has it."""
        if self.envoy_gateway:
            return spec.envoy_gateway is not None and self.envoy_gateway <= spec.envoy_gateway
        first = self.standard if spec.channel is Channel.STANDARD else self.experimental
        return first <= spec.understood

    def __str__(self) -> str:
        """``Envoy Gateway 1.8``, ``Gateway API 1.5``."""
        if self.envoy_gateway:
            return f"Envoy Gateway {self.envoy_gateway}"
        if self.experimental < self.standard:
            return f"Gateway API {self.standard}, or {self.experimental} in the experimental channel"
        return f"Gateway API {self.standard}"


def _gateway_api(standard: str, experimental: str = "") -> Since:
    return Since(standard=standard, experimental=experimental or standard)


def _envoy(version: EnvoyGateway) -> Since:
    return Since(envoy_gateway=version)


MERGE_TYPE = "spec/mergeType"
"""Whether a policy on a route joins the Gateway's, instead of taking its place (T39)."""
_RULE = "spec/rules/*"
_REDIRECTS = {f"requestRedirect/statusCode={code}": _gateway_api(GatewayAPI.V1_5) for code in (303, 307, 308)}
_MIRRORS = {f"requestMirror/{name}": _gateway_api(GatewayAPI.V1_3, GatewayAPI.V1_2) for name in ("percent", "fraction")}
_CORS = {name: _gateway_api(GatewayAPI.V1_5, GatewayAPI.V1_3) for name in ("cors", "type=CORS")}
_SELECTOR = "spec/rateLimit/local/rules/*/clientSelectors/*"
_LIMIT = "spec/rateLimit/local/rules/*/limit"


def _filters(table: Mapping[str, Since]) -> dict[str, Since]:
    places = (f"{_RULE}/filters/*", f"{_RULE}/backendRefs/*/filters/*")
    return {f"{place}/{name}": since for place in places for name, since in table.items()}


VERSIONS: Mapping[Kind, Mapping[str, Since]] = {
    BACKEND_TLS_POLICY: {
        "v1": _gateway_api(GatewayAPI.V1_4),
        "v1alpha3": _gateway_api(NEVER, GatewayAPI.V1_2),
    },
    TLS_ROUTE: {
        "v1": _gateway_api(GatewayAPI.V1_5),
        "v1alpha2": _gateway_api(NEVER, GatewayAPI.V1_2),
    },
    LISTENER_SET: {"v1": _gateway_api(GatewayAPI.V1_5)},
}
"""Kind -> the versions that it can be written in, best first. A kind that is missing is there in every release."""

FIELDS: Mapping[Kind, Mapping[str, Since]] = {
    HTTP_ROUTE: {
        f"{_RULE}/name": _gateway_api(GatewayAPI.V1_4, GatewayAPI.V1_2),
        **_filters(_REDIRECTS | _MIRRORS | _CORS),
    },
    GRPC_ROUTE: {
        f"{_RULE}/name": _gateway_api(GatewayAPI.V1_4, GatewayAPI.V1_2),
        **_filters(_MIRRORS),
    },
    BACKEND: {
        "spec/type": _envoy(EnvoyGateway.V1_5),
        "spec/endpoints/*/hostname": _envoy(EnvoyGateway.V1_5),
        "spec/endpoints/*/zone": _envoy(EnvoyGateway.V1_5),
        "spec/tls": _envoy(EnvoyGateway.V1_5),
        **{
            f"spec/tls/{name}": _envoy(EnvoyGateway.V1_6)
            for name in ("sni", "clientCertificateRef", "minVersion", "maxVersion", "ciphers", "alpnProtocols")
        },
    },
    BACKEND_TRAFFIC_POLICY: {
        MERGE_TYPE: _envoy(EnvoyGateway.V1_5),
        "spec/loadBalancer/consistentHash/type=Headers": _envoy(EnvoyGateway.V1_6),
        "spec/loadBalancer/consistentHash/headers": _envoy(EnvoyGateway.V1_6),
        "spec/loadBalancer/consistentHash/type=QueryParams": _envoy(EnvoyGateway.V1_7),
        "spec/loadBalancer/consistentHash/queryParams": _envoy(EnvoyGateway.V1_7),
        "spec/retry/numAttemptsPerPriority": _envoy(EnvoyGateway.V1_5),
        "spec/retry/retryOn/triggers/*=reset-before-request": _envoy(EnvoyGateway.V1_5),
        "spec/timeout/http/streamIdleTimeout": _envoy(EnvoyGateway.V1_8),
        "spec/timeout/http/maxStreamDuration": _envoy(EnvoyGateway.V1_6),
        f"{_SELECTOR}/methods": _envoy(EnvoyGateway.V1_6),
        f"{_SELECTOR}/path": _envoy(EnvoyGateway.V1_6),
        f"{_SELECTOR}/queryParams": _envoy(EnvoyGateway.V1_7),
        f"{_SELECTOR}/sourceCIDR/invert": _envoy(EnvoyGateway.V1_8),
        f"{_LIMIT}/unit=Month": _envoy(EnvoyGateway.V1_5),
        f"{_LIMIT}/unit=Year": _envoy(EnvoyGateway.V1_5),
        "spec/requestBuffer": _envoy(EnvoyGateway.V1_5),
        "spec/bandwidthLimit": _envoy(EnvoyGateway.V1_8),
        "spec/responseOverride/*/source": _envoy(EnvoyGateway.V1_8),
        "spec/responseOverride/*/response/header": _envoy(EnvoyGateway.V1_6),
        "spec/responseOverride/*/redirect": _envoy(EnvoyGateway.V1_5),
        "spec/routingType": _envoy(EnvoyGateway.V1_7),
    },
    CLIENT_TRAFFIC_POLICY: {
        "spec/tls/clientValidation/mode": _envoy(EnvoyGateway.V1_8),
        "spec/tls/clientValidation/crl": _envoy(EnvoyGateway.V1_6),
        "spec/proxyProtocol": _envoy(EnvoyGateway.V1_5),
        "spec/timeout/http/streamIdleTimeout": _envoy(EnvoyGateway.V1_5),
    },
    HTTP_ROUTE_FILTER: {
        "spec/directResponse/header": _envoy(EnvoyGateway.V1_6),
        "spec/matches": _envoy(EnvoyGateway.V1_7),
    },
    SECURITY_POLICY: {
        MERGE_TYPE: _envoy(EnvoyGateway.V1_8),
        "spec/basicAuth/forwardUsernameHeader": _envoy(EnvoyGateway.V1_5),
        "spec/extAuth/http/backendRefs/*/weight": _envoy(EnvoyGateway.V1_7),
        "spec/extAuth/http/pathOverride": _envoy(EnvoyGateway.V1_8),
        "spec/extAuth/statusOnError": _envoy(EnvoyGateway.V1_8),
        "spec/extAuth/timeout": _envoy(EnvoyGateway.V1_6),
        "spec/authorization/rules/*/operation": _envoy(EnvoyGateway.V1_5),
        "spec/authorization/rules/*/principal/headers": _envoy(EnvoyGateway.V1_5),
    },
}
"""Kind -> path of a field (``*`` for every item of a list, ``=`` before a choice) -> since when. What is below a field
is there with it."""


def since(kind: Kind, path: str = "") -> Since | None:
    """Since when ``path`` of ``kind`` is there, or the kind itself; ``None`` where every release has it.

    The last of the fields on the way down decides: ``spec/tls/sni`` is younger than ``spec/tls``.
    """
    table = FIELDS.get(kind, {})
    ends = [place.start() for place in re.finditer(r"[/=]|$", path)]
    found = [item for end in ends if (item := table.get(path[:end]))]
    if not found and not path:
        versions = VERSIONS.get(kind)
        return next(iter(versions.values())) if versions else None
    return max(found, key=_youngest, default=None)


def _youngest(item: Since) -> tuple[str, str, str]:
    return item.envoy_gateway, item.standard, item.experimental


def has(kind: Kind, path: str, spec: TargetSpec) -> bool:
    """Whether ``spec`` can be given ``path`` of ``kind``; the kind itself where ``path`` is empty."""
    if kind.group == ENVOY_GATEWAY and spec.envoy_gateway is None:
        return False
    if version(kind, spec) is None:
        return False
    found = since(kind, path) if path else None
    return found is None or found.in_reach(spec)


def version(kind: Kind, spec: TargetSpec) -> str | None:
    """The version in which ``spec`` takes ``kind``; ``None`` where it has none."""
    versions = VERSIONS.get(kind)
    if versions is None:
        return kind.version
    return next((name for name, item in versions.items() if item.in_reach(spec)), None)


def lacking(kind: Kind, manifest: Mapping[str, Any], spec: TargetSpec) -> Iterator[tuple[str, Since]]:
    """What of ``manifest`` the API server of ``spec`` would drop or reject: pointer, and since when it is there."""
    for path, item in FIELDS.get(kind, {}).items():
        if not item.in_reach(spec):
            yield from ((pointer, item) for pointer in _found(manifest, path.split("/"), ""))


def _found(value: Any, tokens: list[str], at: str) -> Iterator[str]:
    if not tokens:
        yield at
        return
    name, chooses, choice = tokens[0].partition("=")
    for token, below in _below(value, name):
        if chooses and str(below) != choice:
            continue
        yield from _found(below, tokens[1:], f"{at}/{pointer_token(token)}")


def _below(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if name == "*":
        yield from ((str(index), item) for index, item in enumerate(value if isinstance(value, list) else ()))
    elif isinstance(value, Mapping) and name in value:
        yield name, value[name]
