"""When an endpoint counts as failed, until 0.21."""

from __future__ import annotations

from gatelift.annotations.nginx_removed._removed import removed_reader
from gatelift.annotations.unit import Case, Inert, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=(
        "upstream-max-fails",
        "upstream-fail-timeout",
    ),
    risk=Risk.TRAFFIC,
    read=removed_reader(
        "0.21",
        "an endpoint is left out when its Pod is not ready, and for no other reason. "
        "Write healthCheck.passive of a BackendTrafficPolicy for more",
    ),
    summary="When an endpoint counts as failed (removed in 0.21)",
    source="https://github.com/kubernetes/ingress-nginx/pull/3207",
    cases=(
        Case(value="3", expect=Inert("removed it in 0.21")),
        Case(name="upstream-fail-timeout", value="30", expect=Inert("removed it in 0.21")),
        Case(value="", expect=Inert("does nothing today")),
    ),
)
