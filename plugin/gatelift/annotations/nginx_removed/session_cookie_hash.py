"""Hash of the affinity cookie, until 0.24."""

from __future__ import annotations

from gatelift.annotations.nginx_removed._removed import removed_reader
from gatelift.annotations.unit import Case, Inert, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=("session-cookie-hash",),
    risk=Risk.METADATA,
    read=removed_reader(
        "0.24",
        "the cookie of affinity holds a random value anyway",
    ),
    summary="Hash of the affinity cookie (removed in 0.24)",
    source="https://github.com/kubernetes/ingress-nginx/pull/3743",
    cases=(
        Case(value="sha1", expect=Inert("removed it in 0.24")),
        Case(value="md5", expect=Inert("removed it in 0.24")),
        Case(value="", expect=Inert("does nothing today")),
    ),
)
