"""What the request limits have in common: a number per client address, and what a gateway does differently."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from gatelift.annotations.nginx._links import NOT_LOADED
from gatelift.annotations.unit import Inert, Refused, Result, Translated, UnitContext, parse_int, shown
from gatelift.intent.security import RateLimit

_BURST = 5
_MOST = 2**32 - 1
KEPT = ("limit-rps", "limit-rpm")
"""The limits that a gateway keeps as well."""


def limited(context: UnitContext, *names: str) -> bool:
    """Whether one of the limits ``names`` (those that a gateway keeps, unless given) counts anything."""
    return any((parse_int(context.value(name) or "") or 0) > 0 for name in names or KEPT)


def limit_reader(field: Literal["per_second", "per_minute"]) -> Callable[[str, UnitContext], Result]:
    """A reader that puts the requests into ``field`` of ``RateLimit``."""

    def read(value: str, context: UnitContext) -> Result:
        if not value:
            return Inert("it is empty, which is as good as missing")
        requests = parse_int(value)
        if requests is None:
            return Refused(f"{shown(value)} is no whole number, and {NOT_LOADED}", "write a whole number of requests")
        if requests <= 0:
            return Inert(f"{requests} is no limit to ingress-nginx")
        if requests > _MOST:
            return Refused(f"no gateway counts to {requests}", f"write at most {_MOST}, or remove the annotation")
        limit = RateLimit(per_second=requests) if field == "per_second" else RateLimit(per_minute=requests)
        return Translated((limit,), differs=_differs(requests, context))

    return read


def _differs(requests: int, context: UnitContext) -> str:
    multiplier = parse_int(context.value("limit-burst-multiplier") or "")
    burst = requests * (_BURST if multiplier is None else multiplier)
    bursts = f", and the burst of {burst} more requests at once is gone" if burst > 0 else ""
    return f"a client over the limit gets 429 instead of 503{bursts}"
