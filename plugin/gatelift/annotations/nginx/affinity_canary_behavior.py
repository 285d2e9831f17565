"""Whether a client stays with the canary, or with the primary, that served it first."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._sticky import ON, dormant
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk

DRAWN = "a canary's weight is drawn for each request anew, so a client may go back and forth between canary and primary"


def read(value: str, context: UnitContext) -> Result:
    """``legacy`` draws for each request, as weights of a route do; ``sticky``, the default, remembers."""
    if (asleep := dormant(context)) is not None:
        return asleep
    behaviour = value.strip()
    if behaviour == "legacy":
        return Translated()
    if behaviour == "sticky":
        return Translated(differs=DRAWN)
    return Inert(f"{shown(behaviour)} is unknown to ingress-nginx, which falls back to sticky", fallback=True)


unit = Unit(
    names=("affinity-canary-behavior",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="Whether a client stays with the canary or primary that served it first: sticky or legacy",
    source=upstream("session-affinity"),
    cases=(
        Case(value="legacy", siblings=ON, expect=Translated()),
        Case(value="sticky", siblings=ON, expect=Translated(differs="back and forth")),
        Case(value="none", siblings=ON, expect=Inert("sticky")),
        Case(value="legacy", expect=Inert("without affinity")),
    ),
)
