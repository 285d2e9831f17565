"""What nginx puts into the Location of the backend's answers."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._location_headers import FROM, TO, read_half
from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """Acts together with ``proxy-redirect-from`` only."""
    return read_half(value, TO, context)


unit = Unit(
    names=(TO,),
    risk=Risk.TRAFFIC,
    read=read,
    setting=TO,
    summary="What is put into the Location of the backend's answers instead",
    source=upstream("proxy-redirect"),
    cases=(
        Case(value="/", siblings={FROM: "http://shop:8080/"}, expect=Refused("to '/'", "X-Forwarded-Proto")),
        Case(value="/", controller={FROM: "http://shop/"}, expect=Refused("'http://shop/'", "accept:")),
        Case(value="/", expect=Inert("proxy-redirect-from is off")),
        Case(value="/", siblings={FROM: "default"}, expect=Inert("proxy-redirect-from is default")),
        Case(value="off", siblings={FROM: "http://shop/"}, expect=Inert("it is off")),
        Case(value="/a;b", siblings={FROM: "http://shop/"}, expect=Inert("no value")),
    ),
)
