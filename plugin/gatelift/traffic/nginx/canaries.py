"""Canaries: who goes to the alternative. Source: rootfs/etc/nginx/lua/balancer.lua of kubernetes/ingress-nginx."""

from __future__ import annotations

import re

import msgspec

from gatelift.traffic.nginx.values import HEADER, PATTERN, TEXT, Values

_COOKIE = re.compile(r"[A-Za-z0-9._~-]+")
LEAST_TOTAL = 100
"""A smaller total is read as this one."""


class Canary(msgspec.Struct, frozen=True, kw_only=True):
    """Asked in this order: header, cookie, weight out of ``total``."""

    header: str = ""
    value: str = ""
    pattern: str = ""
    cookie: str = ""
    weight: int = 0
    total: int = LEAST_TOTAL


NEVER = Canary()
"""An alternative that nothing leads to."""


def canary(values: Values) -> Canary | None:
    """``None`` where the Ingress is no canary."""
    if not values.flag("canary"):
        return None
    return Canary(
        header=values.text("canary-by-header", HEADER),
        value=values.text("canary-by-header-value", TEXT),
        pattern=values.text("canary-by-header-pattern", PATTERN),
        cookie=values.text("canary-by-cookie", _COOKIE),
        weight=values.number("canary-weight", 0),
        total=max(LEAST_TOTAL, values.number("canary-weight-total", LEAST_TOTAL)),
    )
