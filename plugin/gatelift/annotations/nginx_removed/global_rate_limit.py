"""Requests that all replicas together let through, until 1.12."""

from __future__ import annotations

from gatelift.annotations.nginx_removed._removed import removed_reader
from gatelift.annotations.unit import Case, Inert, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=(
        "global-rate-limit",
        "global-rate-limit-window",
        "global-rate-limit-key",
        "global-rate-limit-ignored-cidrs",
        "global-rate-limit-header-based",
    ),
    risk=Risk.SECURITY,
    read=removed_reader(
        "1.12",
        "nothing limits requests by it. Write limit-rps or limit-rpm, which are converted, "
        "or a BackendTrafficPolicy with a global rateLimit",
    ),
    summary="Requests that all replicas together let through (removed in 1.12)",
    source="https://github.com/kubernetes/ingress-nginx/blob/main/changelog/controller-1.12.0.md",
    cases=(
        Case(value="100", expect=Inert("removed it in 1.12")),
        Case(name="global-rate-limit-window", value="1m", expect=Inert("removed it in 1.12")),
        Case(name="global-rate-limit-key", value="$remote_addr", expect=Inert("removed it in 1.12")),
        Case(value="", expect=Inert("does nothing today")),
    ),
)
