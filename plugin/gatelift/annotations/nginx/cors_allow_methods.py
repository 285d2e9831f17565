"""Which methods a browser of another origin may use."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._cors import SOURCE, dormant
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, csv, shown
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Cors

KNOWN = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})
ACCEPTED = re.compile(r"(?:[A-Za-z]|(?<=[A-Za-z]),|(?<=[A-Za-z,])[\t\n\f\r ])+")
ON = {"enable-cors": "true"}


def read(value: str, context: UnitContext) -> Result:
    """Methods that Gateway API knows; upstream sends any other word as it stands."""
    if (asleep := dormant(context)) is not None:
        return asleep
    text = value.strip()
    if not ACCEPTED.fullmatch(text):
        return Inert(
            f"{shown(text)} is no list of methods to ingress-nginx, which falls back to its default", fallback=True
        )
    methods = tuple(dict.fromkeys(csv(text)))
    for method in methods:
        if method not in KNOWN:
            upper = method.upper() in KNOWN
            todo = f"write {method.upper()}" if upper else "name standard methods, separated by commas"
            return Refused(f"{shown(method)} is no method that Gateway API knows; they are all in capitals", todo)
    return Translated((Cors(methods=methods),))


unit = Unit(
    names=("cors-allow-methods",),
    risk=Risk.ROUTING,
    read=read,
    summary="Methods that browsers of other origins may use, comma-separated",
    source=SOURCE,
    cases=(
        Case(value="GET, POST", siblings=ON, expect=Translated((Cors(methods=("GET", "POST")),))),
        Case(value="GET,POST,GET,", siblings=ON, expect=Translated((Cors(methods=("GET", "POST")),))),
        Case(value="GET", expect=Inert("enable-cors")),
        Case(value="*", siblings=ON, expect=Inert("falls back")),
        Case(value="", siblings=ON, expect=Inert("falls back")),
        Case(value="get", siblings=ON, expect=Refused("capitals", "write GET")),
        Case(value="GET POST", siblings=ON, expect=Refused("'GET POST'", "commas")),
        Case(value="PURGE", siblings=ON, expect=Refused("'PURGE'", "standard")),
    ),
)
