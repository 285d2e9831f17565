"""Whether the copies carry the request's body."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._mirror import dormant
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.mirroring import Mirror


def read(value: str, context: UnitContext) -> Result:
    """Everything but ``off`` is ``on``."""
    if (asleep := dormant(context)) is not None:
        return asleep
    word = value.strip()
    if word not in ("on", "off"):
        return Inert(f"{shown(word)} is neither on nor off to ingress-nginx, which takes it for on")
    return Translated((Mirror(body=word == "on"),))


ON = {"mirror-target": "https://test.example.com$request_uri"}

unit = Unit(
    names=("mirror-request-body",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="Whether the copies carry the request's body: on or off",
    source=upstream("mirror"),
    cases=(
        Case(value="off", siblings=ON, expect=Translated((Mirror(body=False),))),
        Case(value="on", siblings=ON, expect=Translated((Mirror(body=True),))),
        Case(value="false", siblings=ON, expect=Inert("takes it for on")),
        Case(value="off", expect=Inert("without mirror-target")),
    ),
)
