"""A redirect for the time being, instead of a backend."""

from __future__ import annotations

from gatelift.annotations.nginx._redirects import NO_RULES, differences, is_ignored, location
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.redirects import Location, Redirect


def read(value: str, context: UnitContext) -> Result:
    """The target, whose scheme ingress-nginx wants written out here."""
    if is_ignored(value):
        return Inert(f"{shown(value)} is no http or https URL, so ingress-nginx ignores all redirects of this Ingress")
    if value.strip().startswith("$"):
        why = f"{shown(value)} has no written scheme, and ingress-nginx takes only http or https in a temporal redirect"
        return Refused(why, "write the scheme, or remove the annotation: it never redirects")
    target = location(value)
    if isinstance(target, Refused):
        return target
    if not context.ingress.rules:
        return Inert(NO_RULES)
    return Translated((Redirect(temporal=target),), differences(value, target))


unit = Unit(
    names=("temporal-redirect",),
    risk=Risk.ROUTING,
    read=read,
    summary="URL that every request is redirected to for now",
    source="https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#temporal-redirect",
    cases=(
        Case(
            value="https://status.example.org/maintenance",
            expect=Translated(
                (Redirect(temporal=Location(scheme="https", hostname="status.example.org", path="/maintenance")),),
                "query string",
            ),
        ),
        Case(
            value="https://status.example.org$request_uri",
            expect=Translated((Redirect(temporal=Location(scheme="https", hostname="status.example.org")),), "1.12"),
        ),
        Case(value="/maintenance", expect=Inert("ignores all redirects")),
        Case(value="ftp://status.example.org/", expect=Inert("ignores all redirects")),
        Case(value="$scheme://status.example.org$request_uri", expect=Refused("no written scheme", "")),
        Case(value="https://status.example.org/?at=$request_uri", expect=Refused("query", "")),
        Case(value="https://", expect=Refused("no DNS name", "")),
    ),
)
