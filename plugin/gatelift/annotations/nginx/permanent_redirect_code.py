"""The status code of a redirect for good."""

from __future__ import annotations

from gatelift.annotations.nginx._redirect_codes import code
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.redirects import Redirect


def read(value: str, context: UnitContext) -> Result:
    """300 to 308, else 301; not looked at beside a temporal redirect."""
    if context.value("temporal-redirect"):
        return Inert("temporal-redirect is set too, and ingress-nginx looks at that one only")
    found = code(value, context, "permanent-redirect", highest=308, default=301)
    return Translated((Redirect(permanent_code=found),)) if isinstance(found, int) else found


_BESIDE = {"permanent-redirect": "https://store.example.org"}

unit = Unit(
    names=("permanent-redirect-code",),
    risk=Risk.ROUTING,
    read=read,
    summary="Status code of permanent-redirect, 301 by default",
    source=(
        "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#permanent-redirect-code"
    ),
    cases=(
        Case(value="308", siblings=_BESIDE, expect=Translated((Redirect(permanent_code=308),))),
        Case(value="303", siblings=_BESIDE, expect=Translated((Redirect(permanent_code=303),))),
        Case(value="308", expect=Inert("no permanent-redirect")),
        Case(value="200", siblings=_BESIDE, expect=Inert("301")),
        Case(value="309", siblings=_BESIDE, expect=Inert("301")),
        Case(value="304", siblings=_BESIDE, expect=Refused("cannot answer with 304", "")),
        Case(value="moved", siblings=_BESIDE, expect=Refused("T42", "")),
        Case(value="moved", expect=Refused("T42", "")),
        Case(
            value="moved",
            siblings={**_BESIDE, "temporal-redirect": "https://wait.example.org"},
            expect=Inert("temporal-redirect"),
        ),
    ),
)
