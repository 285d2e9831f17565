"""Whether a client is given another endpoint, and another cookie, after a failure."""

from __future__ import annotations

from gatelift.annotations.nginx._sticky import ON, SOURCE, dormant
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk

STAYS = "after a failure a client keeps its cookie, and its endpoint until the gateway takes that out of service"


def read(value: str, context: UnitContext) -> Result:
    """A gateway sets the cookie once."""
    if (asleep := dormant(context)) is not None:
        return asleep
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    return Translated(differs=STAYS) if wanted else Inert("false is the default")


unit = Unit(
    names=("session-cookie-change-on-failure",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="Whether a client is given another endpoint and cookie after a failure",
    source=SOURCE,
    cases=(
        Case(value="true", siblings=ON, expect=Translated(differs="keeps its cookie")),
        Case(value="false", siblings=ON, expect=Inert("default")),
        Case(value="yes", siblings=ON, expect=Inert("no boolean")),
        Case(value="true", expect=Inert("without affinity")),
    ),
)
