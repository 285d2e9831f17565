"""The parameter that carries the wanted address to the sign-in page."""

from __future__ import annotations

from gatelift.annotations.nginx._external_auth import SESSION, SIGNIN, SOURCE, SURE, decided, dormant, to_write
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk

ON = {"auth-url": "http://auth.infra.svc.cluster.local/check", "auth-signin": "https://auth.example.com/start"}


def read(value: str, context: UnitContext) -> Result:
    """It shares the fate of ``auth-signin``."""
    if (asleep := dormant(context)) is not None:
        return asleep
    if context.value("auth-signin") is None:
        return Inert("it does nothing without auth-signin")
    if not value.strip():
        return Inert("it is empty, which is as good as missing")
    if decided(SIGNIN, context):
        return Translated(differs=f"the authorization service must put the wanted address into {shown(value.strip())}")
    return Refused(
        "it belongs to auth-signin, which a gateway cannot do",
        f"{to_write(SESSION, SIGNIN)} once the authorization service redirects by itself: see auth-signin",
    )


unit = Unit(
    names=("auth-signin-redirect-param",),
    risk=Risk.SECURITY,
    read=read,
    summary="The parameter that carries the wanted address to the sign-in page",
    source=SOURCE,
    cases=(
        Case(value="target", siblings=ON, expect=Refused("auth-signin", "decide")),
        Case(
            value="target",
            siblings=ON,
            decide={**SURE, "authSignin": "authService"},
            expect=Translated(differs="'target'"),
        ),
        Case(value="target", siblings={"auth-url": ON["auth-url"]}, expect=Inert("without auth-signin")),
        Case(value="target", expect=Inert("without auth-url")),
        Case(value="", siblings=ON, expect=Inert("empty")),
    ),
)
