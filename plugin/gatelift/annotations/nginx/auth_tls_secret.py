"""The Secret with the authority that signs clients' certificates."""

from __future__ import annotations

from gatelift.annotations.nginx._auth_tls import OFF, REVOCATION, SEEN, SOURCE, mode, secret, told
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.tls import ClientCertificates

AUTHORITY = "ca.crt"
REVOKED = "ca.crl"


def read(value: str, context: UnitContext) -> Result:
    """The Secret as it is; whether it holds a list of revoked certificates must be known."""
    name = secret(context)
    if isinstance(name, Refused):
        return name
    if mode(context) == OFF:
        return Inert("auth-tls-verify-client is off: nobody is asked for a certificate")
    held = context.secrets.get(f"{context.ingress.ref.namespace}/{name}", frozenset())
    if held and AUTHORITY not in held:
        return Refused(
            f"the Secret {name} has no key {AUTHORITY}, so ingress-nginx asks nobody for a certificate today, although "
            "it is told to",
            f"put the authority of the clients into the Secret under {AUTHORITY}, or remove the annotation",
        )
    decided = context.decide.get(REVOCATION.name)
    if not held and decided is None:
        return Refused(
            f"the Secret {name} was not seen, and if it holds a list of revoked certificates ({REVOKED}), clients with "
            "one of these must not come in",
            f"look with `kubectl describe secret {name} --namespace {context.ingress.ref.namespace}`, then write "
            f"'decide: {{{REVOCATION.name}: none}}', or 'secret' if {REVOKED} is among its keys",
        )
    revocation = REVOKED in held if held else decided == "secret"
    told_so = (
        "a client without a certificate, or with a wrong one, gets an error in the TLS handshake instead of the status "
        "400, and no chain is too long, where nginx stops after auth-tls-verify-depth"
    )
    headers = (
        "the backend reads X-Forwarded-Client-Cert instead of ssl-client-verify, ssl-client-subject-dn and "
        "ssl-client-issuer-dn"
        if told(context)
        else "the backend is no longer sent ssl-client-verify, ssl-client-subject-dn and ssl-client-issuer-dn"
    )
    intent = ClientCertificates(secret=name, revocation=revocation, told=told(context))
    return Translated((intent,), differs=f"{told_so}; {headers}, and what a client sends under these names is removed")


PLAIN = ClientCertificates(secret="clients", revocation=False, told=False)  # noqa: S106 - the name of a Secret

unit = Unit(
    names=("auth-tls-secret",),
    risk=Risk.SECURITY,
    read=read,
    decide=(REVOCATION,),
    summary="Authority that signs the certificates of clients",
    source=SOURCE,
    cases=(
        Case(value="shop/clients", secrets=SEEN, expect=Translated((PLAIN,), differs="handshake")),
        Case(
            value="shop/clients",
            decide={"clientRevocation": "none", "clientCertificateHeader": "xfcc"},
            expect=Translated(
                (ClientCertificates(secret="clients", revocation=False, told=True),),  # noqa: S106 - a name
                differs="X-Forwarded-Client-Cert",
            ),
        ),
        Case(
            value="shop/clients",
            secrets={"shop/clients": frozenset({"ca.crt", "ca.crl"})},
            expect=Translated(
                (ClientCertificates(secret="clients", revocation=True, told=False),),  # noqa: S106 - a name
                differs="handshake",
            ),
        ),
        Case(value="shop/clients", expect=Refused("was not seen", "look")),
        Case(
            value="shop/clients",
            secrets={"shop/clients": frozenset({"tls.crt", "tls.key"})},
            expect=Refused("asks nobody", "put"),
        ),
        Case(value="shop/clients", siblings={"auth-tls-verify-client": "off"}, expect=Inert("nobody is asked")),
        Case(value="clients", secrets=SEEN, expect=Refused("403", "write")),
        Case(value="infra/clients", expect=Refused("another namespace", "copy")),
        Case(
            value="infra/clients",
            controller={"allow-cross-namespace-resources": "true"},
            expect=Refused("may not read", "copy"),
        ),
        Case(value="shop/cli;ents", expect=Refused("does not load", "correct")),
    ),
)
