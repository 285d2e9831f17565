"""Redirect plain HTTP even where the controller knows no certificate of the host."""

from __future__ import annotations

from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.config.decide import DecideOption
from gatelift.intent.base import Risk
from gatelift.intent.redirects import HttpsRedirect

OPTION = DecideOption(
    "forceSslRedirect",
    "Where TLS ends for a host without a certificate of its own: gateway says that the Gateway itself ends it.",
    values=("gateway",),
)


def read(value: str, context: UnitContext) -> Result:
    """``false`` says something only where the controller's own default is true."""
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    if wanted:
        return Translated((HttpsRedirect(force=True),))
    if parse_bool(context.controller.setting("force-ssl-redirect") or ""):
        return Translated((HttpsRedirect(force=False),))
    return Inert("false is the default")


unit = Unit(
    names=("force-ssl-redirect",),
    risk=Risk.ROUTING,
    read=read,
    setting="force-ssl-redirect",
    decide=(OPTION,),
    summary="Redirect plain HTTP to HTTPS even without a certificate of the host",
    source=(
        "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/"
        "#server-side-https-enforcement-through-redirect"
    ),
    cases=(
        Case(value="true", expect=Translated((HttpsRedirect(force=True),))),
        Case(
            value="false",
            controller={"force-ssl-redirect": "true"},
            expect=Translated((HttpsRedirect(force=False),)),
        ),
        Case(value="false", expect=Inert("default")),
        Case(value="on", expect=Inert("no boolean")),
    ),
)
