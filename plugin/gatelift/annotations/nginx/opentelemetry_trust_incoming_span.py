"""Whether a trace that the client sends is continued."""

from __future__ import annotations

from gatelift.annotations.nginx._tracing import ON, SOURCE, SWITCH, dormant
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """Envoy continues the client's trace."""
    if (asleep := dormant(context)) is not None:
        return asleep
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    if wanted:
        return Inert("true is the default")
    return Translated(
        differs="Envoy continues a trace that the client sends, where nginx begins one; to stop that, take traceparent "
        "and tracestate away with headers.earlyRequestHeaders.remove of a ClientTrafficPolicy"
    )


unit = Unit(
    names=("opentelemetry-trust-incoming-span",),
    risk=Risk.METADATA,
    read=read,
    setting="opentelemetry-trust-incoming-span",
    summary="Whether a trace that the client sends is continued",
    source=SOURCE,
    cases=(
        Case(value="false", siblings=ON, expect=Translated(differs="earlyRequestHeaders")),
        Case(value="true", siblings=ON, expect=Inert("default")),
        Case(value="maybe", siblings=ON, expect=Inert("no boolean")),
        Case(value="false", expect=Inert(f"without {SWITCH}")),
        Case(value="false", siblings={SWITCH: "false"}, expect=Inert(f"without {SWITCH}")),
        Case(value="false", controller=ON, expect=Inert("on the same Ingress")),
    ),
)
