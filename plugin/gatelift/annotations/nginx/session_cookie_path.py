"""The path that the affinity cookie is sent under."""

from __future__ import annotations

from gatelift.annotations.nginx._sticky import ON, SOURCE, text_reader
from gatelift.annotations.unit import Case, Inert, Refused, Translated, Unit
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Affinity

unit = Unit(
    names=("session-cookie-path",),
    risk=Risk.TRAFFIC,
    read=text_reader(
        lambda text: Affinity(path=text),
        accepted=r"[A-Za-z0-9._~/:?&=-]+",
        writable=r"/[A-Za-z0-9._~/:?&=-]{0,255}",
        fallback="sends the cookie under the path of the location",
        todo="write a path that begins with /",
    ),
    summary="Path that the affinity cookie is sent under",
    source=SOURCE,
    cases=(
        Case(value="/", siblings=ON, expect=Translated((Affinity(path="/"),))),
        Case(value="/shop", siblings=ON, expect=Translated((Affinity(path="/shop"),))),
        Case(value="/shop; Domain=a.example", siblings=ON, expect=Inert("path of the location")),
        Case(value="shop", siblings=ON, expect=Refused("cannot be written", "begins with /")),
        Case(value="/", expect=Inert("without affinity")),
    ),
)
