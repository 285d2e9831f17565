"""Whether nginx takes a whole answer off the backend before the client has read it."""

from __future__ import annotations

from gatelift.annotations.nginx._buffering import switch_reader
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Translated, Unit
from gatelift.intent.base import Risk

STREAMS = (
    "a client that reads slowly keeps the backend busy until it has the whole answer; nginx takes the answer off the "
    "backend at once, into memory and files"
)


unit = Unit(
    names=("proxy-buffering",),
    risk=Risk.TRAFFIC,
    read=switch_reader(STREAMS),
    setting="proxy-buffering",
    summary="Whether nginx takes a whole answer off the backend before the client has read it: on or off",
    source=upstream("proxy-buffering"),
    cases=(
        Case(value="on", expect=Translated(differs="reads slowly")),
        Case(value="off", expect=Translated()),
        Case(value="true", expect=Inert("neither on nor off")),
        Case(value="ON", expect=Inert("neither on nor off")),
    ),
)
