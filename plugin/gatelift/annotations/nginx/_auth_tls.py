"""What the annotations about client certificates have in common: the Secret without which they sleep, two decisions.

Source: internal/ingress/annotations/authtls in ingress-nginx, and its template.
"""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._secrets import secret_of
from gatelift.annotations.unit import Inert, Refused, UnitContext
from gatelift.config.decide import DecideOption

SOURCE = upstream("client-certificate-authentication")
DENIED = "ingress-nginx answers every request of the host with 403 today"
"""What it does where the Secret cannot be taken: for the whole host, unlike other broken settings (T32, T42)."""
OFF = "off"
MODES = ("on", OFF, "optional", "optional_no_ca")
XFCC = "xfcc"
OMIT = "omit"

HEADER = DecideOption(
    "clientCertificateHeader",
    "How the backend learns of a client's certificate, which ingress-nginx tells in ssl-client-verify, "
    "ssl-client-subject-dn and their like: xfcc writes X-Forwarded-Client-Cert, which the backend must read instead; "
    "omit tells it nothing.",
    values=(XFCC, OMIT),
)
REVOCATION = DecideOption(
    "clientRevocation",
    "Whether the Secrets of auth-tls-secret that are not in the input hold revoked certificates under ca.crl: none "
    "says that no Secret does, secret says that each of them does.",
    values=("none", "secret"),
)


def secret(context: UnitContext) -> str | Refused:
    """The name of the Secret in ``auth-tls-secret``, which is set."""
    return secret_of(context.value("auth-tls-secret") or "", context, DENIED)


def mode(context: UnitContext) -> str:
    """The mode in force: every other word means ``on``."""
    value = context.value("auth-tls-verify-client") or "on"
    return value if value in MODES else "on"


def dormant(context: UnitContext) -> Inert | None:
    """Why a companion of ``auth-tls-secret`` does nothing, if it does not."""
    if context.value("auth-tls-secret") is None:
        return Inert("it does nothing without auth-tls-secret")
    if mode(context) == OFF:
        return Inert("auth-tls-verify-client is off: nobody is asked for a certificate")
    return None


def told(context: UnitContext) -> bool:
    """Whether it was decided that the backend reads ``X-Forwarded-Client-Cert``."""
    return context.decide.get(HEADER.name) == XFCC


SECRET = {"auth-tls-secret": "shop/clients"}
SEEN = {"shop/clients": frozenset({"ca.crt"})}
"""For the units' cases."""
