"""The share of requests that the canary gets."""

from __future__ import annotations

from gatelift.annotations.nginx._canary import SOURCE, of_canary, total
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, parse_int, shown
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Canary


def read(value: str, context: UnitContext) -> Result:
    """ingress-nginx draws a number from 1 to the total: a negative weight is none, more than the total is all."""
    weight = parse_int(value)
    if weight is None:
        return Inert(f"{shown(value)} is no whole number to ingress-nginx, which falls back to 0", fallback=True)
    return Translated((Canary(weight=max(0, min(weight, total(context)))),))


_CANARY = {"canary": "true"}

unit = Unit(
    names=("canary-weight",),
    risk=Risk.ROUTING,
    read=of_canary(read),
    summary="Share of the requests for the canary, out of canary-weight-total",
    source=SOURCE,
    cases=(
        Case(value="10", siblings=_CANARY, expect=Translated((Canary(weight=10),))),
        Case(value="0", siblings=_CANARY, expect=Translated((Canary(weight=0),))),
        Case(value="-5", siblings=_CANARY, expect=Translated((Canary(weight=0),))),
        Case(value="250", siblings=_CANARY, expect=Translated((Canary(weight=100),))),
        Case(
            value="250",
            siblings={**_CANARY, "canary-weight-total": "1000"},
            expect=Translated((Canary(weight=250),)),
        ),
        Case(value="60", siblings={**_CANARY, "canary-weight-total": "50"}, expect=Translated((Canary(weight=60),))),
        Case(value="10%", siblings=_CANARY, expect=Inert("falls back to 0")),
        Case(value="10", expect=Inert("no canary")),
        Case(value="10", siblings={"canary": "yes"}, expect=Inert("no canary")),
        Case(value="10", siblings={"canary": "false"}, expect=Inert("no canary")),
    ),
)
