"""The value of the header that sends a request to the canary."""

from __future__ import annotations

from gatelift.annotations.nginx._canary import SOURCE, of_canary, unchecked
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Canary

LONGEST = 4096
"""The API server takes no longer value of a header."""


def read(value: str, context: UnitContext) -> Result:
    """A value that is compared exactly, in place of ``always`` and ``never``."""
    wanted = value.strip()
    if not context.value("canary-by-header"):
        return Inert("there is no canary-by-header that it could be the value of")
    if not wanted:
        return Inert("a blank value is none to ingress-nginx")
    problem = unchecked(value)
    if problem is not None:
        return problem
    if len(wanted) > LONGEST:
        return Refused(f"the value is longer than {LONGEST} characters", "shorten it")
    return Translated((Canary(header_value=wanted),))


_CANARY = {"canary": "true", "canary-by-header": "X-Region"}

unit = Unit(
    names=("canary-by-header-value",),
    risk=Risk.ROUTING,
    read=of_canary(read),
    summary="Value of the header that sends a request to the canary",
    source=SOURCE,
    cases=(
        Case(value="eu", siblings=_CANARY, expect=Translated((Canary(header_value="eu"),))),
        Case(value="eu west", siblings=_CANARY, expect=Translated((Canary(header_value="eu west"),))),
        Case(value="eu", siblings={"canary": "true"}, expect=Inert("no canary-by-header")),
        Case(value="eu", siblings={"canary-by-header": "X-Region"}, expect=Inert("no canary")),
        Case(value="a=b", siblings=_CANARY, expect=Refused("1.12", "")),
    ),
)
