"""What the authorization service's answers are remembered by."""

from __future__ import annotations

from gatelift.annotations.nginx._external_auth import SOURCE, SURE, dormant
from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext
from gatelift.intent.base import Risk

ON = {"auth-url": "http://auth.infra.svc.cluster.local/check"}


def read(value: str, context: UnitContext) -> Result:
    """A gateway remembers no answer: it asks more often, and lets nobody in who would have been turned away."""
    if (asleep := dormant(context)) is not None:
        return asleep
    if not value.strip():
        return Inert("it is empty, which is as good as missing")
    return Refused(
        "a gateway does not remember the answers of the authorization service, and asks it about every request",
        "see that the service bears one question for each request, or let it remember answers itself, "
        "then accept this key with that reason",
    )


unit = Unit(
    names=("auth-cache-key",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="What answers of the authorization service are remembered by",
    source=SOURCE,
    cases=(
        Case(
            value="$remote_user$http_authorization", siblings=ON, decide=SURE, expect=Refused("every request", "bears")
        ),
        Case(value="$http_authorization", expect=Inert("auth-url")),
        Case(value="", siblings=ON, expect=Inert("empty")),
    ),
)
