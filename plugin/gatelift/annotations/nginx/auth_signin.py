"""Where to send a client that the authorization service does not know."""

from __future__ import annotations

from gatelift.annotations.nginx._external_auth import SESSION, SIGNIN, SOURCE, SURE, decided, dormant, to_write
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.security import ExternalAuth

ASKED_UNDER = "/"
"""Where oauth2-proxy redirects unknown clients; its ``/oauth2/auth`` answers every one of them with a bare 401."""
OWN_REDIRECT = (
    "unknown clients get the redirect of the authorization service itself, and where it sends them after signing in is "
    "its own affair"
)
ON = {"auth-url": "http://auth.infra.svc.cluster.local/check"}


def read(value: str, context: UnitContext) -> Result:
    """A gateway makes no redirect out of a 401: the service must answer with it, under a path where it does so."""
    if (asleep := dormant(context)) is not None:
        return asleep
    if not value.strip():
        return Inert("it is empty, which is as good as missing")
    return redirected(context)


def redirected(context: UnitContext) -> Translated | Refused:
    """What becomes of a sign-in page, here and in the controller's settings."""
    if decided(SIGNIN, context):
        return Translated((ExternalAuth(signin=ASKED_UNDER),), differs=OWN_REDIRECT)
    return Refused(
        "a gateway cannot turn the 401 of the authorization service into a redirect to the sign-in page",
        "let the authorization service answer with the redirect (oauth2-proxy does, under / and with the upstream "
        f"static://200), then {to_write(SESSION, SIGNIN)} ({SESSION.name} is for auth-url: see there); or let the "
        "Gateway sign clients in, in place of that service (SecurityPolicy, spec.oidc)",
    )


unit = Unit(
    names=("auth-signin",),
    risk=Risk.SECURITY,
    read=read,
    decide=(SIGNIN,),
    summary="The sign-in page for clients that the authorization service does not know",
    source=SOURCE,
    cases=(
        Case(
            value="https://auth.example.com/start", siblings=ON, expect=Refused("401", "authUrl: session, authSignin")
        ),
        Case(value="https://$host/oauth2/start?rd=$escaped_request_uri", siblings=ON, expect=Refused("401", "decide")),
        Case(
            value="https://auth.example.com/start",
            siblings=ON,
            decide={**SURE, "authSignin": "authService"},
            expect=Translated((ExternalAuth(signin="/"),), differs="itself"),
        ),
        Case(value="https://auth.example.com/start", expect=Inert("auth-url")),
        Case(value="", siblings=ON, expect=Inert("empty")),
    ),
)
