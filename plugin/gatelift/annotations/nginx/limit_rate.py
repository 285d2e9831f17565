"""How fast an answer is sent."""

from __future__ import annotations

from gatelift.annotations.nginx._bandwidth import DECIDE, OPTION, RATE, no_number
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, parse_int
from gatelift.intent.bandwidth import Bandwidth
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """nginx limits each answer by itself, a gateway all answers of a route together."""
    kibibytes = parse_int(value)
    if kibibytes is None:
        return no_number(value)
    if kibibytes <= 0:
        return Inert(f"{kibibytes} is no limit to ingress-nginx")
    match context.decide.get(OPTION.name):
        case "omit":
            return Translated(
                differs=f"each answer is sent at full speed, where nginx stops at {kibibytes} KiB a second"
            )
        case "route":
            why = (
                f"all clients of a route share {kibibytes} KiB a second in each copy of the gateway, where nginx "
                "grants that much to each answer"
            )
            return Translated((Bandwidth(kibibytes=kibibytes),), differs=why)
    return Refused(
        f"nginx sends each answer with {kibibytes} KiB a second, and no gateway limits a single answer", DECIDE
    )


ROUTE = {OPTION.name: "route"}

unit = Unit(
    names=(RATE,),
    risk=Risk.TRAFFIC,
    read=read,
    setting=RATE,
    decide=(OPTION,),
    summary="How many KiB of an answer are sent in a second",
    source=upstream("rate-limiting"),
    cases=(
        Case(value="100", expect=Refused("single answer", "decide")),
        Case(value="100", decide=ROUTE, expect=Translated((Bandwidth(kibibytes=100),), differs="share 100")),
        Case(value="100", decide={OPTION.name: "omit"}, expect=Translated(differs="full speed")),
        Case(value="0", expect=Inert("no limit")),
        Case(value="-5", decide=ROUTE, expect=Inert("no limit")),
        Case(value="100k", decide=ROUTE, expect=Inert("no whole number")),
    ),
)
