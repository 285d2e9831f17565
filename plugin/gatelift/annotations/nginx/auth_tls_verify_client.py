"""Whether a client must show a certificate."""

from __future__ import annotations

from gatelift.annotations.nginx._auth_tls import HEADER, MODES, OFF, SECRET, SOURCE, dormant
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.tls import ClientCertificates


def read(value: str, context: UnitContext) -> Result:
    """``on`` and ``optional`` are kept; ``optional_no_ca`` leaves the judgement to the backend."""
    if value == OFF:
        return Inert("nobody is asked for a certificate")
    if value not in MODES:
        return Inert(f"{shown(value)} is no mode to ingress-nginx, which falls back to on", fallback=True)
    if (asleep := dormant(context)) is not None:
        return asleep
    if value == "on":
        return Translated((ClientCertificates(optional=False),))
    if value == "optional":
        return _optional(context)
    return Refused(
        "optional_no_ca lets clients in whose certificate nobody vouches for, and tells the backend in "
        "ssl-client-verify; a gateway cannot tell the backend whether a certificate was found good",
        "write on or optional, or let the backend end TLS itself (ssl-passthrough)",
    )


def _optional(context: UnitContext) -> Result:
    if context.decide.get(HEADER.name) is None:
        return Refused(
            "clients come in without a certificate too, and the backend learns from ssl-client-verify who showed one; "
            "a gateway does not send that header",
            f"write 'decide: {{{HEADER.name}: xfcc}}' once the backend reads X-Forwarded-Client-Cert instead, which is "
            f"there only for a certificate that was found good; or '{HEADER.name}: omit' if it need not know",
        )
    why = "the backend sees from X-Forwarded-Client-Cert, or not at all, whether a client showed a certificate"
    return Translated((ClientCertificates(optional=True),), differs=why)


DECIDED = {"clientCertificateHeader": "xfcc"}

unit = Unit(
    names=("auth-tls-verify-client",),
    risk=Risk.SECURITY,
    read=read,
    decide=(HEADER,),
    summary="Whether a client must show a certificate",
    source=SOURCE,
    cases=(
        Case(value="on", siblings=SECRET, expect=Translated((ClientCertificates(optional=False),))),
        Case(
            value="optional",
            siblings=SECRET,
            decide=DECIDED,
            expect=Translated((ClientCertificates(optional=True),), differs="X-Forwarded-Client-Cert"),
        ),
        Case(value="optional", siblings=SECRET, expect=Refused("ssl-client-verify", "write")),
        Case(value="optional_no_ca", siblings=SECRET, decide=DECIDED, expect=Refused("nobody vouches", "write")),
        Case(value="off", siblings=SECRET, expect=Inert("nobody is asked")),
        Case(value="yes", siblings=SECRET, expect=Inert("falls back to on")),
        Case(value="optional_no_ca", expect=Inert("without auth-tls-secret")),
    ),
)
