"""What the annotations of the affinity cookie have in common.

Source: internal/ingress/annotations/sessionaffinity and rootfs/etc/nginx/lua/balancer/sticky.lua in ingress-nginx.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Inert, Refused, Result, Translated, UnitContext, parse_int, shown
from gatelift.intent.traffic import Affinity

SOURCE = upstream("cookie-affinity")
ON = {"affinity": "cookie"}

_OLDEST = 99_999 * 3600
"""The longest duration of Gateway API, in hours."""


def dormant(context: UnitContext) -> Inert | None:
    """Why a companion of ``affinity`` does nothing, if it does not."""
    if (context.value("affinity") or "").strip() == "cookie":
        return None
    return Inert("it does nothing without affinity: cookie")


def age_reader(make: Callable[[int], Affinity]) -> Callable[[str, UnitContext], Result]:
    """A reader of the cookie's age in seconds."""

    def read(value: str, context: UnitContext) -> Result:
        if (asleep := dormant(context)) is not None:
            return asleep
        text = value.strip()
        seconds = parse_int(text)
        if seconds is None:
            if not _passes(text):
                return Inert(f"{shown(text)} is no age to ingress-nginx, which sends the cookie without one")
            return Refused(f"{shown(text)} is no whole number of seconds", "write a whole number of seconds")
        if seconds <= 0:
            why = f"{seconds} tells browsers to forget the cookie at once, so clients are kept on no endpoint today"
            return Refused(why, "remove the annotation for a cookie that lasts as long as the browser, or write an age")
        if seconds > _OLDEST:
            return Refused(f"{seconds} seconds are more than Gateway API can say", f"write at most {_OLDEST}")
        return Translated((make(seconds),))

    return read


def _passes(text: str) -> bool:
    """Upstream's own check, ``(^0|-?[1-9]\\d*$)``, which passes much besides numbers."""
    return text.startswith("0") or any(digit != "0" for digit in text[len(text.rstrip("0123456789")) :])


def text_reader(
    make: Callable[[str], Affinity], accepted: str, writable: str, fallback: str, todo: str
) -> Callable[[str, UnitContext], Result]:
    """A reader of a text: ``accepted`` by upstream (else ``fallback`` says what it does), and ``writable`` here."""
    upstream_takes, we_write = re.compile(accepted), re.compile(writable)

    def read(value: str, context: UnitContext) -> Result:
        if (asleep := dormant(context)) is not None:
            return asleep
        text = value.strip()
        if not text or not upstream_takes.fullmatch(text.replace(" ", "")):
            return Inert(f"ingress-nginx does not take {shown(text)}, and {fallback}")
        if not we_write.fullmatch(text):
            return Refused(f"{shown(text)} cannot be written into a cookie that a gateway sets", todo)
        return Translated((make(text),))

    return read
