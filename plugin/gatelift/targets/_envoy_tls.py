"""Envoy Gateway's TLS: towards the backend through a ``Backend``, and what a ClientTrafficPolicy asks of clients.

https://gateway.envoyproxy.io/docs/api/extension_types/#backendtlssettings and
https://gateway.envoyproxy.io/docs/api/extension_types/#clienttlssettings
"""

from __future__ import annotations

from typing import cast

from msgspec import UNSET

from gatelift.config.target import EnvoyGateway
from gatelift.intent.base import Risk, known
from gatelift.intent.outcome import Note, differs, refused
from gatelift.intent.route import ServiceBackend
from gatelift.intent.tls import BackendCiphers, BackendClientCertificate, BackendIdentity, ClientCertificates
from gatelift.intent.traffic import BackendProtocol
from gatelift.manifests.backends import BackendTLSSettings, TLSVersion
from gatelift.manifests.client_traffic import (
    CertificateDetail,
    ClientHeaders,
    ClientTLS,
    ClientTrafficPolicy,
    ClientTrafficPolicySpec,
    ClientValidation,
    EarlyRequestHeaders,
    RevokedCertificates,
    XForwardedClientCert,
)
from gatelift.manifests.grants import ReferenceGrant, ReferenceGrantFrom, ReferenceGrantSpec, ReferenceGrantTo
from gatelift.manifests.model import Manifest, ObjectMeta
from gatelift.manifests.names import cut
from gatelift.manifests.references import SecretObjectReference, target_of
from gatelift.manifests.shape import BACKEND, CLIENT_TRAFFIC_POLICY, GATEWAY, SECRET
from gatelift.targets import standard
from gatelift.targets._envoy_traffic import gateway_parts
from gatelift.targets.base import Contribution, Entrance, RouteView

CLIENT = "spec/tls/clientCertificateRef"
"""With it came the other settings of TLS that a Backend has: the name, versions, ciphers."""


def client_certificate(intent: BackendClientCertificate, view: RouteView) -> Contribution | Note:
    """The very Secret, named by the Backend."""
    if view.has(BACKEND, CLIENT):
        return Contribution()
    return refused(
        f"a Backend has a client certificate since {view.since(BACKEND, CLIENT)} only, and the backend would be shown "
        "none",
        f"upgrade to {view.since(BACKEND, CLIENT)} and say so with --target, or set "
        "spec.backendTLS.clientCertificateRef of the EnvoyProxy (shown to every backend of the Gateway) and name this "
        "annotation under accept: with that as the reason",
        Risk.SECURITY,
    )


def identity(intent: BackendIdentity, view: RouteView) -> Contribution:
    """The name is checked and sent together; unchecked, it can be sent since a Backend has ``sni``."""
    if intent.verify is True:
        return standard.backend_identity(intent, view)
    if view.has(BACKEND, "spec/tls/sni") or not known(intent.name):
        return Contribution()
    first = view.since(BACKEND, "spec/tls/sni")
    why = f"the backend is sent the host of the request as its name: another can be told since {first}"
    return Contribution(notes=(("name", differs(why)), ("sends_name", differs(why))))


def ciphers(intent: BackendCiphers, view: RouteView) -> Contribution | Note:
    """Settings of the Backend."""
    if view.has(BACKEND, "spec/tls/ciphers"):
        why = "they hold for TLS up to 1.2; the suites of TLS 1.3 are Envoy's own, as they are nginx's today"
        return Contribution(notes=(("ciphers", differs(why)),) if known(intent.ciphers) else ())
    first = view.since(BACKEND, "spec/tls/ciphers")
    return refused(
        f"a Backend has versions and ciphers since {first} only; the gateway would offer the backend its own",
        f"upgrade to {first} and say so with --target, or name this annotation under accept: with a reason",
        Risk.TRAFFIC,
    )


def by_backend(protocol: BackendProtocol, external: bool, view: RouteView) -> bool:
    """Whether a Backend says it, and not a policy on the Service, which can only verify (T37).

    A Backend belongs to its Ingress, so that two may believe different authorities about one Service.
    """
    own = external or protocol.upstream.special or protocol.trust.startswith(standard.SECRET_TRUST)
    return protocol.trust == "insecure" or (own and view.has(BACKEND, CLIENT))


def settings(protocol: BackendProtocol, ref: ServiceBackend, external: str, view: RouteView) -> BackendTLSSettings:
    """TLS from a Backend to its endpoints."""
    asked = protocol.upstream
    insecure = protocol.trust == "insecure"
    authority = None if insecure else standard.authority(protocol.trust)
    name = asked.name or external or standard.identity(ref, protocol)
    if not view.has(BACKEND, CLIENT):
        return BackendTLSSettings(insecure_skip_verify=insecure)
    return BackendTLSSettings(
        insecure_skip_verify=insecure,
        ca_certificate_refs=(authority,) if authority else (),
        well_known_ca_certificates=UNSET if insecure or authority else "System",
        sni=name if not insecure or asked.sends_name else UNSET,
        client_certificate_ref=_secret(asked.client, ref.namespace) if asked.client else UNSET,
        min_version=cast(TLSVersion, asked.lowest) if asked.lowest else UNSET,
        max_version=cast(TLSVersion, asked.highest) if asked.highest else UNSET,
        ciphers=() if asked.lowest == "1.3" else asked.ciphers,
    )


