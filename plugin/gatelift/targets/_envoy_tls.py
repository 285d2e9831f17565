"""Envoy Gateway's TLS: towards the backend through a ``Backend``, and what a ClientTrafficPolicy asks of clients.

https://gateway.envoyproxy.io/docs/api/extension_types/#backendtlssettings and
https://gateway.envoyproxy.io/docs/api/extension_types/#clienttlssettings
"""

from __future__ import annotations

from typing import cast

from msgspec import UNSET

from gatelift.intent.base import Risk, known
from gatelift.intent.outcome import Note, differs, refused
from gatelift.intent.route import ServiceBackend
from gatelift.intent.tls import BackendCiphers, BackendClientCertificate, BackendIdentity
from gatelift.intent.traffic import BackendProtocol
from gatelift.manifests.backends import BackendTLSSettings, TLSVersion
from gatelift.manifests.references import SecretObjectReference
from gatelift.manifests.shape import BACKEND, SECRET
from gatelift.targets import standard
from gatelift.targets.base import Contribution, RouteView

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
