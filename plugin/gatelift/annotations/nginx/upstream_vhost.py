"""The host that the backend sees in a request."""

from __future__ import annotations

from gatelift.annotations.nginx._values import NAME_OR_EXPRESSION, is_hostname, not_loaded
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.routing import UpstreamHost

_SAME = frozenset({"$host", "$http_host", "$best_http_host"})


def read(value: str, context: UnitContext) -> Result:
    """A DNS name; what stands for the client's own host changes nothing."""
    host = value.strip()
    if not NAME_OR_EXPRESSION.fullmatch(host):
        return not_loaded(value, "a server name")
    if host in _SAME:
        return Inert(f"{host} is the host that the client asked for, which the backend sees anyway")
    if not host:
        return Inert("a blank value changes no host")
    if "$" in host:
        return Refused(f"{shown(host)} uses an nginx variable, which no gateway knows", "write the host out")
    if ":" in host:
        why = f"{shown(host)} names a port, and a route can set the host without a port only"
        return Refused(why, "remove the port if the backend does not look at it")
    if not is_hostname(host.lower()):
        why = f"{shown(host)} is no DNS name, and a route can set nothing else"
        return Refused(why, "give the backend a DNS name that it accepts")
    differs = "" if host.islower() else f"the backend sees the host in lower case, {host.lower()}"
    return Translated((UpstreamHost(host=host.lower()),), differs)


unit = Unit(
    names=("upstream-vhost",),
    risk=Risk.ROUTING,
    read=read,
    summary="Host header that the backend sees",
    source=(
        "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#custom-nginx-upstream-vhost"
    ),
    cases=(
        Case(value="api.internal.example.com", expect=Translated((UpstreamHost(host="api.internal.example.com"),))),
        Case(value=" backend ", expect=Translated((UpstreamHost(host="backend"),))),
        Case(value="Api.Example.com", expect=Translated((UpstreamHost(host="api.example.com"),), "lower case")),
        Case(value="$host", expect=Inert("anyway")),
        Case(value="$http_x_tenant.example.com", expect=Refused("variable", "")),
        Case(value="api.example.com:8443", expect=Refused("port", "")),
        Case(value="10.0.0.1", expect=Refused("no DNS name", "")),
        Case(value="api_v1.example.com", expect=Refused("no DNS name", "")),
        Case(value='api"; x', expect=Refused("T42", "")),
    ),
)
