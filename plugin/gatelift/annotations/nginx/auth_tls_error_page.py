"""Where a client without a good certificate is sent."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._auth_tls import SECRET, SOURCE, dormant
from gatelift.annotations.nginx._values import not_loaded
from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext, shown
from gatelift.intent.base import Risk

_ALLOWED = re.compile(r"@[A-Za-z0-9_-]+|((https?://)?[A-Za-z0-9.-]*(:\d+)?)?(/[A-Za-z0-9._-]*)*")


def read(value: str, context: UnitContext) -> Result:
    """A gateway ends the handshake: there is nobody to send a page to."""
    if (asleep := dormant(context)) is not None:
        return asleep
    if not _ALLOWED.fullmatch(value.replace(" ", "")):
        return not_loaded(value, "a URL or a path that ingress-nginx takes here")
    return Refused(
        f"a client without a good certificate gets {shown(value)}, which is served without one; a gateway ends the TLS "
        "handshake, and such a client gets no answer at all",
        "if a failed handshake is good enough, name the annotation under accept: with that as the reason; else write "
        "auth-tls-verify-client: optional and let the application send its own page",
    )


unit = Unit(
    names=("auth-tls-error-page",),
    risk=Risk.SECURITY,
    read=read,
    summary="Page for clients without a good certificate",
    source=SOURCE,
    cases=(
        Case(value="https://www.example.com/no-cert.html", siblings=SECRET, expect=Refused("handshake", "if")),
        Case(value="/no-cert.html", siblings=SECRET, expect=Refused("handshake", "if")),
        Case(value="/no;cert", siblings=SECRET, expect=Refused("does not load", "correct")),
        Case(value="/no-cert.html", expect=Inert("without auth-tls-secret")),
    ),
)
