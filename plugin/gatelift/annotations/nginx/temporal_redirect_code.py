"""The status code of a redirect for the time being."""

from __future__ import annotations

from gatelift.annotations.nginx._redirect_codes import code
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.redirects import Redirect


def read(value: str, context: UnitContext) -> Result:
    """300 to 307, else 302: unlike its permanent sister it does not take 308."""
    found = code(value, context, "temporal-redirect", highest=307, default=302)
    return Translated((Redirect(temporal_code=found),)) if isinstance(found, int) else found


_BESIDE = {"temporal-redirect": "https://wait.example.org"}

unit = Unit(
    names=("temporal-redirect-code",),
    risk=Risk.ROUTING,
    read=read,
    summary="Status code of temporal-redirect, 302 by default",
    source=(
        "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#temporal-redirect-code"
    ),
    cases=(
        Case(value="307", siblings=_BESIDE, expect=Translated((Redirect(temporal_code=307),))),
        Case(value="308", siblings=_BESIDE, expect=Inert("302")),
        Case(value="307", expect=Inert("no temporal-redirect")),
        Case(value="305", siblings=_BESIDE, expect=Refused("cannot answer with 305", "")),
        Case(value="3o7", siblings=_BESIDE, expect=Refused("T42", "")),
    ),
)