def _secret(name: str, namespace: str) -> SecretObjectReference:
    """With its namespace: Envoy Gateway takes ``default`` for one that is not written (processClientTLSSettings)."""
    return SecretObjectReference(group=SECRET.group, kind=SECRET.kind, namespace=namespace, name=name)


TOLD_BY_NGINX = ("ssl-client-cert", "ssl-client-verify", "ssl-client-subject-dn", "ssl-client-issuer-dn")
"""What ingress-nginx writes itself wherever it asks for certificates; left alone, a client could write them instead."""
_MODE = "spec/tls/clientValidation/mode"
_CRL = "spec/tls/clientValidation/crl"


def guard(intent: ClientCertificates, at: Entrance) -> tuple[Manifest, ...] | Note:
    """A ClientTrafficPolicy on the listener, and the grant that lets it read the Secret where it lies.

    A reference that does not resolve makes Envoy Gateway answer 500 on that listener
    (``translateClientTrafficPolicyForListener`` in its sources): it fails closed.
    """
    release = at.view.spec.envoy_gateway
    if at.kind != GATEWAY and (release is None or release < EnvoyGateway.V1_9):
        return refused(
            f"clients of a {at.kind.kind} can be asked for a certificate since Envoy Gateway 1.9",
            "upgrade to Envoy Gateway 1.9 and say so with --target, or write 'listeners: gateway'",
            Risk.SECURITY,
        )
    if intent.revocation is True and not at.view.has(CLIENT_TRAFFIC_POLICY, _CRL):
        first = at.view.since(CLIENT_TRAFFIC_POLICY, _CRL)
        why = f"the Secret holds revoked certificates (ca.crl), which are looked at since {first}"
        return refused(why, f"upgrade to {first} and say so with --target", Risk.SECURITY)
    whole = gateway_parts(at.address, at.view.spec) if at.address else {}
    if isinstance(whole, Note):
        return whole
    name = cut(f"{at.name}-{at.section}-clients", f"{at.kind.kind}/{at.name}/{at.section}")
    policy = ClientTrafficPolicy(
        metadata=ObjectMeta(name=name, namespace=at.namespace),
        spec=ClientTrafficPolicySpec(
            target_refs=(target_of(at.kind, at.name, section_name=at.section),),
            tls=ClientTLS(client_validation=_validation(intent, at)),
            headers=_headers(intent),
            **whole,
        ),
    )
    return (policy, *_grant(intent, at))


def _validation(intent: ClientCertificates, at: Entrance) -> ClientValidation:
    away = at.namespace != at.view.namespace
    secret = SecretObjectReference(
        group=SECRET.group,
        kind=SECRET.kind,
        namespace=at.view.namespace if away else UNSET,
        name=str(intent.secret),
    )
    optional = intent.optional is True
    modes = at.view.has(CLIENT_TRAFFIC_POLICY, _MODE)
    return ClientValidation(
        optional=UNSET if modes else optional,
        mode=("VerifyIfGiven" if optional else "RequireAndVerify") if modes else UNSET,
        ca_certificate_refs=(secret,),
        crl=RevokedCertificates(refs=(secret,)) if intent.revocation is True else UNSET,
    )


def _headers(intent: ClientCertificates) -> ClientHeaders:
    details: tuple[CertificateDetail, ...] = ("Subject", "Cert") if intent.certificate is True else ("Subject",)
    told = XForwardedClientCert(mode="SanitizeSet", cert_details_to_add=details)
    return ClientHeaders(
        early_request_headers=EarlyRequestHeaders(remove=TOLD_BY_NGINX),
        x_forwarded_client_cert=told if intent.told is True else XForwardedClientCert(mode="Sanitize"),
    )


def _grant(intent: ClientCertificates, at: Entrance) -> tuple[ReferenceGrant, ...]:
    """Lets the policies of the Gateway's namespace read the Secret (T20, T25)."""
    if at.namespace == at.view.namespace:
        return ()
    source = ReferenceGrantFrom(
        group=CLIENT_TRAFFIC_POLICY.group, kind=CLIENT_TRAFFIC_POLICY.kind, namespace=at.namespace
    )
    allowed = ReferenceGrantTo(group=SECRET.group, kind=SECRET.kind, name=str(intent.secret))
    return (
        ReferenceGrant(
            metadata=at.view.meta("client-authority"),
            spec=ReferenceGrantSpec(from_=(source,), to=(allowed,)),
        ),
    )
