"""HTTPS to the backend, until 0.21."""

from __future__ import annotations

from gatelift.annotations.nginx_removed._removed import removed_reader
from gatelift.annotations.unit import Case, Inert, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=("secure-backends",),
    risk=Risk.ROUTING,
    read=removed_reader(
        "0.21",
        "the backend is asked over plain HTTP. Write backend-protocol: HTTPS if that answers with an error today",
    ),
    summary="HTTPS to the backend (removed in 0.21)",
    source="https://github.com/kubernetes/ingress-nginx/pull/3203",
    cases=(
        Case(value="true", expect=Inert("removed it in 0.21")),
        Case(value="false", expect=Inert("removed it in 0.21")),
        Case(value="", expect=Inert("does nothing today")),
    ),
)
