"""What the settings of a canary have in common: they are dormant unless the Ingress is one (trap T41)."""

from __future__ import annotations

import re
from collections.abc import Callable

from gatelift.annotations.nginx._values import URL_PATH
from gatelift.annotations.unit import Inert, Refused, Result, UnitContext, parse_int, shown

SOURCE = "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary"
DEFAULT_TOTAL = 100
_TEXT = re.compile(rf"[{URL_PATH} ]*")
Reader = Callable[[str, UnitContext], Result]


def of_canary(read: Reader) -> Reader:
    """``read``, for an Ingress that is a canary."""

    def reader(value: str, context: UnitContext) -> Result:
        if not context.enabled("canary"):
            return Inert("the Ingress is no canary: ingress-nginx reads this only beside canary: true")
        return read(value, context)

    return reader


def unchecked(value: str) -> Refused | None:
    """The refusal of a text that releases before 1.12 compare with requests, and later ones drop."""
    if _TEXT.fullmatch(value):
        return None
    return before_and_since(value, "letters, digits and - . _ ~ / :")


def before_and_since(value: str, accepted: str) -> Refused:
    """The refusal of a value whose meaning depends on the release; ``accepted`` are the characters that never did."""
    why = f"{shown(value)} counts before ingress-nginx 1.12 and is dropped since, and the release cannot be seen here"
    return Refused(why, f"use {accepted} only, or remove the annotation")


def total(context: UnitContext) -> int:
    """What the weight is a part of; less than 100 is ignored."""
    return max(parse_int(context.value("canary-weight-total") or "") or DEFAULT_TOTAL, DEFAULT_TOTAL)
