"""The header that sends a request to the canary, or keeps it away."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._canary import SOURCE, of_canary
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, parse_bool, shown
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Canary

_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")


def read(value: str, context: UnitContext) -> Result:
    """The header's name. nginx drops headers with underscores, and finds ``X-Canary`` under ``X_Canary`` as well."""
    name = value.strip()
    if not name:
        return Inert("a blank name stands for no header")
    if not _NAME.fullmatch(name):
        why = f"{shown(name)} is no name of a header that nginx passes on"
        return Refused(why, "use letters, digits and dashes, or remove the annotation")
    both = "_" in name and parse_bool(context.controller.setting("enable-underscores-in-headers") or "")
    differs = "only the spelling with dashes counts; the controller also takes the one with underscores" if both else ""
    return Translated((Canary(header=name.replace("_", "-")),), differs)


_CANARY = {"canary": "true"}

unit = Unit(
    names=("canary-by-header",),
    risk=Risk.ROUTING,
    read=of_canary(read),
    summary="Header whose value always or never decides about the canary",
    source=SOURCE,
    cases=(
        Case(value="X-Canary", siblings=_CANARY, expect=Translated((Canary(header="X-Canary"),))),
        Case(value="x_canary", siblings=_CANARY, expect=Translated((Canary(header="x-canary"),))),
        Case(
            value="x_canary",
            siblings=_CANARY,
            controller={"enable-underscores-in-headers": "true"},
            expect=Translated((Canary(header="x-canary"),), "underscores"),
        ),
        Case(value="X-Canary", expect=Inert("no canary")),
        Case(value=" ", siblings=_CANARY, expect=Inert("blank")),
        Case(value="x:canary", siblings=_CANARY, expect=Refused("no name of a header", "")),
    ),
)
