"""Intents about TLS: towards the backend, and what is asked of clients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from gatelift.intent.base import Intent, Risk, Sourced


class BackendClientCertificate(Intent, frozen=True, kw_only=True):
    """Show the certificate of a Secret (``tls.crt``, ``tls.key``) in the Ingress's namespace to the backend."""

    risk: ClassVar[Risk] = Risk.SECURITY
    lost: ClassVar[str] = "the backend would be shown no client certificate"
    secret: str | UnsetType = UNSET


class BackendIdentity(Intent, frozen=True, kw_only=True):
    """Whether the backend's certificate is checked, for which name, and whether that name is sent to it (SNI).

    Whose certificates are believed is said by ``BackendProtocol.trust``.
    """

    risk: ClassVar[Risk] = Risk.SECURITY
    lost: ClassVar[str] = "another server than the backend could answer"
    verify: bool | UnsetType = UNSET
    name: str | UnsetType = UNSET
    sends_name: bool | UnsetType = UNSET


class BackendCiphers(Intent, frozen=True, kw_only=True):
    """The versions of TLS (``1.0`` to ``1.3``) and the ciphers (names of OpenSSL) that are offered to the backend."""

    risk: ClassVar[Risk] = Risk.TRAFFIC
    lost: ClassVar[str] = "the gateway offers the backend its own versions of TLS and its own ciphers"
    lowest: str | UnsetType = UNSET
    highest: str | UnsetType = UNSET
    ciphers: tuple[str, ...] | UnsetType = UNSET


class Upstream(msgspec.Struct, frozen=True, kw_only=True):
    """What the three intents above come to for one route; empty where nothing is asked for."""

    client: str = ""
    name: str = ""
    sends_name: bool = False
    lowest: str = ""
    highest: str = ""
    ciphers: tuple[str, ...] = ()

    @property
    def special(self) -> bool:
        """Whether something is asked for that a policy which only verifies cannot say."""
        return bool(self.client or self.sends_name or self.lowest or self.highest or self.ciphers)


def upstream(intents: Iterable[Sourced]) -> Upstream:
    """What ``intents`` say about TLS to the backend."""
    values: dict[str, object] = {}
    for item in intents:
        match item.intent:
            case BackendClientCertificate(secret=str() as secret):
                values["client"] = secret
            case BackendIdentity() | BackendCiphers() as intent:
                values |= {name: value for name, value in msgspec.structs.asdict(intent).items() if value is not UNSET}
    values.pop("verify", None)
    return msgspec.convert(values, Upstream)


class ClientCertificates(Intent, frozen=True, kw_only=True):
    """Ask every client of the host for a certificate that an authority in a Secret (key ``ca.crt``) has signed.

    - ``revocation``: whether the Secret holds a list of revoked certificates as well (key ``ca.crl``).
    - ``optional``: whether clients without a certificate come in too; one with a wrong certificate never does.
    - ``told``: whether the backend is told who the client is, in ``X-Forwarded-Client-Cert``.
    - ``certificate``: whether the certificate itself is told with that.
    """

    risk: ClassVar[Risk] = Risk.SECURITY
    lost: ClassVar[str] = "clients without a certificate would come in"
    secret: str | UnsetType = UNSET
    revocation: bool | UnsetType = UNSET
    optional: bool | UnsetType = UNSET
    told: bool | UnsetType = UNSET
    certificate: bool | UnsetType = UNSET
