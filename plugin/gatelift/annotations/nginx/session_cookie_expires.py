"""How many seconds the affinity cookie lasts, for old browsers."""

from __future__ import annotations

from gatelift.annotations.nginx._sticky import ON, SOURCE, age_reader
from gatelift.annotations.unit import Case, Inert, Refused, Translated, Unit
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Affinity

unit = Unit(
    names=("session-cookie-expires",),
    risk=Risk.TRAFFIC,
    read=age_reader(lambda seconds: Affinity(expires=seconds)),
    summary="How many seconds the affinity cookie lasts, for old browsers",
    source=SOURCE,
    cases=(
        Case(value="172800", siblings=ON, expect=Translated((Affinity(expires=172800),))),
        Case(value="1", siblings=ON, expect=Translated((Affinity(expires=1),))),
        Case(value="0", siblings=ON, expect=Refused("forget the cookie", "remove")),
        Case(value="-1", siblings=ON, expect=Refused("forget the cookie", "remove")),
        Case(value="9999999999", siblings=ON, expect=Refused("Gateway API", "at most")),
        Case(value="P2", siblings=ON, expect=Refused("no whole number", "write")),
        Case(value="2d", siblings=ON, expect=Inert("no age")),
        Case(value="172800", expect=Inert("without affinity")),
    ),
)
