"""Which headers of the authorization service's answer the backend gets."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._external_auth import SOURCE, SURE, dormant
from gatelift.annotations.nginx._links import DENIED
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, csv, shown
from gatelift.intent.base import Risk
from gatelift.intent.security import ExternalAuth

HEADER = re.compile(r"[A-Za-z0-9_-]+")
ON = {"auth-url": "http://auth.infra.svc.cluster.local/check"}


def read(value: str, context: UnitContext) -> Result:
    """The header names."""
    if (asleep := dormant(context)) is not None:
        return asleep
    names = tuple(dict.fromkeys(csv(value)))
    if not names:
        return Inert("it names no header")
    for name in names:
        if not HEADER.fullmatch(name):
            return Refused(f"{shown(name)} is no header name, so {DENIED}", "separate header names by commas")
    return Translated((ExternalAuth(response_headers=names),))


unit = Unit(
    names=("auth-response-headers",),
    risk=Risk.SECURITY,
    read=read,
    summary="Headers of the authorization service's answer that the backend gets",
    source=SOURCE,
    cases=(
        Case(
            value="X-Auth-User, X-Auth-Email,",
            siblings=ON,
            decide=SURE,
            expect=Translated((ExternalAuth(response_headers=("X-Auth-User", "X-Auth-Email")),)),
        ),
        Case(
            value="X-User", siblings=ON, decide=SURE, expect=Translated((ExternalAuth(response_headers=("X-User",)),))
        ),
        Case(value="X-User", expect=Inert("auth-url")),
        Case(value=",", siblings=ON, expect=Inert("no header")),
        Case(value="X-User X-Email", siblings=ON, expect=Refused("503", "commas")),
    ),
)
