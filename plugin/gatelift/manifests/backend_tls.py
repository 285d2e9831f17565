"""``BackendTLSPolicy``: *verified* TLS to a Service (https://gateway-api.sigs.k8s.io/reference/spec/#backendtlspolicy)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from gatelift.manifests.fields import Hostname, PreciseHostname, WellKnownCACertificates
from gatelift.manifests.model import Manifest, Model, Problem
from gatelift.manifests.references import LocalObjectReference, PolicyTargetReference, target_problems
from gatelift.manifests.shape import BACKEND_TLS_POLICY, Kind

_URI = Annotated[
    str,
    Meta(pattern=r"^(([^:/?#]+):)(//([^/?#]*))([^?#]*)(\?([^#]*))?(#(.*))?", min_length=1, max_length=253),
]


class HostnameAltName(Model, frozen=True, kw_only=True, tag_field="type", tag="Hostname"):
    hostname: Hostname


class URIAltName(Model, frozen=True, kw_only=True, tag_field="type", tag="URI"):
    uri: _URI


SubjectAltName = HostnameAltName | URIAltName


class BackendTLSPolicyValidation(Model, frozen=True, kw_only=True):
    """Either CA certificates by reference or a well-known set; ``hostname`` is the SNI, and the name to verify."""

    ca_certificate_refs: Annotated[tuple[LocalObjectReference, ...], Meta(max_length=8)] = ()
    well_known_ca_certificates: WellKnownCACertificates | UnsetType = msgspec.field(
        default=UNSET, name="wellKnownCACertificates"
    )
    hostname: PreciseHostname
    subject_alt_names: Annotated[tuple[SubjectAltName, ...], Meta(max_length=5)] = ()

    def problems(self) -> Iterator[Problem]:
        if bool(self.ca_certificate_refs) == (self.well_known_ca_certificates is not UNSET):
            yield "", "exactly one of caCertificateRefs and wellKnownCACertificates must be given"


class BackendTLSPolicySpec(Model, frozen=True, kw_only=True):
    """``target_refs`` name a Service and, as ``section_name``, the *name* of one of its ports."""

    target_refs: Annotated[tuple[PolicyTargetReference, ...], Meta(min_length=1, max_length=16)]
    validation: BackendTLSPolicyValidation
    options: Annotated[dict[str, Annotated[str, Meta(max_length=4096)]], Meta(max_length=16)] = msgspec.field(
        default_factory=dict
    )

    def problems(self) -> Iterator[Problem]:
        yield from target_problems(self.target_refs)


class BackendTLSPolicy(Manifest, frozen=True, kw_only=True):
    KIND: ClassVar[Kind] = BACKEND_TLS_POLICY

    spec: BackendTLSPolicySpec
