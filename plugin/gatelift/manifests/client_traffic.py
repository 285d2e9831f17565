"""``ClientTrafficPolicy`` (https://gateway.envoyproxy.io/docs/api/extension_types/#clienttrafficpolicy)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from gatelift.manifests.fields import Duration, Int32
from gatelift.manifests.model import Manifest, Model, Problem
from gatelift.manifests.policy_targets import PolicyTargets, target_kind_problems
from gatelift.manifests.references import SecretObjectReference
from gatelift.manifests.rules import cidr_problems
from gatelift.manifests.shape import CLIENT_TRAFFIC_POLICY, Kind

_TARGETS = frozenset({"Gateway", "ListenerSet"})
"""A ListenerSet since Envoy Gateway 1.9."""


class XForwardedFor(Model, frozen=True, kw_only=True):
    """How far ``X-Forwarded-For`` is believed: a number of proxies, or their addresses."""

    num_trusted_hops: Int32 | UnsetType = UNSET
    trusted_cidrs: tuple[str, ...] = msgspec.field(default=(), name="trustedCIDRs")

    def problems(self) -> Iterator[Problem]:
        if (self.num_trusted_hops is UNSET) == (not self.trusted_cidrs):
            yield "", "exactly one of numTrustedHops and trustedCIDRs must be given"
        for index, cidr in enumerate(self.trusted_cidrs):
            yield from cidr_problems(f"/trustedCIDRs/{index}", cidr)


class CustomHeaderDetection(Model, frozen=True, kw_only=True):
    """A header that holds the client's address; ``fail_closed`` answers 403 where it is missing."""

    name: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]+\Z", max_length=255)]
    fail_closed: bool | UnsetType = UNSET


class ClientIPDetection(Model, frozen=True, kw_only=True):
    x_forwarded_for: XForwardedFor | UnsetType = UNSET
    custom_header: CustomHeaderDetection | UnsetType = UNSET

    def problems(self) -> Iterator[Problem]:
        if self.x_forwarded_for is not UNSET and self.custom_header is not UNSET:
            yield "/customHeader", "excludes xForwardedFor"


class ProxyProtocol(Model, frozen=True, kw_only=True):
    """Present, even if empty, it demands the PROXY protocol; ``optional`` lets connections without it in."""

    optional: bool | UnsetType = UNSET


CertificateDetail = Literal["Subject", "Cert", "Chain", "DNS", "URI"]


class XForwardedClientCert(Model, frozen=True, kw_only=True):
    """What the backend is told of a client's certificate; ``Sanitize`` removes what the client wrote itself."""

    mode: Literal["Sanitize", "ForwardOnly", "AppendForward", "SanitizeSet", "AlwaysForwardOnly"]
    cert_details_to_add: Annotated[tuple[CertificateDetail, ...], Meta(max_length=5)] = ()

    def problems(self) -> Iterator[Problem]:
        if self.cert_details_to_add and self.mode not in ("AppendForward", "SanitizeSet"):
            yield "/certDetailsToAdd", "needs the mode AppendForward or SanitizeSet"


class EarlyRequestHeaders(Model, frozen=True, kw_only=True):
    """Headers that are removed before anything else looks at the request."""

    remove: Annotated[tuple[str, ...], Meta(min_length=1, max_length=64)]


class ClientHeaders(Model, frozen=True, kw_only=True):
    early_request_headers: EarlyRequestHeaders | UnsetType = UNSET
    x_forwarded_client_cert: XForwardedClientCert | UnsetType = UNSET
    with_underscores_action: Literal["Allow", "RejectRequest", "DropHeader"] | UnsetType = UNSET


class ClientPath(Model, frozen=True, kw_only=True):
    escaped_slashes_action: (
        Literal["KeepUnchanged", "RejectRequest", "UnescapeAndForward", "UnescapeAndRedirect"] | UnsetType
    ) = UNSET
    disable_merge_slashes: bool | UnsetType = UNSET


class ClientTCPTimeout(Model, frozen=True, kw_only=True):
    idle_timeout: Duration | UnsetType = UNSET


class ClientHTTPTimeout(Model, frozen=True, kw_only=True):
    request_received_timeout: Duration | UnsetType = UNSET
    idle_timeout: Duration | UnsetType = UNSET
    stream_idle_timeout: Duration | UnsetType = UNSET


class ClientTimeout(Model, frozen=True, kw_only=True):
    tcp: ClientTCPTimeout | UnsetType = UNSET
    http: ClientHTTPTimeout | UnsetType = UNSET


class RevokedCertificates(Model, frozen=True, kw_only=True):
    """Lists under ``ca.crl``. ``only_verify_leaf_certificate``: whether authorities in between are not looked up."""

    refs: Annotated[tuple[SecretObjectReference, ...], Meta(min_length=1, max_length=8)]
    only_verify_leaf_certificate: bool | UnsetType = UNSET


class ClientValidation(Model, frozen=True, kw_only=True):
    """Which certificates of clients are good. ``mode`` since 1.8; before it ``optional``, both of them say the same."""

    optional: bool | UnsetType = UNSET
    mode: Literal["Request", "RequireAny", "VerifyIfGiven", "RequireAndVerify"] | UnsetType = UNSET
    ca_certificate_refs: Annotated[tuple[SecretObjectReference, ...], Meta(min_length=1, max_length=8)]
    crl: RevokedCertificates | UnsetType = UNSET


class ClientTLS(Model, frozen=True, kw_only=True):
    client_validation: ClientValidation | UnsetType = UNSET


class ClientTrafficPolicySpec(Model, frozen=True, kw_only=True):
    """The targets are Gateways; ``section_name`` is one listener."""

    target_refs: PolicyTargets
    client_ip_detection: ClientIPDetection | UnsetType = msgspec.field(default=UNSET, name="clientIPDetection")
    enable_proxy_protocol: bool | UnsetType = UNSET
    """What releases without ``proxy_protocol`` have instead."""
    proxy_protocol: ProxyProtocol | UnsetType = UNSET
    tls: ClientTLS | UnsetType = UNSET
    headers: ClientHeaders | UnsetType = UNSET
    path: ClientPath | UnsetType = UNSET
    timeout: ClientTimeout | UnsetType = UNSET

    def problems(self) -> Iterator[Problem]:
        yield from target_kind_problems(self.target_refs, _TARGETS)


class ClientTrafficPolicy(Manifest, frozen=True, kw_only=True):
    KIND: ClassVar[Kind] = CLIENT_TRAFFIC_POLICY

    spec: ClientTrafficPolicySpec
