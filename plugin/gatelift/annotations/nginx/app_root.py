"""Where a request for exactly / is sent."""

from __future__ import annotations

from gatelift.annotations.nginx._redirects import KEEPS_QUERY
from gatelift.annotations.nginx._values import LONGEST_PATH, PATH_WITH_CAPTURES
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.routing import AppRoot


def read(value: str, context: UnitContext) -> Result:
    """An absolute path; ingress-nginx ignores whole URLs and relative paths."""
    root = value.strip()
    if not root.startswith("/"):
        return Inert(f"{shown(value)} is no absolute path, and ingress-nginx ignores anything else here")
    if root == "/":
        return Refused("/ redirects to itself, so no browser gets an answer", "name the path of the application")
    if "$" in root:
        return Refused(f"{shown(root)} uses an nginx variable, which no gateway knows", "write the path out")
    if not PATH_WITH_CAPTURES.fullmatch(root):
        why = f"{shown(root)} is no plain path: ingress-nginx ignores it since 1.12, and redirected to it before"
        return Refused(why, "use letters, digits, - . _ ~ / and : only, or remove the annotation")
    if len(root) > LONGEST_PATH:
        return Refused(f"the path is longer than {LONGEST_PATH} characters", "shorten it")
    return Translated((AppRoot(path=root),), KEEPS_QUERY)


unit = Unit(
    names=("app-root",),
    risk=Risk.ROUTING,
    read=read,
    summary="Path that a request for / is redirected to",
    source="https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#rewrite",
    cases=(
        Case(value="/app/login", expect=Translated((AppRoot(path="/app/login"),), "query")),
        Case(value="/ui/", expect=Translated((AppRoot(path="/ui/"),), "query")),
        Case(value="https://shop.example.com/app", expect=Inert("absolute path")),
        Case(value="app", expect=Inert("absolute path")),
        Case(value="/", expect=Refused("itself", "")),
        Case(value="/app?tab=1", expect=Refused("no plain path", "")),
        Case(value="/$host", expect=Refused("variable", "")),
    ),
)
