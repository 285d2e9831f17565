"""Traces by OpenTracing, until 1.10."""

from __future__ import annotations

from gatelift.annotations.nginx_removed._removed import removed_reader
from gatelift.annotations.unit import Case, Inert, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=(
        "enable-opentracing",
        "opentracing-trust-incoming-span",
    ),
    risk=Risk.METADATA,
    read=removed_reader(
        "1.10",
        "no span is sent. Configure telemetry.tracing of the EnvoyProxy instead",
    ),
    summary="Traces by OpenTracing (removed in 1.10)",
    source="https://github.com/kubernetes/ingress-nginx/blob/main/changelog/controller-1.10.0.md",
    cases=(
        Case(value="true", expect=Inert("removed it in 1.10")),
        Case(name="opentracing-trust-incoming-span", value="false", expect=Inert("removed it in 1.10")),
        Case(value="", expect=Inert("does nothing today")),
    ),
)
