"""The status codes of redirects: which range ingress-nginx takes, and which of them a route can answer with."""

from __future__ import annotations

from gatelift.annotations.nginx._redirects import CODES
from gatelift.annotations.nginx._values import not_loaded
from gatelift.annotations.unit import Inert, Refused, UnitContext, parse_int


def code(value: str, context: UnitContext, redirect: str, highest: int, default: int) -> int | Inert | Refused:
    """The code that the annotation ``redirect`` answers with, where this value is the one that counts."""
    number = parse_int(value)
    if number is None:
        return not_loaded(value, "a whole number")
    if not context.value(redirect):
        return Inert(f"there is no {redirect} that would answer with it")
    if not 300 <= number <= highest:
        return Inert(f"{number} is not between 300 and {highest}, so ingress-nginx answers with {default}")
    if number not in CODES:
        why = f"a route cannot answer with {number}, and nginx itself sends no Location with it"
        return Refused(why, f"choose one of {', '.join(str(known) for known in sorted(CODES) if known <= highest)}")
    return number
