"""How long the backend may leave a request unread between two writes."""

from __future__ import annotations

from gatelift.annotations.nginx._timeouts import SOURCE, timeout_reader
from gatelift.annotations.unit import Case, Inert, Refused, Translated, Unit
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Timeouts

unit = Unit(
    names=("proxy-send-timeout",),
    risk=Risk.TRAFFIC,
    read=timeout_reader("send"),
    setting="proxy-send-timeout",
    summary="Longest pause between two writes to the backend, in seconds",
    source=SOURCE,
    cases=(
        Case(value="300", expect=Translated((Timeouts(send=300),))),
        Case(value="0", expect=Refused("at once", "")),
        Case(value="-5", expect=Refused("negative", "")),
        Case(value="5m", expect=Inert("whole number")),
    ),
)
