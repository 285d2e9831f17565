"""What nginx replaces in the Location of the backend's answers."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._location_headers import FROM, TO, read_half
from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """Acts together with ``proxy-redirect-to`` only."""
    return read_half(value, FROM, context)


unit = Unit(
    names=(FROM,),
    risk=Risk.TRAFFIC,
    read=read,
    setting=FROM,
    summary="What is replaced in the Location of the backend's answers",
    source=upstream("proxy-redirect"),
    cases=(
        Case(
            value="http://shop:8080/",
            siblings={TO: "https://shop.example.com/"},
            expect=Refused("'http://shop:8080/' to 'https://shop.example.com/'", "X-Forwarded-Host"),
        ),
        Case(value="http://shop/", controller={TO: "/"}, expect=Refused("to '/'", "proxy-redirect-to")),
        Case(value="http://shop:8080/", expect=Inert("proxy-redirect-to is off")),
        Case(value="off", siblings={TO: "/"}, expect=Inert("it is off")),
        Case(value="default", siblings={TO: "/"}, expect=Inert("no backend sends")),
        Case(value='http://shop"/', siblings={TO: "/"}, expect=Inert("no value")),
    ),
)
