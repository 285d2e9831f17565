"""What the three proxy timeouts have in common: seconds without a unit, read as Go reads integers."""

from __future__ import annotations

from collections.abc import Callable

from gatelift.annotations.unit import Inert, Refused, Result, Translated, UnitContext, parse_int, shown
from gatelift.intent.traffic import Timeouts

SOURCE = "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#custom-timeouts"
LONGEST = 99_999 * 3600
"""The longest duration that Gateway API can write: five digits of hours (GEP-2257)."""
_ADVICE = "write the number of seconds that is meant, or remove the annotation"


def timeout_reader(field: str) -> Callable[[str, UnitContext], Result]:
    """A reader that puts the seconds into ``field`` of ``Timeouts`` (``connect``, ``read`` or ``send``)."""

    def read(value: str, context: UnitContext) -> Result:
        seconds = parse_int(value)
        if seconds is None:
            return Inert(
                f"{shown(value)} is no whole number of seconds, so ingress-nginx falls back to its default",
                fallback=True,
            )
        if seconds == 0:
            return Refused("0 is not 'no limit' to nginx: it gives up at once, and most requests end with 504", _ADVICE)
        if seconds < 0:
            return Refused("nginx does not accept a configuration with a negative timeout", _ADVICE)
        if seconds > LONGEST:
            return Refused(f"{seconds} seconds are more than a route can state ({LONGEST} at most)", _ADVICE)
        return Translated((Timeouts(**{field: seconds}),))

    return read
