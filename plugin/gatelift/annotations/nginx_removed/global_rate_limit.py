"""Requests that all replicas together let through, until 1.12."""

from __future__ import annotations

from gatelift.annotations.nginx_removed._removed import removed_reader
from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext, shown
from gatelift.intent.base import Risk

MEMCACHED = "global-rate-limit-memcached-host"
_LIMIT = "global-rate-limit"
_removed = removed_reader(
    "1.12",
    "nothing limits requests by it. Write limit-rps or limit-rpm, which are converted, "
    "or a BackendTrafficPolicy with a global rateLimit",
)


def read(value: str, context: UnitContext) -> Result:
    """Nothing, unless the controller's ConfigMap still names memcached: it may be older, and then it counts."""
    host = context.controller.setting(MEMCACHED)
    if not value or host is None:
        return _removed(value, context)
    if context.key != context.controller.annotations_prefix + _LIMIT:
        if context.value(_LIMIT) is None:
            return Inert(f"it does nothing without {_LIMIT}")
        return Refused(f"it belongs to {_LIMIT}, which a controller older than 1.12 may honour", f"see {_LIMIT}")
    return Refused(
        f"the ConfigMap names memcached ({MEMCACHED}: {shown(host)}), so a controller older than 1.12 counts requests "
        "by it for all of its replicas together, and no route would",
        "write a BackendTrafficPolicy whose rateLimit.type is Global with rateLimit.global.rules (it needs Envoy "
        f"Gateway's own rate limit service), then name {context.key} under accept: with the reason; where the "
        f"controller is 1.12 or later, remove {MEMCACHED} from the ConfigMap: nothing reads it there",
    )


unit = Unit(
    names=(
        "global-rate-limit",
        "global-rate-limit-window",
        "global-rate-limit-key",
        "global-rate-limit-ignored-cidrs",
        "global-rate-limit-header-based",
    ),
    risk=Risk.SECURITY,
    read=read,
    summary="Requests that all replicas together let through (removed in 1.12)",
    source="https://github.com/kubernetes/ingress-nginx/blob/main/changelog/controller-1.12.0.md",
    cases=(
        Case(value="100", expect=Inert("removed it in 1.12")),
        Case(name="global-rate-limit-window", value="1m", expect=Inert("removed it in 1.12")),
        Case(name="global-rate-limit-key", value="$remote_addr", expect=Inert("removed it in 1.12")),
        Case(name="global-rate-limit-ignored-cidrs", value="10.0.0.0/8", expect=Inert("removed it in 1.12")),
        Case(name="global-rate-limit-header-based", value="true", expect=Inert("removed it in 1.12")),
        Case(value="", expect=Inert("does nothing today")),
        Case(value="100", controller={MEMCACHED: "memcached.edge"}, expect=Refused("older than 1.12", "Global")),
        Case(value="100", controller={MEMCACHED: ""}, expect=Inert("removed it in 1.12")),
        *(
            Case(
                name=name,
                value=value,
                siblings={_LIMIT: "100"},
                controller={MEMCACHED: "memcached.edge"},
                expect=Refused("belongs to global-rate-limit", "see"),
            )
            for name, value in (
                ("global-rate-limit-window", "1m"),
                ("global-rate-limit-key", "$remote_addr"),
                ("global-rate-limit-ignored-cidrs", "10.0.0.0/8"),
                ("global-rate-limit-header-based", "true"),
            )
        ),
        Case(
            name="global-rate-limit-key",
            value="$remote_addr",
            controller={MEMCACHED: "memcached.edge"},
            expect=Inert("nothing without global-rate-limit"),
        ),
    ),
)
