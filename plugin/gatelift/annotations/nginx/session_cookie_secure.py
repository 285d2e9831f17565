"""Whether the affinity cookie is for HTTPS only."""

from __future__ import annotations

from gatelift.annotations.nginx._sticky import ON, SOURCE, dormant
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Affinity


def read(value: str, context: UnitContext) -> Result:
    """``false`` is as good as missing: the cookie is then for HTTPS only where the request came over HTTPS."""
    if (asleep := dormant(context)) is not None:
        return asleep
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    if not wanted:
        return Inert("false is as good as missing: over HTTPS the cookie is for HTTPS only all the same")
    return Translated((Affinity(secure=True),))


unit = Unit(
    names=("session-cookie-secure",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="Whether the affinity cookie is for HTTPS only, whatever the request came over",
    source=SOURCE,
    cases=(
        Case(value="true", siblings=ON, expect=Translated((Affinity(secure=True),))),
        Case(value="1", siblings=ON, expect=Translated((Affinity(secure=True),))),
        Case(value="false", siblings=ON, expect=Inert("missing")),
        Case(value="yes", siblings=ON, expect=Inert("no boolean")),
        Case(value="true", expect=Inert("without affinity")),
    ),
)
