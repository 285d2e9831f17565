"""How many requests more than the limit may come at once."""

from __future__ import annotations

from gatelift.annotations.nginx._limits import limited
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, parse_int, shown
from gatelift.intent.base import Risk

GONE = "a gateway lets no burst through beside the limit itself: see limit-rps and limit-rpm for what is gone"


def read(value: str, context: UnitContext) -> Result:
    """Without a burst nothing is lost; what a limit loses is said there, in numbers."""
    multiplier = parse_int(value)
    if multiplier is None:
        return Inert(f"{shown(value)} is no whole number to ingress-nginx, which falls back to 5")
    if not limited(context):
        return Inert("it does nothing without limit-rps or limit-rpm")
    return Translated(differs=GONE) if multiplier > 0 else Translated()


RPS = {"limit-rps": "10"}

unit = Unit(
    names=("limit-burst-multiplier",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="How many times the limit may come at once, on top of it",
    source=upstream("rate-limiting"),
    cases=(
        Case(value="3", siblings=RPS, expect=Translated(differs="no burst")),
        Case(value="0", siblings=RPS, expect=Translated()),
        Case(value="x", siblings=RPS, expect=Inert("falls back to 5")),
        Case(value="3", expect=Inert("without limit-rps")),
        Case(value="3", siblings={"limit-rps": "0"}, expect=Inert("without limit-rps")),
    ),
)
