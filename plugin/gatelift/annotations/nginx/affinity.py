"""Keep a client on one endpoint by a cookie."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Affinity


def read(value: str, context: UnitContext) -> Result:
    """``cookie`` is the only kind there is."""
    kind = value.strip()
    if kind != "cookie":
        return Inert(f"{shown(kind)} is no affinity to ingress-nginx, which knows only cookie")
    return Translated((Affinity(enabled=True),))


unit = Unit(
    names=("affinity",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="Keep a client on one endpoint by a cookie",
    source=upstream("session-affinity"),
    cases=(
        Case(value="cookie", expect=Translated((Affinity(enabled=True),))),
        Case(value=" cookie ", expect=Translated((Affinity(enabled=True),))),
        Case(value="ip", expect=Inert("only cookie")),
        Case(value="Cookie", expect=Inert("only cookie")),
    ),
)
