"""How many endpoints are tried for one request, the first one included."""

from __future__ import annotations

from gatelift.annotations.nginx._retries import limit_reader
from gatelift.annotations.nginx._timeouts import SOURCE
from gatelift.annotations.unit import Case, Inert, Refused, Translated, Unit
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Retries

unit = Unit(
    names=("proxy-next-upstream-tries",),
    risk=Risk.TRAFFIC,
    read=limit_reader(lambda number: Retries(tries=number)),
    setting="proxy-next-upstream-tries",
    summary="Number of endpoints tried for one request, 0 for no limit",
    source=SOURCE,
    cases=(
        Case(value="2", expect=Translated((Retries(tries=2),))),
        Case(value="0", expect=Translated((Retries(tries=0),))),
        Case(value="-1", expect=Refused("negative", "")),
        Case(value="two", expect=Inert("whole number")),
        Case(value="2", siblings={"proxy-next-upstream": "off"}, expect=Inert("off")),
        Case(value="2", controller={"proxy-next-upstream": "off"}, expect=Inert("off")),
    ),
)
