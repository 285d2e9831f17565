"""Which origins may read responses."""

from __future__ import annotations

from gatelift.annotations.nginx._cors import SOURCE, allowed_origins, dormant
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Cors

GREEDY = "a wildcard stood for exactly one label, and now also stands for several"
ON = {"enable-cors": "true"}


def read(value: str, context: UnitContext) -> Result:
    """The origins that pass upstream's own check, as far as Gateway API can write them."""
    if (asleep := dormant(context)) is not None:
        return asleep
    found = allowed_origins(value)
    if found.problem is not None:
        return found.problem
    if found.fallback:
        return Inert(found.fallback, fallback=True)
    greedy = any("://*." in origin for origin in found.origins)
    return Translated((Cors(origins=found.origins),), differs=GREEDY if greedy else "")


def _origins(*origins: str) -> tuple[Cors]:
    return (Cors(origins=origins),)


unit = Unit(
    names=("cors-allow-origin",),
    risk=Risk.ROUTING,
    read=read,
    summary="Origins that may read responses, comma-separated, or '*'",
    source=SOURCE,
    cases=(
        Case(value="https://a.example", siblings=ON, expect=Translated(_origins("https://a.example"))),
        Case(
            value="https://A.example:8443, http://b.example",
            siblings=ON,
            expect=Translated(_origins("https://a.example:8443", "http://b.example")),
        ),
        Case(value="a.example, https://b.example", siblings=ON, expect=Translated(_origins("https://b.example"))),
        Case(
            value="https://*.a.example",
            siblings=ON,
            expect=Translated(_origins("https://*.a.example"), differs="one label"),
        ),
        Case(value="*", siblings=ON, expect=Translated(_origins("*"))),
        Case(value="https://a.example", expect=Inert("enable-cors")),
        Case(value="https://a.example/app", siblings=ON, expect=Inert("falls back")),
        Case(value="null", siblings=ON, expect=Refused("'null'", "serve")),
        Case(value="app://desktop", siblings=ON, expect=Refused("http and https", "serve")),
        Case(value="https://a.example,", siblings=ON, expect=Refused("every origin", "remove")),
        Case(value="a.example", siblings=ON, expect=Refused("every origin", "write")),
        Case(value="https://", siblings=ON, expect=Refused("cannot be written", "serve")),
    ),
)
