"""The ciphers that are offered to the backend."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._ciphers import suites
from gatelift.annotations.nginx._proxy_ssl import SOURCE, without_authority
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.tls import BackendCiphers

_ALLOWED = re.compile(r"[A-Za-z0-9+:_\-!]*")
DEFAULT = "DEFAULT"


def read(value: str, context: UnitContext) -> Result:
    """Single suites are kept; OpenSSL's keywords mean lists that differ from release to release."""
    if not _ALLOWED.fullmatch(value.replace(" ", "")):
        return Inert(f"{shown(value)} is no list of ciphers to ingress-nginx: it takes DEFAULT", fallback=True)
    if (asleep := without_authority(context)) is not None:
        return asleep
    if value == DEFAULT:
        return Inert("DEFAULT is the default")
    found = suites(value)
    if found is None or not found[0]:
        return Refused(
            f"{shown(value)} is a list of OpenSSL's, of which Envoy knows single suites only",
            "write single suites, such as ECDHE-RSA-AES128-GCM-SHA256, or name the key under accept: with a reason",
        )
    kept, left = found
    why = f"the gateway does not have {', '.join(left)}, and offers the others" if left else ""
    return Translated((BackendCiphers(ciphers=kept),), differs=why)


TLS = {"backend-protocol": "HTTPS", "proxy-ssl-secret": "shop/backend"}
ONE = "ECDHE-RSA-AES128-GCM-SHA256"

unit = Unit(
    names=("proxy-ssl-ciphers",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="Ciphers offered to the backend",
    source=SOURCE,
    cases=(
        Case(value=ONE, siblings=TLS, expect=Translated((BackendCiphers(ciphers=(ONE,)),))),
        Case(
            value=f"{ONE}:DHE-RSA-AES128-GCM-SHA256",
            siblings=TLS,
            expect=Translated((BackendCiphers(ciphers=(ONE,)),), differs="DHE-RSA-AES128-GCM-SHA256"),
        ),
        Case(value="HIGH:!aNULL:!MD5", siblings=TLS, expect=Refused("single suites", "write")),
        Case(value="DHE-RSA-AES128-GCM-SHA256", siblings=TLS, expect=Refused("single suites", "write")),
        Case(value="DEFAULT", siblings=TLS, expect=Inert("default")),
        Case(value="A;B", siblings=TLS, expect=Inert("no list")),
        Case(value=ONE, siblings={"backend-protocol": "HTTPS"}, expect=Inert("without proxy-ssl-secret")),
    ),
)
