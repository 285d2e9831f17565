"""Key of traffic statistics, until 0.16."""

from __future__ import annotations

from gatelift.annotations.nginx_removed._removed import removed_reader
from gatelift.annotations.unit import Case, Inert, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=("vts-filter-key",),
    risk=Risk.METADATA,
    read=removed_reader(
        "0.16",
        "no statistics are kept by it. Collect the metrics of the gateway instead",
    ),
    summary="Key of traffic statistics (removed in 0.16)",
    source="https://github.com/kubernetes/ingress-nginx/blob/main/Changelog.md",
    cases=(
        Case(value="$uri $server_name", expect=Inert("removed it in 0.16")),
        Case(value="$host", expect=Inert("removed it in 0.16")),
        Case(value="", expect=Inert("does nothing today")),
    ),
)
