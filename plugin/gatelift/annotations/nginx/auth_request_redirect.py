"""What the header X-Auth-Request-Redirect tells the authorization service."""

from __future__ import annotations

from gatelift.annotations.nginx._external_auth import SOURCE, dormant
from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext
from gatelift.intent.base import Risk

ON = {"auth-url": "http://auth.infra.svc.cluster.local/check"}


def read(value: str, context: UnitContext) -> Result:
    """A gateway sends the headers of the request, and adds none of its own."""
    if (asleep := dormant(context)) is not None:
        return asleep
    if not value.strip():
        return Inert("it is empty, which is as good as missing")
    return Refused(
        "a gateway does not send the header X-Auth-Request-Redirect when it asks the authorization service",
        "set that address in the authorization service's own configuration, then remove this annotation",
    )


unit = Unit(
    names=("auth-request-redirect",),
    risk=Risk.SECURITY,
    read=read,
    summary="The value of X-Auth-Request-Redirect in the question to the authorization service",
    source=SOURCE,
    cases=(
        Case(value="https://shop.example.com/", siblings=ON, expect=Refused("X-Auth-Request-Redirect", "own")),
        Case(value="/account", siblings=ON, expect=Refused("X-Auth-Request-Redirect", "own")),
        Case(value="/account", expect=Inert("auth-url")),
        Case(value="", siblings=ON, expect=Inert("empty")),
    ),
)
