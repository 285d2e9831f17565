"""Whether nginx takes a whole answer off the backend before the client has read it."""

from __future__ import annotations

from gatelift.annotations.nginx._buffering import no_switch, switch
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk

STREAMS = (
    "a client that reads slowly keeps the backend busy until it has the whole answer; nginx takes the answer off the "
    "backend at once, into memory and files"
)


def read(value: str, context: UnitContext) -> Result:
    """``off`` is what a gateway does, and what ingress-nginx does by default."""
    wanted = switch(value)
    if wanted is None:
        return no_switch(value)
    return Translated(differs=STREAMS) if wanted else Translated()


unit = Unit(
    names=("proxy-buffering",),
    risk=Risk.TRAFFIC,
    read=read,
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
