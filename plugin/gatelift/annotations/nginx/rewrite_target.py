"""The path that the backend sees instead of the path of the request."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._values import LONGEST_PATH, PATH_WITH_CAPTURES
from gatelift.annotations.nginx.host import is_split
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.ingress.model import PathType
from gatelift.intent.base import Risk
from gatelift.intent.routing import RewriteTarget

_CAPTURE = re.compile(r"\$[1-9]")
_DECODED = "nginx takes captures from the decoded path (%20 is a space), a gateway from the path as it was sent"
_IMPLICIT_ROOT = (
    "nginx rewrites none of these paths, but reads them as regular expressions unless an Ingress serves / of the host: "
    "the target also holds for the / that ingress-nginx adds to a host (T1, T12)"
)


def read(value: str, context: UnitContext) -> Result:
    """The template, where a gateway can fill it in as nginx does."""
    target = value.strip()
    served = [path for rule in context.ingress.rules for path in rule.paths]
    paths = {path.path for path in served}
    if not target:
        return Inert("a blank target rewrites nothing")
    if not paths and not (context.ingress.rules and context.ingress.default_backend):
        return Inert("the Ingress has no path, and ingress-nginx rewrites nothing of one without rules")
    if paths == {"/"} and target == "/":
        return Inert("the target is the path itself, so there is nothing to rewrite")
    problem = _problem(target)
    if problem is not None:
        return problem
    if paths == {target} and not any(is_split(path.path, path.path_type) for path in served):
        return Translated((RewriteTarget(template=target),), _IMPLICIT_ROOT)
    return Translated((RewriteTarget(template=target),), _DECODED if _CAPTURE.search(target) else "")


def _problem(target: str) -> Refused | None:
    if not target.startswith("/"):
        why = f"{shown(target)} does not begin with /: nginx answers with a redirect, or passes on a path that is none"
        return Refused(why, "write a path; for a redirect use permanent-redirect or temporal-redirect")
    if "?" in target:
        why = (
            f"{shown(target)} sets a query string, which a gateway cannot; ingress-nginx drops such a target since 1.12"
        )
        return Refused(why, "let the backend read the path instead, and write the target without ?")
    if not PATH_WITH_CAPTURES.fullmatch(target):
        why = f"{shown(target)} holds characters that nginx interprets, and that ingress-nginx 1.12 and later refuse"
        return Refused(why, "use letters, digits, - . _ ~ / : and $1 to $9 only")
    if "$" in _CAPTURE.sub("", target):
        why = f"{shown(target)} uses an nginx variable, which no gateway knows"
        return Refused(why, "use captures of the path ($1 to $9) only")
    if len(target) > LONGEST_PATH:
        return Refused(f"the target is longer than {LONGEST_PATH} characters", "shorten it")
    return None


unit = Unit(
    names=("rewrite-target",),
    risk=Risk.ROUTING,
    read=read,
    summary="Path that the backend sees, with captures of the path's expression",
    source="https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#rewrite",
    cases=(
        Case(value="/$2", paths=("/api(/|$)(.*)",), expect=Translated((RewriteTarget(template="/$2"),), "decoded")),
        Case(value="/", paths=("/foo",), expect=Translated((RewriteTarget(template="/"),))),
        Case(value="/", paths=("/", "/foo"), expect=Translated((RewriteTarget(template="/"),))),
        Case(value="/foo/", paths=("/foo/",), expect=Translated((RewriteTarget(template="/foo/"),), "T12")),
        Case(
            value="/foo",
            paths=("/foo",),
            path_type=PathType.EXACT,
            expect=Translated((RewriteTarget(template="/foo"),), "T12"),
        ),
        Case(value="/foo", paths=("/foo",), expect=Translated((RewriteTarget(template="/foo"),))),
        Case(value="/", paths=("/",), expect=Inert("path itself")),
        Case(value="/", paths=(), expect=Inert("no path")),
        Case(value=" ", expect=Inert("blank")),
        Case(value="/x?id=$1", paths=("/(.*)",), expect=Refused("query string", "")),
        Case(value="/$host/$1", paths=("/(.*)",), expect=Refused("variable", "")),
        Case(value="/$", expect=Refused("variable", "")),
        Case(value="/a b", expect=Refused("interprets", "")),
        Case(value='/"; return 403; #', expect=Refused("interprets", "")),
        Case(value="$1", paths=("/(.*)",), expect=Refused("does not begin", "")),
        Case(value="https://other.example.com/$1", expect=Refused("redirect", "")),
    ),
)
