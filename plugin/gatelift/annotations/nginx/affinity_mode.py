"""What happens to clients kept on an endpoint when endpoints come and go."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._sticky import ON, dormant
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk

MOVES = "when endpoints come or go, some clients move to another endpoint, which persistent avoids today"


def read(value: str, context: UnitContext) -> Result:
    """``balanced`` is the default, and what a consistent hash does."""
    if (asleep := dormant(context)) is not None:
        return asleep
    mode = value.strip()
    if mode == "balanced":
        return Translated()
    if mode == "persistent":
        return Translated(differs=MOVES)
    return Inert(f"{shown(mode)} is no mode to ingress-nginx, which falls back to balanced", fallback=True)


unit = Unit(
    names=("affinity-mode",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="Whether clients move when endpoints come and go: balanced or persistent",
    source=upstream("session-affinity"),
    cases=(
        Case(value="balanced", siblings=ON, expect=Translated()),
        Case(value="persistent", siblings=ON, expect=Translated(differs="move to another")),
        Case(value="sticky", siblings=ON, expect=Inert("balanced")),
        Case(value="persistent", expect=Inert("without affinity")),
    ),
)
