"""How many seconds the affinity cookie lasts."""

from __future__ import annotations

from gatelift.annotations.nginx._sticky import ON, SOURCE, age_reader
from gatelift.annotations.unit import Case, Inert, Refused, Translated, Unit
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Affinity

unit = Unit(
    names=("session-cookie-max-age",),
    risk=Risk.TRAFFIC,
    read=age_reader(lambda seconds: Affinity(max_age=seconds)),
    summary="How many seconds the affinity cookie lasts",
    source=SOURCE,
    cases=(
        Case(value="172800", siblings=ON, expect=Translated((Affinity(max_age=172800),))),
        Case(value="1", siblings=ON, expect=Translated((Affinity(max_age=1),))),
        Case(value="0", siblings=ON, expect=Refused("forget the cookie", "remove")),
        Case(value="-1", siblings=ON, expect=Refused("forget the cookie", "remove")),
        Case(value="9999999999", siblings=ON, expect=Refused("Gateway API", "at most")),
        Case(value="P2", siblings=ON, expect=Refused("no whole number", "write")),
        Case(value="2d", siblings=ON, expect=Inert("no age")),
        Case(value="172800", expect=Inert("without affinity")),
    ),
)
