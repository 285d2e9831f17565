"""What the weight of a canary is a part of."""

from __future__ import annotations

from gatelift.annotations.nginx._canary import DEFAULT_TOTAL, SOURCE, of_canary
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, parse_int, shown
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Canary

HIGHEST_WEIGHT = 1_000_000
"""The API server takes no higher weight of a backend."""


def read(value: str, context: UnitContext) -> Result:
    """A total of more than 100, where there is a weight to be a part of it."""
    total = parse_int(value)
    if total is None:
        return Inert(f"{shown(value)} is no whole number to ingress-nginx, which falls back to 100", fallback=True)
    if total <= DEFAULT_TOTAL:
        return Inert("100 is the default" if total == DEFAULT_TOTAL else "ingress-nginx ignores a total below 100")
    if (parse_int(context.value("canary-weight") or "") or 0) <= 0:
        return Inert("no canary-weight gives the canary a part of it")
    if total > HIGHEST_WEIGHT:
        return Refused(
            f"weights of a route end at {HIGHEST_WEIGHT}", "divide canary-weight and its total by the same number"
        )
    return Translated((Canary(total=total),))


_CANARY = {"canary": "true", "canary-weight": "5"}

unit = Unit(
    names=("canary-weight-total",),
    risk=Risk.ROUTING,
    read=of_canary(read),
    summary="Number that canary-weight is a part of, 100 by default",
    source=SOURCE,
    cases=(
        Case(value="1000", siblings=_CANARY, expect=Translated((Canary(total=1000),))),
        Case(value="100", siblings=_CANARY, expect=Inert("default")),
        Case(value="50", siblings=_CANARY, expect=Inert("below 100")),
        Case(value="-1", siblings=_CANARY, expect=Inert("below 100")),
        Case(value="1e3", siblings=_CANARY, expect=Inert("falls back to 100")),
        Case(value="1000", siblings={"canary": "true"}, expect=Inert("no canary-weight")),
        Case(value="2000000", siblings=_CANARY, expect=Refused("end at", "")),
        Case(value="1000", expect=Inert("no canary")),
    ),
)
