"""The header that tells the backend which prefix a rewrite took away."""

from __future__ import annotations

from gatelift.annotations.nginx._values import PATH_WITH_CAPTURES, not_loaded
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.routing import ForwardedPrefix


def read(value: str, context: UnitContext) -> Result:
    """The value, where a rewrite is at work; ingress-nginx sets the header nowhere else."""
    prefix = value.strip()
    if not PATH_WITH_CAPTURES.fullmatch(value.replace(" ", "")):
        return not_loaded(value, "a plain path")
    if not prefix:
        return Inert("a blank value sets no header")
    target = (context.value("rewrite-target") or "").strip()
    if not target:
        return Inert("there is no rewrite-target, and ingress-nginx sets the header only where it rewrites")
    if all(path.path == target for rule in context.ingress.rules for path in rule.paths):
        return Inert("rewrite-target is the path itself, and ingress-nginx sets the header only where it rewrites")
    if "$" in prefix:
        why = f"{shown(prefix)} is filled in by nginx for each request; a gateway sets fixed text only"
        return Refused(why, "write the prefix out, with an Ingress for each prefix")
    return Translated((ForwardedPrefix(value=prefix),))


unit = Unit(
    names=("x-forwarded-prefix",),
    risk=Risk.ROUTING,
    read=read,
    summary="Value of the header X-Forwarded-Prefix on rewritten requests",
    source=(
        "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#x-forwarded-prefix-header"
    ),
    cases=(
        Case(
            value="/api",
            siblings={"rewrite-target": "/$2"},
            paths=("/api(/|$)(.*)",),
            expect=Translated((ForwardedPrefix(value="/api"),)),
        ),
        Case(
            value="/api",
            siblings={"rewrite-target": "/"},
            paths=("/", "/api"),
            expect=Translated((ForwardedPrefix(value="/api"),)),
        ),
        Case(value="/api", expect=Inert("no rewrite-target")),
        Case(value="/api", siblings={"rewrite-target": ""}, expect=Inert("no rewrite-target")),
        Case(value="/", siblings={"rewrite-target": "/"}, expect=Inert("path itself")),
        Case(value="/$1", siblings={"rewrite-target": "/$2"}, expect=Refused("filled in", "")),
        Case(value='/api"; x', siblings={"rewrite-target": "/$2"}, expect=Refused("T42", "")),
    ),
)
