"""A redirect for good, instead of a backend."""

from __future__ import annotations

from gatelift.annotations.nginx._redirects import NO_RULES, differences, location
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.redirects import Location, Redirect


def read(value: str, context: UnitContext) -> Result:
    """The target; a temporal redirect is read first, and then this one not at all."""
    if context.value("temporal-redirect"):
        return Inert("temporal-redirect is set too, and ingress-nginx looks at that one only")
    target = location(value)
    if isinstance(target, Refused):
        return target
    if not context.ingress.rules:
        return Inert(NO_RULES)
    return Translated((Redirect(permanent=target),), differences(value, target))


_SHOP = Location(scheme="https", hostname="store.example.org", path="/")

unit = Unit(
    names=("permanent-redirect",),
    risk=Risk.ROUTING,
    read=read,
    summary="URL that every request is redirected to for good",
    source="https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#permanent-redirect",
    cases=(
        Case(value="https://store.example.org", expect=Translated((Redirect(permanent=_SHOP),), "query string")),
        Case(
            value="http://Store.example.org:8080/a/b",
            expect=Translated(
                (Redirect(permanent=Location(scheme="http", hostname="store.example.org", port=8080, path="/a/b")),),
                "query string",
            ),
        ),
        Case(
            value="https://store.example.org$request_uri",
            expect=Translated((Redirect(permanent=Location(scheme="https", hostname="store.example.org")),), "1.12"),
        ),
        Case(
            value="$scheme://store.example.org$request_uri",
            expect=Translated((Redirect(permanent=Location(hostname="store.example.org")),), "1.12"),
        ),
        Case(
            value="https://$http_host$request_uri",
            expect=Translated((Redirect(permanent=Location(scheme="https")),), "not repeated"),
        ),
        Case(value="https://store.example.org/$request_uri", expect=Refused("in front of", "")),
        Case(value="https://store.example.org/?from=shop", expect=Refused("query", "")),
        Case(value="https://store.example.org/#top", expect=Refused("fragment", "")),
        Case(value="https://$arg_to/", expect=Refused("variables", "")),
        Case(value="https://store.example.org/$1", expect=Refused("variables", "")),
        Case(value="https://me:secret@store.example.org/", expect=Refused("password", "")),
        Case(value="https://10.0.0.1/", expect=Refused("no DNS name", "")),
        Case(value="https://store.example.org:99999/", expect=Refused("port", "")),
        Case(value="https://store.example.org/a;b", expect=Refused("interprets", "")),
        Case(value="/elsewhere", expect=Refused("no full URL", "")),
        Case(value="ftp://store.example.org/", expect=Refused("http or https", "")),
        Case(value="$scheme://$host$request_uri", expect=Refused("itself", "")),
        Case(
            value="https://store.example.org",
            siblings={"temporal-redirect": "https://wait.example.org"},
            expect=Inert("temporal-redirect"),
        ),
    ),
)
