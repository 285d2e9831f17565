"""Whether the affinity cookie is sent with requests from other sites."""

from __future__ import annotations

from gatelift.annotations.nginx._sticky import ON, SOURCE, dormant
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Affinity

WORDS = ("None", "Lax", "Strict")


def read(value: str, context: UnitContext) -> Result:
    """The three words; upstream takes them in any case, but its cookie library writes them in this one only."""
    if (asleep := dormant(context)) is not None:
        return asleep
    text = value.strip()
    if text in WORDS:
        return Translated((Affinity(same_site=text),))
    if text.capitalize() not in WORDS:
        return Inert(f"{shown(text)} is none of None, Lax and Strict, and ingress-nginx sends the cookie without one")
    why = f"ingress-nginx takes {shown(text)}, but may send the cookie without it, for it is not spelled as browsers do"
    return Refused(why, f"write {text.capitalize()}, or remove the annotation")


unit = Unit(
    names=("session-cookie-samesite",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="Whether browsers send the affinity cookie with requests from other sites",
    source=SOURCE,
    cases=(
        Case(value="Lax", siblings=ON, expect=Translated((Affinity(same_site="Lax"),))),
        Case(value="None", siblings=ON, expect=Translated((Affinity(same_site="None"),))),
        Case(value="lax", siblings=ON, expect=Refused("spelled", "write Lax")),
        Case(value="relaxed", siblings=ON, expect=Inert("without one")),
        Case(value="Lax", expect=Inert("without affinity")),
    ),
)
