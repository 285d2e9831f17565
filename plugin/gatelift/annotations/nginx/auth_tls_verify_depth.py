"""How long the chain from a client's certificate to an authority may be."""

from __future__ import annotations

from gatelift.annotations.nginx._auth_tls import SECRET, SOURCE, dormant
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, parse_int, shown
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """A number; no gateway limits the chain."""
    depth = parse_int(value)
    if not depth:
        return Inert(f"{shown(value)} is no depth to ingress-nginx, which falls back to 1", fallback=True)
    if (asleep := dormant(context)) is not None:
        return asleep
    why = f"the gateway follows the chain to the authority whatever its length, where nginx stops after {depth}"
    return Translated(differs=why)


unit = Unit(
    names=("auth-tls-verify-depth",),
    risk=Risk.SECURITY,
    read=read,
    summary="Longest chain from a client's certificate to its authority",
    source=SOURCE,
    cases=(
        Case(value="3", siblings=SECRET, expect=Translated(differs="stops after 3")),
        Case(value="0", siblings=SECRET, expect=Inert("falls back to 1")),
        Case(value="deep", siblings=SECRET, expect=Inert("falls back to 1")),
        Case(value="3", expect=Inert("without auth-tls-secret")),
        Case(value="3", siblings={**SECRET, "auth-tls-verify-client": "off"}, expect=Inert("nobody is asked")),
    ),
)
