"""The ciphers that clients of the host may use."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._ciphers import suites
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._values import not_loaded
from gatelift.annotations.unit import Case, Refused, Result, Unit, UnitContext, shown
from gatelift.intent.base import Risk

_ALLOWED = re.compile(r"[A-Za-z0-9!:+\-_@=]*")


def read(value: str, context: UnitContext) -> Result:
    """They belong to a listener, and so to whoever owns the Gateway."""
    if not _ALLOWED.fullmatch(value.replace(" ", "")):
        return not_loaded(value, "a list of ciphers")
    found = suites(value)
    listed = f"[{', '.join(found[0])}]" if found and found[0] else "a list of single suites by OpenSSL's names"
    return Refused(
        f"nginx takes {shown(value)} for TLS up to 1.2 on the whole host, and a gateway's ciphers belong to its "
        "listener (it does not touch the suites of TLS 1.3)",
        f"set tls.ciphers to {listed} in a ClientTrafficPolicy on the host's listener (on other implementations "
        "tls.options of that listener), or leave it if the gateway's own ciphers will do; then name the annotation "
        "under accept: with that as the reason",
    )


SUITE = "ECDHE-RSA-AES128-GCM-SHA256"

unit = Unit(
    names=("ssl-ciphers",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="Ciphers that clients of the host may use",
    source=upstream("ssl-ciphers"),
    cases=(
        Case(value=SUITE, expect=Refused(SUITE, "set")),
        Case(value="a;b", expect=Refused("does not load", "correct")),
        Case(value="HIGH:!aNULL:!MD5", expect=Refused("listener", "set")),
        Case(value="ALL:!EXPORT@STRENGTH", expect=Refused("listener", "set")),
    ),
)
