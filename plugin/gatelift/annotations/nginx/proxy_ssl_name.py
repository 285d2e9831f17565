"""The name that the backend's certificate must bear, and that may be sent to it."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._proxy_ssl import SOURCE, verifies, without_authority
from gatelift.annotations.nginx._values import NAME_OR_EXPRESSION, is_hostname
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.tls import BackendIdentity

_ALLOWED = re.compile(NAME_OR_EXPRESSION.pattern)


def read(value: str, context: UnitContext) -> Result:
    """A host name; it counts where the certificate is checked or the name is sent."""
    if (asleep := without_authority(context)) is not None:
        return asleep
    name = value.strip()
    if not _ALLOWED.fullmatch(name):
        return Inert(f"{shown(value)} has characters that ingress-nginx does not take: it has no name", fallback=True)
    if not verifies(context) and context.value("proxy-ssl-server-name") != "on":
        return Inert(
            "the certificate is not checked and the name is not sent (proxy-ssl-verify, proxy-ssl-server-name)"
        )
    if not is_hostname(name.lower()):
        why = f"{shown(value)} is no plain host name, and no other can be checked or sent by a gateway"
        return Refused(why, "write the name on the backend's certificate, without variables or a wildcard")
    return Translated((BackendIdentity(name=name.lower()),))


TLS = {"backend-protocol": "HTTPS", "proxy-ssl-secret": "shop/backend"}
VERIFIED = {**TLS, "proxy-ssl-verify": "on"}

unit = Unit(
    names=("proxy-ssl-name",),
    risk=Risk.SECURITY,
    read=read,
    summary="Name on the backend's certificate",
    source=SOURCE,
    cases=(
        Case(value="api.internal", siblings=VERIFIED, expect=Translated((BackendIdentity(name="api.internal"),))),
        Case(
            value="API.internal",
            siblings={**TLS, "proxy-ssl-server-name": "on"},
            expect=Translated((BackendIdentity(name="api.internal"),)),
        ),
        Case(value="$host", siblings=VERIFIED, expect=Refused("no plain host name", "write")),
        Case(value="10.0.0.1", siblings=VERIFIED, expect=Refused("no plain host name", "write")),
        Case(value="a b", siblings=VERIFIED, expect=Inert("does not take")),
        Case(value="api.internal", siblings=TLS, expect=Inert("not checked")),
        Case(value="api.internal", siblings={"backend-protocol": "HTTPS"}, expect=Inert("without proxy-ssl-secret")),
    ),
)
