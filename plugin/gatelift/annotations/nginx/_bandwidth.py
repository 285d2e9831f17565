"""What the two annotations about the speed of answers have in common: numbers, the controller's, and one decision.

Source: internal/ingress/annotations/ratelimit and ``buildRateLimit`` of internal/ingress/controller/template in
ingress-nginx; https://gateway.envoyproxy.io/docs/tasks/traffic/bandwidth-limit/
"""

from __future__ import annotations

from gatelift.annotations.unit import Inert, UnitContext, parse_int, shown
from gatelift.config.decide import DecideOption

RATE = "limit-rate"
OPTION = DecideOption(
    "limitRate",
    "What becomes of the limit on the speed of each answer: omit drops it, route shares it among all clients.",
    values=("omit", "route"),
)
DECIDE = (
    "write 'decide: {limitRate: omit}' to send answers at full speed, or 'decide: {limitRate: route}' for one limit "
    "that all clients of a route share, and raise the number to what they need together"
)


def no_number(value: str) -> Inert:
    """What ingress-nginx does with a number that it cannot read: the controller's own stands in."""
    return Inert(f"{shown(value)} is no whole number to ingress-nginx, which falls back to its default", fallback=True)


def rate(context: UnitContext) -> int:
    """``limit-rate`` in KiB a second as it holds for the Ingress; 0 where there is none."""
    for text in (context.value(RATE), context.controller.setting(RATE)):
        number = parse_int(text or "")
        if number is not None:
            return max(number, 0)
    return 0
