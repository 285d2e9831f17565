"""Ask clients for a user and a password."""

from __future__ import annotations

from gatelift.annotations.nginx._basic_auth import SOURCE
from gatelift.annotations.nginx._links import DENIED, NOT_LOADED
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.security import BasicAuth

ADVICE = "write basic together with auth-secret, or put an authorization service in front (auth-url)"


def read(value: str, context: UnitContext) -> Result:
    """``basic`` with a Secret; upstream checks only that ``basic`` or ``digest`` occurs in the value."""
    kind = value.strip()
    if not kind:
        return Inert("it is empty, which is as good as missing")
    if "basic" not in kind and "digest" not in kind:
        return Refused(f"{shown(kind)} is no kind of authentication, and {NOT_LOADED}", ADVICE)
    if context.value("auth-secret") is None:
        return Refused(f"there is no auth-secret beside it, so {DENIED}", ADVICE)
    if kind == "basic":
        return Translated((BasicAuth(),))
    if kind == "digest":
        return Refused("no gateway known to gatelift speaks digest authentication", ADVICE)
    return Refused(f"{shown(kind)} is neither basic nor digest, and nginx takes it for digest", ADVICE)


unit = Unit(
    names=("auth-type",),
    risk=Risk.SECURITY,
    read=read,
    summary="Ask clients for a user and a password: basic or digest",
    source=SOURCE,
    cases=(
        Case(value="basic", siblings={"auth-secret": "users"}, expect=Translated((BasicAuth(),))),
        Case(value=" basic\n", siblings={"auth-secret": "users"}, expect=Translated((BasicAuth(),))),
        Case(value="basic", expect=Refused("503", "auth-secret")),
        Case(value="digest", siblings={"auth-secret": "users"}, expect=Refused("digest", "basic")),
        Case(value="basics", siblings={"auth-secret": "users"}, expect=Refused("neither", "basic")),
        Case(value="oauth", siblings={"auth-secret": "users"}, expect=Refused("does not load", "basic")),
        Case(value="", expect=Inert("empty")),
    ),
)
