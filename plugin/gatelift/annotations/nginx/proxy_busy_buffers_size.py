"""How much of an answer nginx may be sending while it still reads."""

from __future__ import annotations

from gatelift.annotations.nginx._buffering import nobody_sees
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=("proxy-busy-buffers-size",),
    risk=Risk.TRAFFIC,
    read=nobody_sees("it sizes nginx's own memory for an answer; a gateway streams answers"),
    summary="How much of an answer nginx may be sending while it still reads",
    source=upstream("proxy-busy-buffers-size"),
    cases=(
        Case(value="16k", expect=Inert("streams answers")),
        Case(value="0", expect=Inert("streams answers")),
        Case(value="auto", expect=Inert("no size")),
    ),
)
