"""Redirect plain HTTP where the host has a certificate."""

from __future__ import annotations

from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk
from gatelift.intent.redirects import HttpsRedirect


def read(value: str, context: UnitContext) -> Result:
    """Both values say something: the default is true, but the controller may have turned it off."""
    wanted = parse_bool(value)
    return not_bool(value) if wanted is None else Translated((HttpsRedirect(enabled=wanted),))


unit = Unit(
    names=("ssl-redirect",),
    risk=Risk.ROUTING,
    read=read,
    setting="ssl-redirect",
    summary="Redirect plain HTTP to HTTPS where the host has a certificate",
    source=(
        "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/"
        "#server-side-https-enforcement-through-redirect"
    ),
    cases=(
        Case(value="true", expect=Translated((HttpsRedirect(enabled=True),))),
        Case(value="false", expect=Translated((HttpsRedirect(enabled=False),))),
        Case(value="F", expect=Translated((HttpsRedirect(enabled=False),))),
        Case(value="off", expect=Inert("no boolean")),
        Case(value=" true", expect=Inert("no boolean")),
    ),
)
