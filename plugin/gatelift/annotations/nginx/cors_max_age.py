"""How long a browser may remember the answer to a preflight."""

from __future__ import annotations

from gatelift.annotations.nginx._cors import SOURCE, dormant
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, parse_int, shown
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Cors

LONGEST = 2**31 - 1
ON = {"enable-cors": "true"}


def read(value: str, context: UnitContext) -> Result:
    """Whole seconds; the filter takes 1 to 2147483647."""
    if (asleep := dormant(context)) is not None:
        return asleep
    seconds = parse_int(value)
    if seconds is None:
        return Inert(
            f"{shown(value)} is no whole number to ingress-nginx, which falls back to 1728000 seconds", fallback=True
        )
    if seconds < 1:
        differs = f"{seconds} tells browsers not to remember the answer; a gateway can say no less than one second"
        return Translated((Cors(max_age=1),), differs=differs)
    if seconds > LONGEST:
        return Translated((Cors(max_age=LONGEST),), differs=f"{seconds} is cut to the {LONGEST} that a gateway can say")
    return Translated((Cors(max_age=seconds),))


unit = Unit(
    names=("cors-max-age",),
    risk=Risk.ROUTING,
    read=read,
    summary="Seconds for which browsers may remember the answer to a preflight",
    source=SOURCE,
    cases=(
        Case(value="600", siblings=ON, expect=Translated((Cors(max_age=600),))),
        Case(value="0", siblings=ON, expect=Translated((Cors(max_age=1),), differs="one second")),
        Case(value="9999999999", siblings=ON, expect=Translated((Cors(max_age=LONGEST),), differs="cut")),
        Case(value="600", expect=Inert("enable-cors")),
        Case(value="10m", siblings=ON, expect=Inert("1728000")),
    ),
)
