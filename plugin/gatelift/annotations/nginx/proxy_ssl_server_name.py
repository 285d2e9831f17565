"""Whether the name of the backend is sent in the TLS handshake."""

from __future__ import annotations

from gatelift.annotations.nginx._proxy_ssl import SOURCE, without_authority
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.tls import BackendIdentity


def read(value: str, context: UnitContext) -> Result:
    """``on`` or ``off``; nginx writes it only beside ``proxy-ssl-name``."""
    if value not in ("on", "off"):
        return Inert(f"{shown(value)} is neither on nor off, and ingress-nginx falls back to off", fallback=True)
    if value == "off":
        return Inert("off is the default")
    if (asleep := without_authority(context)) is not None:
        return asleep
    if not context.value("proxy-ssl-name"):
        return Inert("ingress-nginx writes it only beside proxy-ssl-name")
    return Translated((BackendIdentity(sends_name=True),))


TLS = {"backend-protocol": "HTTPS", "proxy-ssl-secret": "shop/backend"}
NAMED = {**TLS, "proxy-ssl-name": "api.internal"}

unit = Unit(
    names=("proxy-ssl-server-name",),
    risk=Risk.SECURITY,
    read=read,
    summary="Whether the backend's name is sent to it in the TLS handshake",
    source=SOURCE,
    cases=(
        Case(value="on", siblings=NAMED, expect=Translated((BackendIdentity(sends_name=True),))),
        Case(value="on", siblings=TLS, expect=Inert("beside proxy-ssl-name")),
        Case(value="on", expect=Inert("without proxy-ssl-secret")),
        Case(value="off", siblings=NAMED, expect=Inert("default")),
        Case(value="1", siblings=NAMED, expect=Inert("neither on nor off")),
    ),
)
