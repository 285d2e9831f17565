"""How much of an answer is sent at full speed."""

from __future__ import annotations

from gatelift.annotations.nginx._bandwidth import DECIDE, OPTION, no_number, rate
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, parse_int
from gatelift.intent.base import Risk

NAME = "limit-rate-after"


def read(value: str, context: UnitContext) -> Result:
    """It goes with ``limit-rate``, and so does the decision."""
    kibibytes = parse_int(value)
    if kibibytes is None:
        return no_number(value)
    if kibibytes <= 0 or not rate(context):
        return Inert("it does nothing without limit-rate, or where it is not above 0")
    match context.decide.get(OPTION.name):
        case "omit":
            return Translated()
        case "route":
            return Translated(differs=f"answers are slowed down from the first byte, not after {kibibytes} KiB")
    return Refused("it belongs to limit-rate, of which nobody has decided what it becomes", DECIDE)


RATE = {"limit-rate": "100"}

unit = Unit(
    names=(NAME,),
    risk=Risk.TRAFFIC,
    read=read,
    setting=NAME,
    summary="How many KiB of an answer are sent at full speed",
    source=upstream("rate-limiting"),
    cases=(
        Case(value="500", siblings=RATE, expect=Refused("belongs to limit-rate", "decide")),
        Case(value="500", siblings=RATE, decide={OPTION.name: "route"}, expect=Translated(differs="first byte")),
        Case(value="500", siblings=RATE, decide={OPTION.name: "omit"}, expect=Translated()),
        Case(value="500", controller={"limit-rate": "10"}, expect=Refused("belongs to", "decide")),
        Case(value="500", expect=Inert("without limit-rate")),
        Case(value="0", siblings=RATE, expect=Inert("not above 0")),
        Case(value="1m", siblings=RATE, expect=Inert("no whole number")),
    ),
)
