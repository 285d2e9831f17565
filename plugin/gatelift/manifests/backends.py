"""Envoy Gateway's ``Backend`` (https://gateway.envoyproxy.io/docs/api/extension_types/#backend)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from gatelift.manifests.fields import PreciseHostname, WellKnownCACertificates
from gatelift.manifests.model import Manifest, Model, Problem
from gatelift.manifests.references import LocalObjectReference, SecretObjectReference
from gatelift.manifests.shape import BACKEND, Kind

_Port = Annotated[int, Meta(ge=0, le=65535)]
_OCTET = r"(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)"
_HEX = r"[0-9a-fA-F]{1,4}"
_Address = Annotated[
    str,
    Meta(
        pattern=(
            rf"^({_OCTET}\.){{3}}{_OCTET}\Z"
            rf"|^(({_HEX}:){{1,7}}{_HEX}|::|(({_HEX}:){{0,5}})?(:{_HEX}){{1,2}})\Z"
        ),
        min_length=3,
        max_length=45,
    ),
]

AppProtocol = Literal["gateway.envoyproxy.io/h2c", "gateway.envoyproxy.io/ws", "gateway.envoyproxy.io/wss"]
TLSVersion = Literal["Auto", "1.0", "1.1", "1.2", "1.3"]

_ORDER: dict[TLSVersion, int] = {"1.0": 1, "1.1": 2, "1.2": 3, "1.3": 4}
_LOWEST_UNLESS_SAID = 3


class FQDNEndpoint(Model, frozen=True, kw_only=True):
    hostname: PreciseHostname
    port: _Port


class IPEndpoint(Model, frozen=True, kw_only=True):
    address: _Address
    port: _Port


class BackendEndpoint(Model, frozen=True, kw_only=True):
    """An address by name or by number, not both. ``hostname`` is what a rewrite to the backend's hostname uses."""

    fqdn: FQDNEndpoint | UnsetType = UNSET
    ip: IPEndpoint | UnsetType = UNSET
    hostname: PreciseHostname | UnsetType = UNSET
    zone: str | UnsetType = UNSET

    def problems(self) -> Iterator[Problem]:
        if (self.fqdn is UNSET) == (self.ip is UNSET):
            yield "", "exactly one of fqdn and ip must be given"


class BackendTLSSettings(Model, frozen=True, kw_only=True):
    """TLS to the endpoints. ``insecure_skip_verify`` is what ``backend-protocol: HTTPS`` means in ingress-nginx."""

    insecure_skip_verify: bool
    ca_certificate_refs: Annotated[tuple[LocalObjectReference, ...], Meta(max_length=8)] = ()
    well_known_ca_certificates: WellKnownCACertificates | UnsetType = msgspec.field(
        default=UNSET, name="wellKnownCACertificates"
    )
    sni: PreciseHostname | UnsetType = UNSET
    client_certificate_ref: SecretObjectReference | UnsetType = UNSET
    min_version: TLSVersion | UnsetType = UNSET
    max_version: TLSVersion | UnsetType = UNSET
    ciphers: tuple[str, ...] = ()
    alpn_protocols: tuple[str, ...] = ()

    def problems(self) -> Iterator[Problem]:
        well_known = self.well_known_ca_certificates is not UNSET
        if self.ca_certificate_refs and well_known:
            yield "", "only one of caCertificateRefs and wellKnownCACertificates may be given"
        if self.insecure_skip_verify and (self.ca_certificate_refs or well_known):
            yield "/insecureSkipVerify", "excludes certificates to verify with"
        if self.min_version == "1.3" and self.ciphers:
            yield "/ciphers", "have no effect from TLS 1.3 on"
        if not self._versions_fit():
            yield "/maxVersion", "must not be lower than the minimum, which is 1.2 unless given"

    def _versions_fit(self) -> bool:
        if self.max_version is UNSET or self.max_version == "Auto":
            return True
        lowest = _LOWEST_UNLESS_SAID if self.min_version is UNSET else _ORDER.get(self.min_version, 0)
        return lowest <= _ORDER[self.max_version]


class BackendSpec(Model, frozen=True, kw_only=True):
    """Endpoints with names and endpoints with numbers do not mix. ``fallback`` serves only where no other can.

    ``type`` is ``UNSET`` where the release has none.
    """

    type: Literal["Endpoints"] | UnsetType = UNSET
    endpoints: Annotated[tuple[BackendEndpoint, ...], Meta(min_length=1, max_length=256)]
    app_protocols: tuple[AppProtocol, ...] = ()
    fallback: bool | UnsetType = UNSET
    tls: BackendTLSSettings | UnsetType = UNSET

    def problems(self) -> Iterator[Problem]:
        named = sum(endpoint.fqdn is not UNSET for endpoint in self.endpoints)
        if named not in (0, len(self.endpoints)):
            yield "/endpoints", "must all be fqdn or none"


class Backend(Manifest, frozen=True, kw_only=True):
    KIND: ClassVar[Kind] = BACKEND

    spec: BackendSpec
