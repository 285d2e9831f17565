"""Which method the authorization service is asked with."""

from __future__ import annotations

from gatelift.annotations.nginx._external_auth import SOURCE, dormant
from gatelift.annotations.nginx._links import DENIED
from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext, shown
from gatelift.intent.base import Risk

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE"})
ADVICE = "let the authorization service take any method, then remove this annotation"
ON = {"auth-url": "http://auth.infra.svc.cluster.local/check"}


def read(value: str, context: UnitContext) -> Result:
    """``GET`` is what nginx asks with anyway; a gateway asks with the method of the request."""
    if (asleep := dormant(context)) is not None:
        return asleep
    method = value.strip()
    if not method:
        return Inert("it is empty, which is as good as missing")
    if method == "GET":
        return Inert("GET is the default")
    if method not in METHODS:
        return Refused(f"{shown(method)} is no method, so {DENIED}", ADVICE)
    return Refused(f"a gateway asks with the method of the request, never always with {method}", ADVICE)


unit = Unit(
    names=("auth-method",),
    risk=Risk.SECURITY,
    read=read,
    summary="The method that the authorization service is asked with",
    source=SOURCE,
    cases=(
        Case(value="POST", siblings=ON, expect=Refused("POST", "any method")),
        Case(value="GET", siblings=ON, expect=Inert("default")),
        Case(value="get", siblings=ON, expect=Refused("503", "any method")),
        Case(value="POST", expect=Inert("auth-url")),
        Case(value="", siblings=ON, expect=Inert("empty")),
    ),
)
