"""How users and passwords lie in the Secret."""

from __future__ import annotations

from gatelift.annotations.nginx._basic_auth import SOURCE, dormant
from gatelift.annotations.nginx._links import DENIED, NOT_LOADED
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk

ADVICE = "put all users into one htpasswd file with SHA-1 hashes (see auth-secret), then remove this annotation"


def read(value: str, context: UnitContext) -> Result:
    """``auth-file`` is the default, and what gateways know; ``auth-map`` has one key for each user."""
    if (asleep := dormant(context)) is not None:
        return asleep
    kind = value.strip()
    if not kind:
        return Inert("it is empty, which is as good as missing")
    if kind == "auth-file":
        return Translated()
    if kind == "auth-map":
        return Refused("no gateway known to gatelift reads a Secret with one key for each user", ADVICE)
    known = "auth-file" in kind or "auth-map" in kind
    return Refused(f"{shown(kind)} is neither auth-file nor auth-map, and {DENIED if known else NOT_LOADED}", ADVICE)


BASIC = {"auth-type": "basic", "auth-secret": "users"}

unit = Unit(
    names=("auth-secret-type",),
    risk=Risk.SECURITY,
    read=read,
    summary="Whether the Secret holds one htpasswd file, or one key for each user",
    source=SOURCE,
    cases=(
        Case(value="auth-file", siblings=BASIC, expect=Translated()),
        Case(value="auth-map", siblings=BASIC, expect=Refused("one key for each user", "htpasswd")),
        Case(value="auth-maps", siblings=BASIC, expect=Refused("503", "htpasswd")),
        Case(value="file", siblings=BASIC, expect=Refused("does not load", "htpasswd")),
        Case(value="auth-map", expect=Inert("auth-type")),
        Case(value="", siblings=BASIC, expect=Inert("empty")),
    ),
)
