"""The Secret with the client certificate for the backend, and with the authority that signs the backend's own."""

from __future__ import annotations

from gatelift.annotations.nginx._proxy_ssl import AUTHORITY, CERTIFICATE, SOURCE, dormant, keys, secret, verifies
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.tls import BackendClientCertificate


def read(value: str, context: UnitContext) -> Result:
    """The client certificate in it. The authority in it counts only with ``proxy-ssl-verify: on``."""
    name = secret(context)
    if isinstance(name, Refused):
        return name
    if (asleep := dormant(context)) is not None:
        return asleep
    held = keys(context, name)
    if not held:
        return Translated((BackendClientCertificate(secret=name),), differs=_unseen(name, context))
    if held >= CERTIFICATE:
        return Translated((BackendClientCertificate(secret=name),))
    if AUTHORITY not in held:
        why = f"the Secret {name} holds neither tls.crt and tls.key nor {AUTHORITY}, which is an error to ingress-nginx"
        return Refused(why, "put the certificate into the Secret, or remove the annotation")
    if verifies(context):
        return Translated()
    return Inert(f"the Secret {name} holds {AUTHORITY} alone, and nothing is checked with it: proxy-ssl-verify is off")


def _unseen(name: str, context: UnitContext) -> str:
    wanted = f"tls.crt and tls.key{f' and {AUTHORITY}' if verifies(context) else ''}"
    return f"the Secret {name} was not seen; it must hold {wanted}, or the gateway cannot reach the backend"


TLS = {"backend-protocol": "HTTPS"}
SEEN = {"shop/backend": frozenset({"tls.crt", "tls.key", "ca.crt"})}
CLIENT = BackendClientCertificate(secret="backend")  # noqa: S106 - the name of a Secret

unit = Unit(
    names=("proxy-ssl-secret",),
    risk=Risk.SECURITY,
    read=read,
    summary="Client certificate for the backend, and the authority of the backend's own",
    source=SOURCE,
    cases=(
        Case(value="shop/backend", siblings=TLS, secrets=SEEN, expect=Translated((CLIENT,))),
        Case(value="shop/backend", siblings=TLS, expect=Translated((CLIENT,), differs="not seen")),
        Case(
            value="shop/backend",
            siblings={**TLS, "proxy-ssl-verify": "on"},
            secrets={"shop/backend": frozenset({"ca.crt"})},
            expect=Translated(),
        ),
        Case(
            value="shop/backend",
            siblings=TLS,
            secrets={"shop/backend": frozenset({"ca.crt"})},
            expect=Inert("proxy-ssl-verify is off"),
        ),
        Case(
            value="shop/backend",
            siblings=TLS,
            secrets={"shop/backend": frozenset({"auth"})},
            expect=Refused("holds neither", "put"),
        ),
        Case(value="shop/backend", expect=Inert("without TLS")),
        Case(value="shop/backend", siblings={"backend-protocol": "GRPC"}, expect=Inert("without TLS")),
        Case(value="backend", siblings=TLS, expect=Refused("503", "write")),
        Case(value="infra/backend", siblings=TLS, expect=Refused("another namespace", "copy")),
        Case(
            value="infra/backend",
            siblings=TLS,
            controller={"allow-cross-namespace-resources": "true"},
            expect=Refused("may not read", "copy"),
        ),
        Case(value="shop/back end;", siblings=TLS, expect=Refused("does not load", "correct")),
    ),
)
