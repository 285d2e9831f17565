"""The Host header of the copies."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._mirror import accepted, dormant
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.mirroring import Mirror


def read(value: str, context: UnitContext) -> Result:
    """What it says; whether a target can send that is the target's to know."""
    if (asleep := dormant(context)) is not None:
        return asleep
    host = value.strip()
    if not accepted(value):
        return Inert(f"ingress-nginx does not take {shown(host)}, and sends the host of mirror-target")
    return Translated((Mirror(host=host),))


ON = {"mirror-target": "https://test.example.com$request_uri"}

unit = Unit(
    names=("mirror-host",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="The Host header of the copies; without it, the host of mirror-target",
    source=upstream("mirror"),
    cases=(
        Case(value="shop.example.com", siblings=ON, expect=Translated((Mirror(host="shop.example.com"),))),
        Case(value="$host", siblings=ON, expect=Translated((Mirror(host="$host"),))),
        Case(value="shop.example.com;", siblings=ON, expect=Inert("host of mirror-target")),
        Case(value="shop.example.com", expect=Inert("without mirror-target")),
    ),
)
