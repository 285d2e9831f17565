"""How long the backend may stay silent between two reads."""

from __future__ import annotations

from gatelift.annotations.nginx._timeouts import SOURCE, timeout_reader
from gatelift.annotations.unit import Case, Inert, Refused, Translated, Unit
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Timeouts

unit = Unit(
    names=("proxy-read-timeout",),
    risk=Risk.TRAFFIC,
    read=timeout_reader("read"),
    setting="proxy-read-timeout",
    summary="Longest silence between two reads from the backend, in seconds",
    source=SOURCE,
    cases=(
        Case(value="3600", expect=Translated((Timeouts(read=3600),))),
        Case(value="+1", expect=Translated((Timeouts(read=1),))),
        Case(value="0", expect=Refused("at once", "")),
        Case(value="-1", expect=Refused("negative", "")),
        Case(value="999999999999", expect=Refused("more than a route can state", "")),
        Case(value="60s", expect=Inert("whole number")),
        Case(value=" 60", expect=Inert("whole number")),
    ),
)
