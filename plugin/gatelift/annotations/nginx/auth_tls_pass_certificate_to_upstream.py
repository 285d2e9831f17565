"""Tell the backend the client's certificate."""

from __future__ import annotations

from gatelift.annotations.nginx._auth_tls import HEADER, OMIT, SECRET, SOURCE, XFCC, dormant
from gatelift.annotations.nginx._values import not_loaded
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, parse_bool
from gatelift.intent.base import Risk
from gatelift.intent.tls import ClientCertificates


def read(value: str, context: UnitContext) -> Result:
    """Another header in another form: only whoever runs the backend can say that it reads that."""
    if (asleep := dormant(context)) is not None:
        return asleep
    wanted = parse_bool(value)
    if wanted is None:
        return not_loaded(value, "a boolean")
    if not wanted:
        return Inert("false is the default")
    decided = context.decide.get(HEADER.name)
    if decided == XFCC:
        why = (
            'the backend finds the certificate in X-Forwarded-Client-Cert, as Cert="..." (URL-encoded PEM) beside '
            "Subject and Hash, instead of in ssl-client-cert"
        )
        return Translated((ClientCertificates(certificate=True),), differs=why)
    if decided == OMIT:
        return Translated(differs="the backend is not told the client's certificate, as was decided")
    return Refused(
        "the backend reads the client's certificate from ssl-client-cert, and a gateway tells it in "
        "X-Forwarded-Client-Cert only, in another form",
        f"write 'decide: {{{HEADER.name}: xfcc}}' once the backend reads that, or '{HEADER.name}: omit' if it need not",
    )


unit = Unit(
    names=("auth-tls-pass-certificate-to-upstream",),
    risk=Risk.SECURITY,
    read=read,
    summary="Tell the backend the client's certificate",
    source=SOURCE,
    cases=(
        Case(
            value="true",
            siblings=SECRET,
            decide={"clientCertificateHeader": "xfcc"},
            expect=Translated((ClientCertificates(certificate=True),), differs="ssl-client-cert"),
        ),
        Case(
            value="true",
            siblings=SECRET,
            decide={"clientCertificateHeader": "omit"},
            expect=Translated(differs="not told"),
        ),
        Case(value="true", siblings=SECRET, expect=Refused("ssl-client-cert", "write")),
        Case(value="false", siblings=SECRET, expect=Inert("default")),
        Case(value="yes", siblings=SECRET, expect=Refused("does not load", "correct")),
        Case(value="true", expect=Inert("without auth-tls-secret")),
    ),
)
