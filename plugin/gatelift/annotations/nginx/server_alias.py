"""Further names that a host answers to."""

from __future__ import annotations

from gatelift.annotations.nginx._values import NAME_OR_EXPRESSION, is_hostname, not_loaded
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, csv, shown
from gatelift.intent.base import Risk
from gatelift.intent.routing import Aliases


def read(value: str, context: UnitContext) -> Result:
    """The names, in lower case, without those that the Ingress has rules for."""
    names = csv(value)
    if not all(NAME_OR_EXPRESSION.fullmatch(name) for name in names):
        return not_loaded(value, "a list of server names")
    own = {host.lower() for host in context.ingress.hosts if host}
    if not own:
        return Inert("no rule of this Ingress names a host that could have an alias")
    if None in context.ingress.hosts:
        return Refused(
            "a rule of this Ingress names no host, and nginx gives the names to unknown hosts as well: whose "
            "paths it serves under them, the alphabet decides",
            "move the rule without a host to an Ingress of its own, without server-alias",
        )
    further = tuple(dict.fromkeys(name.lower() for name in names if name.lower() not in own))
    if not further:
        return Inert("it names no host besides those that the Ingress has rules for")
    problem = next(filter(None, map(_problem, further)), None)
    return problem or Translated((Aliases(hosts=further),))


def _problem(name: str) -> Refused | None:
    if name.startswith("~"):
        return Refused(
            f"{shown(name)} is a regular expression, and a route lists its hosts", "list the hosts one by one"
        )
    if "*" in name or name.startswith("."):
        return Refused(
            f"{shown(name)} is a wildcard of nginx, which other hosts of the controller take precedence over",
            "list the hosts one by one, or write a rule for the wildcard host",
        )
    if not is_hostname(name):
        return Refused(f"{shown(name)} is no DNS name, and a route takes nothing else", "remove it from the list")
    return None


unit = Unit(
    names=("server-alias",),
    risk=Risk.ROUTING,
    read=read,
    summary="Further host names of the same host, separated by commas",
    source="https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#server-alias",
    cases=(
        Case(
            value="store.example.com, WWW.example.org,",
            expect=Translated((Aliases(hosts=("store.example.com", "www.example.org")),)),
        ),
        Case(
            value="shop.example.com,store.example.com",
            expect=Translated((Aliases(hosts=("store.example.com",)),)),
        ),
        Case(value="Shop.Example.com", expect=Inert("besides those")),
        Case(value=",", expect=Inert("besides those")),
        Case(value="store.example.com", host=None, expect=Inert("no rule")),
        Case(value=r"~^www\d+\.example\.com$", expect=Refused("regular expression", "")),
        Case(value="*.example.org", expect=Refused("wildcard", "")),
        Case(value=".example.org", expect=Refused("wildcard", "")),
        Case(value="10.0.0.1", expect=Refused("no DNS name", "")),
        Case(value="my_shop.example.org", expect=Refused("no DNS name", "")),
        Case(value="a.example.org;b.example.org", expect=Refused("T42", "")),
    ),
)
