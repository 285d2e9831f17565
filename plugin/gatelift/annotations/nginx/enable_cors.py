"""Answer browsers of other origins."""

from __future__ import annotations

from gatelift.annotations.nginx._cors import SOURCE
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Cors


def read(value: str, context: UnitContext) -> Result:
    """``true`` opens the gate for the other ``cors-`` annotations."""
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    return Translated((Cors(enabled=True),)) if wanted else Inert("false is the default")


unit = Unit(
    names=("enable-cors",),
    risk=Risk.ROUTING,
    read=read,
    summary="Answer browsers of other origins (CORS)",
    source=SOURCE,
    cases=(
        Case(value="true", expect=Translated((Cors(enabled=True),))),
        Case(value="T", expect=Translated((Cors(enabled=True),))),
        Case(value="false", expect=Inert("default")),
        Case(value="on", expect=Inert("no boolean")),
    ),
)
