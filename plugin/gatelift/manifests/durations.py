"""Gateway API durations (https://gateway-api.sigs.k8s.io/geps/gep-2257/): reading and writing."""

from __future__ import annotations

import re

_UNITS = {"h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_PART = re.compile(r"([0-9]+)(ms|h|m|s)")
_MOST = 99_999


def milliseconds(duration: str) -> int:
    """The length of a valid duration."""
    return sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(duration))


def duration(total: int) -> str:
    """``total`` milliseconds, in one unit where at most five digits say it, else in the fewest.

    172800 seconds are ``48h``, 90 seconds ``90s``, 100000 seconds ``27h46m40s``. ``ValueError`` where no valid duration
    is that long.
    """
    if total < 0 or total > _MOST * _UNITS["h"]:
        raise ValueError(f"{total} ms is not expressible as a duration")
    for unit in ("s", "h", "m", "ms"):
        count, rest = divmod(total, _UNITS[unit])
        if not rest and count <= _MOST:
            return f"{count}{unit}"
    return _compound(total)


def _compound(total: int) -> str:
    parts = []
    for unit, size in _UNITS.items():
        count, total = divmod(total, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)
