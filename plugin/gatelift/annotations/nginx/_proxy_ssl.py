"""What the annotations about TLS to the backend have in common: the Secret without which they all sleep (T41).

Source: internal/ingress/annotations/proxyssl in ingress-nginx, and its template.
"""

from __future__ import annotations

from gatelift.annotations.nginx._links import DENIED, upstream
from gatelift.annotations.nginx._secrets import secret_of
from gatelift.annotations.unit import Inert, Refused, UnitContext

SOURCE = upstream("backend-certificate-authentication")
ENCRYPTED = frozenset({"HTTPS", "GRPCS"})
CERTIFICATE = frozenset({"tls.crt", "tls.key"})
AUTHORITY = "ca.crt"


def secret(context: UnitContext) -> str | Refused:
    """The name of the Secret in ``proxy-ssl-secret``, which is set."""
    return secret_of(context.value("proxy-ssl-secret") or "", context, DENIED)


def keys(context: UnitContext, name: str) -> frozenset[str]:
    """The names of the keys of a Secret in the Ingress's namespace; empty where it was not seen."""
    return context.secrets.get(f"{context.ingress.ref.namespace}/{name}", frozenset())


def dormant(context: UnitContext) -> Inert | None:
    """Why an annotation of the family does nothing, if it does not."""
    if context.value("proxy-ssl-secret") is None:
        return Inert("it does nothing without proxy-ssl-secret")
    if (context.value("backend-protocol") or "HTTP").strip().upper() not in ENCRYPTED:
        return Inert("the backend is spoken to without TLS (see backend-protocol)")
    return None


def without_authority(context: UnitContext) -> Inert | None:
    """The same for all but the Secret itself: nginx writes none of them where the Secret holds no ``ca.crt``."""
    asleep = dormant(context)
    if asleep is not None:
        return asleep
    name = secret(context)
    held = frozenset() if isinstance(name, Refused) else keys(context, name)
    if held and AUTHORITY not in held:
        return Inert(f"the Secret of proxy-ssl-secret has no key {AUTHORITY}, and then ingress-nginx leaves it out")
    return None


def verifies(context: UnitContext) -> bool:
    """Whether ingress-nginx checks the backend's certificate."""
    return context.value("proxy-ssl-verify") == "on" and without_authority(context) is None
