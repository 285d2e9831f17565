"""The name of the spans."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._answers import from_controller
from gatelift.annotations.nginx._tracing import ON, SOURCE, SWITCH, dormant
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk

_CHECKED = re.compile(r"[A-Za-z0-9_-]*")


def read(value: str, context: UnitContext) -> Result:
    """Envoy names its spans itself, unless a policy says otherwise."""
    if (asleep := dormant(context)) is not None:
        return asleep
    text = value.strip()
    if not from_controller(context) and not _CHECKED.fullmatch(value.replace(" ", "")):
        return Inert(f"{shown(text)} is no name to ingress-nginx, which falls back to its default", fallback=True)
    return Translated(
        differs=f"spans are not called {shown(text)}; from 1.7 on Envoy Gateway has telemetry.tracing.spanName in a "
        "BackendTrafficPolicy for that"
    )


unit = Unit(
    names=("opentelemetry-operation-name",),
    risk=Risk.METADATA,
    read=read,
    setting="opentelemetry-operation-name",
    summary="Name of the spans of this Ingress",
    source=SOURCE,
    cases=(
        Case(value="checkout", siblings=ON, expect=Translated(differs="'checkout'")),
        Case(value="check_out-2", siblings=ON, expect=Translated(differs="spanName")),
        Case(value="HTTP $request_method", siblings=ON, expect=Inert("no name")),
        Case(value="checkout", expect=Inert(f"without {SWITCH}")),
        Case(value="checkout", controller=ON, expect=Inert("on the same Ingress")),
    ),
)
