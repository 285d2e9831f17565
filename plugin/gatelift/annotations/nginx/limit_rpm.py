"""How many requests a client address may send in a minute."""

from __future__ import annotations

from gatelift.annotations.nginx._limits import limit_reader
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Refused, Translated, Unit
from gatelift.intent.base import Risk
from gatelift.intent.security import RateLimit

unit = Unit(
    names=("limit-rpm",),
    risk=Risk.SECURITY,
    read=limit_reader("per_minute"),
    summary="Requests that one client address may send in a minute",
    source=upstream("rate-limiting"),
    cases=(
        Case(value="60", expect=Translated((RateLimit(per_minute=60),), differs="burst of 300")),
        Case(
            value="1",
            siblings={"limit-burst-multiplier": "0"},
            expect=Translated((RateLimit(per_minute=1),), differs="429 instead of 503"),
        ),
        Case(value="0", expect=Inert("no limit")),
        Case(value="-1", expect=Inert("no limit")),
        Case(value="60/s", expect=Refused("does not load", "write")),
        Case(value="99999999999", expect=Refused("no gateway", "write")),
    ),
)
