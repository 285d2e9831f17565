"""Which client addresses are turned away."""

from __future__ import annotations

from gatelift.annotations.nginx._addresses import networks
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Refused, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.security import SourceRanges


def read(value: str, context: UnitContext) -> Result:
    """The networks, asked before those that may come in."""
    found = networks(value)
    return found if isinstance(found, Refused) else Translated((SourceRanges(deny=found),))


unit = Unit(
    names=("denylist-source-range",),
    risk=Risk.SECURITY,
    reads_empty=True,
    read=read,
    setting="denylist-source-range",
    summary="Client addresses and networks that get 403",
    source=upstream("denylist-source-range"),
    cases=(
        Case(value="192.0.2.0/24", expect=Translated((SourceRanges(deny=("192.0.2.0/24",)),))),
        Case(
            value="2001:db8::5/64, 192.0.2.7",
            expect=Translated((SourceRanges(deny=("2001:db8::/64", "192.0.2.7/32")),)),
        ),
        Case(value="", expect=Refused("empty item", "write")),
        Case(value="example.com", expect=Refused("503", "write")),
        Case(value="10.0.0.0/8;10.1.0.0/16", expect=Refused("neither", "write")),
    ),
)
