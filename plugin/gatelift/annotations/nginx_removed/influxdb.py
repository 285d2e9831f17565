"""Measurements of requests for InfluxDB, until 1.8."""

from __future__ import annotations

from gatelift.annotations.nginx_removed._removed import removed_reader
from gatelift.annotations.unit import Case, Inert, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=(
        "enable-influxdb",
        "influxdb-measurement",
        "influxdb-port",
        "influxdb-host",
        "influxdb-server-name",
    ),
    risk=Risk.METADATA,
    read=removed_reader(
        "1.8",
        "no measurement is sent. Collect the metrics of the gateway instead",
    ),
    summary="Measurements of requests for InfluxDB (removed in 1.8)",
    source="https://github.com/kubernetes/ingress-nginx/pull/9861",
    cases=(
        Case(value="true", expect=Inert("removed it in 1.8")),
        Case(name="influxdb-measurement", value="nginx-reqs", expect=Inert("removed it in 1.8")),
        Case(value="", expect=Inert("does nothing today")),
    ),
)
