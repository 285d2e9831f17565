"""Canaries: header, then cookie, then weight, as rootfs/etc/nginx/lua/balancer.lua asks them."""

from __future__ import annotations

from collections.abc import Iterator

from gatelift.proof.symbolic.model import Need
from gatelift.traffic.nginx.canaries import Canary

Backends = tuple[tuple[str, int], ...]


def shares(canary: Canary, primary: str, alternative: str) -> Iterator[tuple[tuple[Need, ...], Backends]]:
    """Who goes where, in the order in which it is asked."""
    to_alternative, to_primary = ((alternative, 1),), ((primary, 1),)
    if canary.header:
        yield _by_header(canary), to_alternative
        if not canary.value and not canary.pattern:
            yield (Need("header", _header(canary), "never"),), to_primary
    if canary.cookie:
        yield (Need("cookie", canary.cookie, "always"),), to_alternative
        yield (Need("cookie", canary.cookie, "never"),), to_primary
    if canary.weight <= 0:
        yield (), to_primary
    elif canary.weight >= canary.total:
        yield (), to_alternative
    else:
        yield (), ((primary, canary.total - canary.weight), (alternative, canary.weight))


def _by_header(canary: Canary) -> tuple[Need, ...]:
    name = _header(canary)
    if canary.value:
        return (Need("header", name, canary.value),)
    if canary.pattern:
        return (Need("header", name, canary.pattern, regular=True, whole=False),)
    return (Need("header", name, "always"),)


def _header(canary: Canary) -> str:
    # nginx knows no difference, and drops headers with an underscore unless told otherwise.
    return canary.header.replace("_", "-")
