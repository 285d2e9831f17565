"""Hand TLS connections to the backend unopened."""

from __future__ import annotations

from gatelift.annotations.nginx._links import NOT_LOADED, upstream
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, parse_bool, shown
from gatelift.intent.base import Risk
from gatelift.intent.routing import Passthrough

FLAG = "--enable-ssl-passthrough"


def read(value: str, context: UnitContext) -> Result:
    """In force only with the controller's flag, and for the path ``/`` of a named host."""
    wanted = parse_bool(value)
    if wanted is None:
        if not value:
            return Inert("it is empty, which is as good as missing")
        return Refused(f"{shown(value)} is no boolean, and {NOT_LOADED}", "write 'true' or 'false'")
    if not wanted:
        return Inert("false is the default")
    if not context.controller.ssl_passthrough:
        return Inert(f"the controller runs without {FLAG}, as far as gatelift was told")
    rules = context.ingress.rules
    if any(rule.host is None for rule in rules):
        return Refused("a rule names no host, and a TLS connection is told apart by nothing else", "name the host")
    if not all(any(path.path == "/" for path in rule.paths) for rule in rules):
        why = "a host has no path /, and ingress-nginx hands connections to the backend of that path only"
        return Refused(why, "give every host of this Ingress the path /")
    return Translated((Passthrough(),))


unit = Unit(
    names=("ssl-passthrough",),
    risk=Risk.SECURITY,
    read=read,
    summary="Hand TLS connections to the backend unopened",
    source=upstream("ssl-passthrough"),
    cases=(
        Case(value="true", flags=(FLAG,), expect=Translated((Passthrough(),))),
        Case(value="1", flags=(FLAG,), paths=("/", "/admin"), expect=Translated((Passthrough(),))),
        Case(value="true", expect=Inert(FLAG)),
        Case(value="false", flags=(FLAG,), expect=Inert("default")),
        Case(value="true", flags=(FLAG,), paths=("/shop",), expect=Refused("no path /", "give")),
        Case(value="true", flags=(FLAG,), host=None, expect=Refused("names no host", "name")),
        Case(value="yes", expect=Refused("does not load", "write")),
    ),
)
