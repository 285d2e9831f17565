"""How long the chain from the backend's certificate to an authority may be."""

from __future__ import annotations

from gatelift.annotations.nginx._proxy_ssl import SOURCE, verifies, without_authority
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, parse_int, shown
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """A number; no gateway limits the chain."""
    depth = parse_int(value)
    if not depth:
        return Inert(f"{shown(value)} is no depth to ingress-nginx, which falls back to 1", fallback=True)
    if (asleep := without_authority(context)) is not None:
        return asleep
    if not verifies(context):
        return Inert("the backend's certificate is not checked (proxy-ssl-verify)")
    why = f"the gateway follows the chain to the authority whatever its length, where nginx stops after {depth}"
    return Translated(differs=why)


TLS = {"backend-protocol": "HTTPS", "proxy-ssl-secret": "shop/backend"}

unit = Unit(
    names=("proxy-ssl-verify-depth",),
    risk=Risk.SECURITY,
    read=read,
    summary="Longest chain from the backend's certificate to its authority",
    source=SOURCE,
    cases=(
        Case(value="2", siblings={**TLS, "proxy-ssl-verify": "on"}, expect=Translated(differs="stops after 2")),
        Case(value="2", siblings=TLS, expect=Inert("not checked")),
        Case(value="0", siblings={**TLS, "proxy-ssl-verify": "on"}, expect=Inert("falls back to 1")),
        Case(value="two", siblings=TLS, expect=Inert("falls back to 1")),
        Case(value="2", expect=Inert("without proxy-ssl-secret")),
    ),
)
