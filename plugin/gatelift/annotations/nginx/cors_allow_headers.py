"""Which request headers a browser of another origin may send."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._cors import SOURCE, dormant, header_names
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, csv, shown
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Cors

ACCEPTED = re.compile(r"[A-Za-z0-9_, -]*")
ON = {"enable-cors": "true"}


def read(value: str, context: UnitContext) -> Result:
    """The header names; a text with other characters falls back to the default list."""
    if (asleep := dormant(context)) is not None:
        return asleep
    text = value.strip()
    if not text or not ACCEPTED.fullmatch(text):
        return Inert(
            f"{shown(text)} is no list of headers to ingress-nginx, which falls back to its default list", fallback=True
        )
    names = tuple(dict.fromkeys(csv(text)))
    return header_names(names) or Translated((Cors(headers=names),))


unit = Unit(
    names=("cors-allow-headers",),
    risk=Risk.ROUTING,
    read=read,
    summary="Request headers that browsers of other origins may send, comma-separated",
    source=SOURCE,
    cases=(
        Case(
            value="X-Token, Content-Type",
            siblings=ON,
            expect=Translated((Cors(headers=("X-Token", "Content-Type")),)),
        ),
        Case(value="x_legacy,x_legacy", siblings=ON, expect=Translated((Cors(headers=("x_legacy",)),))),
        Case(value="X-Token", expect=Inert("enable-cors")),
        Case(value="*", siblings=ON, expect=Inert("default list")),
        Case(value="X-Token Content-Type", siblings=ON, expect=Refused("no header name", "commas")),
        Case(value=",", siblings=ON, expect=Refused("names no header", "remove")),
        Case(value=",".join(f"X-{n}" for n in range(65)), siblings=ON, expect=Refused("65 headers", "shorten")),
    ),
)
