"""Which response headers a script of another origin may read."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._cors import SOURCE, dormant, header_names
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, csv, shown
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Cors

ACCEPTED = re.compile(r"(?:[A-Za-z0-9_*-]|(?<=[A-Za-z0-9_*-]),|(?<=[A-Za-z0-9_*,-])[\t\n\f\r ])+")
ON = {"enable-cors": "true"}


def read(value: str, context: UnitContext) -> Result:
    """The header names, or ``*``; a text with other characters exposes nothing."""
    if (asleep := dormant(context)) is not None:
        return asleep
    text = value.strip()
    if not ACCEPTED.fullmatch(text):
        return Inert(f"{shown(text)} is no list of headers to ingress-nginx, which exposes none")
    names = tuple(dict.fromkeys(csv(text)))
    return header_names(names) or Translated((Cors(expose=names),))


unit = Unit(
    names=("cors-expose-headers",),
    risk=Risk.ROUTING,
    read=read,
    summary="Response headers that scripts of other origins may read, comma-separated, or '*'",
    source=SOURCE,
    cases=(
        Case(value="X-Total, ETag", siblings=ON, expect=Translated((Cors(expose=("X-Total", "ETag")),))),
        Case(value="*", siblings=ON, expect=Translated((Cors(expose=("*",)),))),
        Case(value="ETag", expect=Inert("enable-cors")),
        Case(value="X-Total;ETag", siblings=ON, expect=Inert("exposes none")),
        Case(value="X-Total ETag", siblings=ON, expect=Refused("no header name", "commas")),
    ),
)
