"""The versions of TLS that are offered to the backend."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._proxy_ssl import SOURCE, without_authority
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.tls import BackendCiphers

VERSIONS = {"TLSv1": "1.0", "TLSv1.1": "1.1", "TLSv1.2": "1.2", "TLSv1.3": "1.3"}
_ALLOWED = re.compile(r"(SSLv2|SSLv3|TLSv1|TLSv1\.1|TLSv1\.2|TLSv1\.3)*")


def read(value: str, context: UnitContext) -> Result:
    """The lowest and the highest of them: a gateway has no gap between two versions."""
    if not _ALLOWED.fullmatch(value.replace(" ", "")):
        why = f"{shown(value)} has words that ingress-nginx does not know, and it falls back to its default"
        return Inert(why, fallback=True)
    if (asleep := without_authority(context)) is not None:
        return asleep
    words = value.split()
    found = [version for name, version in VERSIONS.items() if name in words]
    if not found:
        return Refused(
            f"{shown(value)} offers no version of TLS that a gateway speaks",
            "write TLSv1.2 TLSv1.3, as far as the backend speaks them",
        )
    known = list(VERSIONS.values())
    reach = known[known.index(found[0]) : known.index(found[-1]) + 1]
    dropped = [word for word in words if word not in VERSIONS]
    changes = [f"{', '.join(dropped)} cannot be offered by a gateway"] if dropped else []
    if len(reach) > len(found):
        changes.append("the versions between the lowest and the highest are offered too")
    return Translated((BackendCiphers(lowest=found[0], highest=found[-1]),), differs="; ".join(changes))


TLS = {"backend-protocol": "HTTPS", "proxy-ssl-secret": "shop/backend"}

unit = Unit(
    names=("proxy-ssl-protocols",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="Versions of TLS offered to the backend",
    source=SOURCE,
    cases=(
        Case(value="TLSv1.2", siblings=TLS, expect=Translated((BackendCiphers(lowest="1.2", highest="1.2"),))),
        Case(value="TLSv1.3 TLSv1.2", siblings=TLS, expect=Translated((BackendCiphers(lowest="1.2", highest="1.3"),))),
        Case(
            value="SSLv3 TLSv1 TLSv1.2",
            siblings=TLS,
            expect=Translated((BackendCiphers(lowest="1.0", highest="1.2"),), differs="SSLv3 cannot"),
        ),
        Case(value="SSLv3", siblings=TLS, expect=Refused("no version", "write")),
        Case(value="TLSv1.4", siblings=TLS, expect=Inert("falls back")),
        Case(value="TLSv1.2", expect=Inert("without proxy-ssl-secret")),
    ),
)
