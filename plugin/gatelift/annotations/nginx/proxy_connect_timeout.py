"""How long a connection to the backend may take to come about."""

from __future__ import annotations

from gatelift.annotations.nginx._timeouts import SOURCE, timeout_reader
from gatelift.annotations.unit import Case, Inert, Refused, Translated, Unit
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Timeouts

unit = Unit(
    names=("proxy-connect-timeout",),
    risk=Risk.TRAFFIC,
    read=timeout_reader("connect"),
    setting="proxy-connect-timeout",
    summary="Longest time to connect to the backend, in seconds",
    source=SOURCE,
    cases=(
        Case(value="10", expect=Translated((Timeouts(connect=10),))),
        Case(value="0", expect=Refused("at once", "")),
        Case(value="-1", expect=Refused("negative", "")),
        Case(value="1.5", expect=Inert("whole number")),
    ),
)
