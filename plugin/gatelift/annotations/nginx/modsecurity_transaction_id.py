"""The identifier of a request in the firewall's audit log."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._waf import ON, SOURCE, SWITCH, dormant
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk

_CHECKED = re.compile(r"[A-Za-z0-9_${}-]*")


def read(value: str, context: UnitContext) -> Result:
    """A name in a log; whether the firewall itself may go is asked by ``enable-modsecurity``."""
    if (asleep := dormant(context)) is not None:
        return asleep
    if not _CHECKED.fullmatch(value.replace(" ", "")):
        return Inert(f"{shown(value.strip())} is no identifier to ingress-nginx, which sets none then")
    return Translated(
        differs="the audit log of the firewall ends with it; Envoy gives each request an X-Request-Id, which its "
        "access log and the backend see"
    )


unit = Unit(
    names=("modsecurity-transaction-id",),
    risk=Risk.METADATA,
    read=read,
    summary="Identifier of a request in the firewall's audit log",
    source=SOURCE,
    cases=(
        Case(value="$request_id", siblings=ON, expect=Translated(differs="X-Request-Id")),
        Case(value="shop-${request_id}", controller=ON, expect=Translated(differs="X-Request-Id")),
        Case(value="$request_id", expect=Inert(f"without {SWITCH}")),
        Case(value="$request_id", controller=ON, siblings={SWITCH: "false"}, expect=Inert(f"without {SWITCH}")),
        Case(value='$request_id";', siblings=ON, expect=Inert("no identifier")),
    ),
)
