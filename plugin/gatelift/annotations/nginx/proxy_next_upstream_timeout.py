"""How long nginx goes on trying other endpoints."""

from __future__ import annotations

from gatelift.annotations.nginx._retries import limit_reader
from gatelift.annotations.nginx._timeouts import SOURCE
from gatelift.annotations.unit import Case, Inert, Refused, Translated, Unit
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Retries

unit = Unit(
    names=("proxy-next-upstream-timeout",),
    risk=Risk.TRAFFIC,
    read=limit_reader(lambda number: Retries(budget=number)),
    setting="proxy-next-upstream-timeout",
    summary="Seconds during which other endpoints are tried, 0 for no limit",
    source=SOURCE,
    cases=(
        Case(value="30", expect=Translated((Retries(budget=30),))),
        Case(value="0", expect=Translated((Retries(budget=0),))),
        Case(value="-30", expect=Refused("negative", "")),
        Case(value="30s", expect=Inert("whole number")),
        Case(value="30", siblings={"proxy-next-upstream": "off"}, expect=Inert("off")),
    ),
)
