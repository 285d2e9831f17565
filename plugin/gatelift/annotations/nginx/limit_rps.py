"""How many requests a client address may send in a second."""

from __future__ import annotations

from gatelift.annotations.nginx._limits import limit_reader
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Refused, Translated, Unit
from gatelift.intent.base import Risk
from gatelift.intent.security import RateLimit

unit = Unit(
    names=("limit-rps",),
    risk=Risk.SECURITY,
    read=limit_reader("per_second"),
    summary="Requests that one client address may send in a second",
    source=upstream("rate-limiting"),
    cases=(
        Case(value="10", expect=Translated((RateLimit(per_second=10),), differs="burst of 50")),
        Case(
            value="1",
            siblings={"limit-burst-multiplier": "0"},
            expect=Translated((RateLimit(per_second=1),), differs="429 instead of 503"),
        ),
        Case(value="0", expect=Inert("no limit")),
        Case(value="-1", expect=Inert("no limit")),
        Case(value="10/s", expect=Refused("does not load", "write")),
        Case(value="99999999999", expect=Refused("no gateway", "write")),
    ),
)
