"""Certificates of a replay: one authority that lives as long as the session, and what it signs.

The certificates and keys of real Secrets are never used: these stand in for all of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from gatelift.findings import EnvironmentProblem, Finding, Severity

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

_LIFE = datetime.timedelta(days=2)
_LONGEST_NAME = 64


def missing(what: str) -> EnvironmentProblem:
    """The problem that a part of the extra ``replay`` is not installed."""
    message = f"replay needs {what}, which is not installed"
    return EnvironmentProblem(
        Finding("environment/replay", Severity.ERROR, message, "run `pip install 'gatelift[replay]'`, then again")
    )


class Pem:
    """A certificate and its key as PEM. The files of the session's folder are written when they are asked for."""

    def __init__(self, certificate: bytes, key: bytes, folder: Path, name: str) -> None:
        self.certificate = certificate
        self.key = key
        self._folder = folder
        self._name = name

    @property
    def certificate_file(self) -> str:
        return self._written(f"{self._name}.pem", self.certificate)

    @property
    def key_file(self) -> str:
        return self._written("key.pem", self.key)

    def _written(self, name: str, data: bytes) -> str:
        path = self._folder / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_bytes(data)
        return str(path)


class Certificates:
    """Makes certificates and keeps them: the same hosts get the same one."""

    def __init__(self, folder: str) -> None:
        """Raises ``EnvironmentProblem`` without the package ``cryptography``."""
        try:
            from cryptography.hazmat.primitives.asymmetric import ec
        except ImportError:
            raise missing("the package cryptography") from None
        self._folder = Path(folder, "certificates")
        self._folder.mkdir(mode=0o700)
        # One key for all of them: making keys is what takes time, and nobody is protected by these.
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._made: dict[tuple[str, ...], Pem] = {}
        self._authority = _certificate((), self._key, None)
        self._key_pem = _key(self._key)
        self.authority = Pem(_pem(self._authority), self._key_pem, self._folder, "authority")
        """Signs all others: what a Secret or ConfigMap with ``ca.crt`` holds in a replay."""

    def of(self, hosts: Iterable[str]) -> Pem:
        """A certificate that is valid for ``hosts`` (DNS names, wildcards, addresses), signed by the authority."""
        key = tuple(sorted(set(hosts))) or ("localhost",)
        if key not in self._made:
            certificate = _pem(_certificate(key, self._key, self._authority))
            self._made[key] = Pem(certificate, self._key_pem, self._folder, f"leaf-{len(self._made)}")
        return self._made[key]


def _certificate(
    hosts: tuple[str, ...], key: ec.EllipticCurvePrivateKey, authority: x509.Certificate | None
) -> x509.Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import NameOID

    common = next((host for host in hosts if len(host) <= _LONGEST_NAME), "gatelift replay")
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.subject if authority else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _LIFE)
        .not_valid_after(now + _LIFE)
        .add_extension(x509.BasicConstraints(ca=authority is None, path_length=None), critical=True)
    )
    if names := [name for host in hosts if (name := _name(host))]:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(key, hashes.SHA256())


def _name(host: str) -> x509.GeneralName | None:
    """``None`` for what no certificate can name: nobody here asks whether it is valid, only whether there is one."""
    import ipaddress

    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host) if host.isascii() else None


def _pem(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)


def _key(key: ec.EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
