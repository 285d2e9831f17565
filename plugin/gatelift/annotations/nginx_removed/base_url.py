"""A base element in answers, until 0.22."""

from __future__ import annotations

from gatelift.annotations.nginx_removed._removed import removed_reader
from gatelift.annotations.unit import Case, Inert, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=(
        "add-base-url",
        "base-url-scheme",
    ),
    risk=Risk.TRAFFIC,
    read=removed_reader(
        "0.22",
        "no answer gets a base element. Let the application write its links below the path that it is served under",
    ),
    summary="A base element in answers (removed in 0.22)",
    source="https://github.com/kubernetes/ingress-nginx/pull/3174",
    cases=(
        Case(value="true", expect=Inert("removed it in 0.22")),
        Case(name="base-url-scheme", value="https", expect=Inert("removed it in 0.22")),
        Case(value="", expect=Inert("does nothing today")),
    ),
)
