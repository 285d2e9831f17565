"""Which common name a client's certificate must bear."""

from __future__ import annotations

from gatelift.annotations.nginx._auth_tls import DENIED, OFF, SECRET, SOURCE, dormant, mode
from gatelift.annotations.nginx._values import not_loaded
from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext, shown
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """An expression over the subject of the certificate, for every path of the host."""
    asked = mode(context) != OFF
    if (asleep := dormant(context)) is not None and (asked or context.value("auth-tls-secret") is None):
        return asleep
    if not value.startswith("CN="):
        return not_loaded(value, "an expression that begins with CN=")
    if not asked:
        return Refused(
            f"auth-tls-verify-client is off, so that no client has a subject to hold against {shown(value)}, and "
            f"{DENIED}",
            "remove the annotation, and see that the host works before it is converted",
        )
    return Refused(
        f"nginx lets in only clients whose certificate has {shown(value)} in its subject; a ClientTrafficPolicy "
        "compares subject alternative names, which are others",
        "let an authority of their own sign these clients, or list their names under "
        "tls.clientValidation.subjectAltNames of a ClientTrafficPolicy; Envoy Gateway 1.9 can ask the subject itself "
        "in a SecurityPolicy on every route of the host (authorization.rules[].cel with "
        "connection.subject_peer_certificate). Then name the annotation under accept: with that as the reason",
    )


unit = Unit(
    names=("auth-tls-match-cn",),
    risk=Risk.SECURITY,
    read=read,
    summary="Common name that a client's certificate must bear",
    source=SOURCE,
    cases=(
        Case(value="CN=client-a", siblings=SECRET, expect=Refused("subject alternative", "let")),
        Case(value="CN=(a|b)", siblings=SECRET, expect=Refused("subject alternative", "let")),
        Case(value="client-a", siblings=SECRET, expect=Refused("does not load", "correct")),
        Case(value="CN=client-a", expect=Inert("without auth-tls-secret")),
        Case(value="CN=a", siblings={**SECRET, "auth-tls-verify-client": "off"}, expect=Refused("403", "remove")),
    ),
)
