"""A redirect between a host and its twin with or without www."""

from __future__ import annotations

from gatelift.annotations.nginx._redirects import is_ignored
from gatelift.annotations.nginx._values import not_loaded
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, parse_bool
from gatelift.intent.base import Risk
from gatelift.intent.redirects import WwwRedirect


def read(value: str, context: UnitContext) -> Result:
    """``true`` asks for it; what is no boolean keeps the whole Ingress from loading."""
    wanted = parse_bool(value)
    if wanted is None:
        return not_loaded(value, "a boolean")
    if not wanted:
        return Inert("false is the default")
    if is_ignored(context.value("temporal-redirect") or "http"):
        return Inert("temporal-redirect is no http URL, so ingress-nginx ignores all redirects of this Ingress")
    return Translated((WwwRedirect(),))


unit = Unit(
    names=("from-to-www-redirect",),
    risk=Risk.ROUTING,
    read=read,
    summary="Redirect the twin of the host, with or without www, to the host",
    source="https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#redirect-fromto-www",
    cases=(
        Case(value="true", expect=Translated((WwwRedirect(),))),
        Case(value="T", expect=Translated((WwwRedirect(),))),
        Case(value="false", expect=Inert("default")),
        Case(value="true", siblings={"temporal-redirect": "/wait"}, expect=Inert("ignores all redirects")),
        Case(value="yes", expect=Refused("T42", "")),
    ),
)
