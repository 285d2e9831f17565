"""Whether browsers of other origins may send cookies and passwords."""

from __future__ import annotations

from gatelift.annotations.nginx._cors import SOURCE, dormant, origins_of
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Cors

WITHHELD = (
    "credentials are not allowed, because '*' stands for the origins: browsers refuse that pair today, "
    "while a gateway would send back each origin by name and so let credentials in from everywhere"
)
ON = {"enable-cors": "true"}


def read(value: str, context: UnitContext) -> Result:
    """``true`` only beside origins that are named one by one (trap T27)."""
    if (asleep := dormant(context)) is not None:
        return asleep
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    if wanted and not origins_of(context).explicit:
        return Translated((Cors(credentials=False),), differs=WITHHELD)
    return Translated((Cors(credentials=wanted),))


unit = Unit(
    names=("cors-allow-credentials",),
    risk=Risk.ROUTING,
    read=read,
    summary="Whether browsers of other origins may send cookies and passwords",
    source=SOURCE,
    cases=(
        Case(
            value="true",
            siblings={**ON, "cors-allow-origin": "https://a.example"},
            expect=Translated((Cors(credentials=True),)),
        ),
        Case(value="true", siblings=ON, expect=Translated((Cors(credentials=False),), differs="by name")),
        Case(
            value="true",
            siblings={**ON, "cors-allow-origin": "https://a.example, *"},
            expect=Translated((Cors(credentials=False),), differs="by name"),
        ),
        Case(
            value="1",
            siblings={**ON, "cors-allow-origin": "null"},
            expect=Translated((Cors(credentials=False),), differs="by name"),
        ),
        Case(value="false", siblings=ON, expect=Translated((Cors(credentials=False),))),
        Case(value="true", expect=Inert("enable-cors")),
        Case(value="yes", siblings=ON, expect=Inert("no boolean")),
    ),
)
