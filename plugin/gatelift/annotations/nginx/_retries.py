"""What the two limits of retries have in common: whole numbers, where 0 means no limit."""

from __future__ import annotations

from collections.abc import Callable

from gatelift.annotations.unit import Inert, Refused, Result, Translated, UnitContext, parse_int, shown
from gatelift.intent.traffic import Retries


def limit_reader(limit: Callable[[int], Retries]) -> Callable[[str, UnitContext], Result]:
    """A reader that makes the number one of the limits of ``Retries``."""

    def read(value: str, context: UnitContext) -> Result:
        number = parse_int(value)
        if number is None:
            return Inert(
                f"{shown(value)} is no whole number to ingress-nginx, which falls back to its default", fallback=True
            )
        if "off" in _conditions(context):
            return Inert("proxy-next-upstream is off, so no other endpoint is ever tried")
        if number < 0:
            return Refused("nginx does not accept a configuration with a negative number here", "write 0 for no limit")
        return Translated((limit(number),))

    return read


def _conditions(context: UnitContext) -> list[str]:
    name = "proxy-next-upstream"
    return (context.value(name) or context.controller.setting(name) or "").split()
