"""What the annotations about connections to the authorization service have in common."""

from __future__ import annotations

from collections.abc import Callable

from gatelift.annotations.nginx._external_auth import dormant
from gatelift.annotations.unit import Inert, Result, Translated, UnitContext, parse_int, shown

ON = {"auth-url": "http://auth.infra.svc.cluster.local/check"}
KEPT = {**ON, "auth-keepalive": "8"}
DIFFERS = "the gateway keeps connections to the authorization service open by its own rules"


def keeps_connections(context: UnitContext) -> bool:
    """Whether ``auth-keepalive`` is in force; a host with a variable switches it off."""
    count = parse_int(context.value("auth-keepalive") or "")
    host = (context.value("auth-url") or "").partition("://")[2].partition("/")[0]
    return count is not None and count > 0 and "$" not in host


def tuning_reader(default: int) -> Callable[[str, UnitContext], Result]:
    """A reader of a number that tunes kept connections; ``default`` stands in for what is none."""

    def read(value: str, context: UnitContext) -> Result:
        if (asleep := dormant(context)) is not None:
            return asleep
        if not keeps_connections(context):
            return Inert("it does nothing without auth-keepalive")
        number = parse_int(value)
        if number is None:
            return Inert(
                f"{shown(value)} is no whole number to ingress-nginx, which falls back to {default}", fallback=True
            )
        return Translated(differs=DIFFERS)

    return read
