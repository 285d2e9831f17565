"""Authority that the certificate of the backend is checked against, until 1.8."""

from __future__ import annotations

from gatelift.annotations.nginx_removed._removed import removed_reader
from gatelift.annotations.unit import Case, Inert, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=("secure-verify-ca-secret",),
    risk=Risk.SECURITY,
    read=removed_reader(
        "1.8",
        "the certificate of the backend is not checked. "
        'Write proxy-ssl-secret and proxy-ssl-verify: "on", or a BackendTLSPolicy',
    ),
    summary="Authority that the certificate of the backend is checked against (removed in 1.8)",
    source="https://github.com/kubernetes/ingress-nginx/pull/9862",
    cases=(
        Case(value="backend-ca", expect=Inert("removed it in 1.8")),
        Case(value="shop/backend-ca", expect=Inert("removed it in 1.8")),
        Case(value="", expect=Inert("does nothing today")),
    ),
)
