"""The cookie that sends a request to the canary, or keeps it away."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._canary import SOURCE, of_canary
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Canary

_NAME = re.compile(r"[A-Za-z0-9._~-]{1,256}")


def read(value: str, context: UnitContext) -> Result:
    """The cookie's name; its values ``always`` and ``never`` decide, after the header and before the weight."""
    name = value.strip()
    if not name:
        return Inert("a blank name stands for no cookie")
    if not _NAME.fullmatch(name):
        why = f"{shown(name)} is no name of a cookie that nginx and the gateway read alike"
        return Refused(why, "use letters, digits, - . _ and ~ only, or remove the annotation")
    return Translated((Canary(cookie=name),))


_CANARY = {"canary": "true"}

unit = Unit(
    names=("canary-by-cookie",),
    risk=Risk.ROUTING,
    read=of_canary(read),
    summary="Cookie whose value always or never decides about the canary",
    source=SOURCE,
    cases=(
        Case(value="canary_user", siblings=_CANARY, expect=Translated((Canary(cookie="canary_user"),))),
        Case(value=" beta ", siblings=_CANARY, expect=Translated((Canary(cookie="beta"),))),
        Case(value="beta", expect=Inert("no canary")),
        Case(value=" ", siblings=_CANARY, expect=Inert("blank")),
        Case(value="beta;x", siblings=_CANARY, expect=Refused("no name of a cookie", "")),
        Case(value="a/b", siblings=_CANARY, expect=Refused("no name of a cookie", "")),
    ),
)
