"""Read paths as regular expressions, for every path of the host."""

from __future__ import annotations

from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.config.decide import DecideOption
from gatelift.intent.base import Risk
from gatelift.intent.routing import RegexPaths


def read(value: str, context: UnitContext) -> Result:
    """``true`` asks for regular expressions; ``false`` and what is no boolean ask for nothing."""
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    return Translated((RegexPaths(),)) if wanted else Inert("false is the default")


unit = Unit(
    names=("use-regex",),
    risk=Risk.ROUTING,
    read=read,
    summary="Paths of the whole host are case-insensitive regular expressions",
    source="https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#use-regex",
    decide=(
        DecideOption(
            "regexPaths",
            "How the paths of a regular host are written: 'keep' matches exactly what nginx matches; 'prefix' writes "
            "plain paths and the idiom /p(/|$)(.*) as PathPrefix, where every path of the host is one of these.",
            values=("keep", "prefix"),
        ),
    ),
    cases=(
        Case(value="true", expect=Translated((RegexPaths(),))),
        Case(value="1", expect=Translated((RegexPaths(),))),
        Case(value="false", expect=Inert("default")),
        Case(value="yes", expect=Inert("no boolean")),
    ),
)
