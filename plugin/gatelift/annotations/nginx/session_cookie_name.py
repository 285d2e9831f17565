"""The name of the affinity cookie."""

from __future__ import annotations

from gatelift.annotations.nginx._sticky import ON, SOURCE, text_reader
from gatelift.annotations.unit import Case, Inert, Refused, Translated, Unit
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Affinity

unit = Unit(
    names=("session-cookie-name",),
    risk=Risk.TRAFFIC,
    read=text_reader(
        lambda text: Affinity(name=text),
        accepted=r"[A-Za-z0-9._~/:-]+",
        writable=r"[A-Za-z0-9._~-]{1,128}",
        fallback="names the cookie INGRESSCOOKIE",
        todo="use at most 128 letters, digits and . _ ~ - in the name",
    ),
    summary="Name of the affinity cookie",
    source=SOURCE,
    cases=(
        Case(value="route", siblings=ON, expect=Translated((Affinity(name="route"),))),
        Case(value="shop.node_1", siblings=ON, expect=Translated((Affinity(name="shop.node_1"),))),
        Case(value="shop;node", siblings=ON, expect=Inert("INGRESSCOOKIE")),
        Case(value="shop/node", siblings=ON, expect=Refused("cannot be written", "letters")),
        Case(value="route", expect=Inert("without affinity")),
        Case(value="", siblings=ON, expect=Inert("INGRESSCOOKIE")),
    ),
)
