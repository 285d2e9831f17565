"""Further headers in the question to the authorization service, from a ConfigMap."""

from __future__ import annotations

from gatelift.annotations.nginx._external_auth import SOURCE, dormant
from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext, shown
from gatelift.intent.base import Risk

ON = {"auth-url": "http://auth.infra.svc.cluster.local/check"}


def read(value: str, context: UnitContext) -> Result:
    """A gateway sends the headers of the request, and adds none of its own."""
    if (asleep := dormant(context)) is not None:
        return asleep
    if not value.strip():
        return Inert("it is empty, which is as good as missing")
    return Refused(
        f"a gateway cannot add the headers of ConfigMap {shown(value.strip())} when it asks the authorization service",
        "set what they say in the authorization service's own configuration, then remove this annotation",
    )


unit = Unit(
    names=("auth-proxy-set-headers",),
    risk=Risk.SECURITY,
    read=read,
    summary="ConfigMap with further headers for the authorization service",
    source=SOURCE,
    cases=(
        Case(value="shop/auth-headers", siblings=ON, expect=Refused("'shop/auth-headers'", "own")),
        Case(value="auth-headers", siblings=ON, expect=Refused("ConfigMap", "own")),
        Case(value="shop/auth-headers", expect=Inert("auth-url")),
        Case(value=" ", siblings=ON, expect=Inert("empty")),
    ),
)
