"""The text that a browser shows when it asks for the password."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._basic_auth import SOURCE, dormant
from gatelift.annotations.nginx._links import NOT_LOADED
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk

ACCEPTED = re.compile(r"[A-Za-z0-9 ._~/:-]*")


def read(value: str, context: UnitContext) -> Result:
    """A gateway names a realm of its own."""
    if (asleep := dormant(context)) is not None:
        return asleep
    realm = value.strip()
    if not realm:
        return Inert("it is empty, which is as good as missing")
    if not ACCEPTED.fullmatch(realm):
        todo = "use letters, digits, spaces and . _ ~ / : - only"
        return Refused(f"{shown(realm)} holds a character that is not allowed, and {NOT_LOADED}", todo)
    return Translated(differs=f"browsers are shown the gateway's own realm instead of {shown(realm)}")


BASIC = {"auth-type": "basic", "auth-secret": "users"}

unit = Unit(
    names=("auth-realm",),
    risk=Risk.SECURITY,
    read=read,
    summary="The text that browsers show when they ask for the password",
    source=SOURCE,
    cases=(
        Case(value="Shop - staff only", siblings=BASIC, expect=Translated(differs="'Shop - staff only'")),
        Case(value="Staff, please", siblings=BASIC, expect=Refused("does not load", "letters")),
        Case(value="Staff", expect=Inert("auth-type")),
        Case(value=" ", siblings=BASIC, expect=Inert("empty")),
    ),
)
