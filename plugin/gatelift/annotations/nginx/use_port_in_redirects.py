"""Whether redirects to HTTPS name the port."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk

HTTPS = "443"


def read(value: str, context: UnitContext) -> Result:
    """443 needs no naming; another port is one that the controller listens on, not the gateway."""
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    if not wanted:
        return Inert("false is the default")
    port = context.controller.https_port
    if port == HTTPS:
        return Translated()
    return Refused(
        f"ingress-nginx redirects to its own port {port}, and the gateway's redirects to HTTPS lead to 443",
        "serve HTTPS on port 443 of the Gateway, then name this key under accept: with that reason",
    )


unit = Unit(
    names=("use-port-in-redirects",),
    risk=Risk.TRAFFIC,
    read=read,
    setting="use-port-in-redirects",
    summary="Whether redirects to HTTPS name the port",
    source=upstream("use-port-in-redirects"),
    cases=(
        Case(value="true", expect=Translated()),
        Case(value="true", flags=("--https-port=8443",), expect=Refused("its own port 8443", "443 of the Gateway")),
        Case(value="false", flags=("--https-port=8443",), expect=Inert("default")),
        Case(value="8443", expect=Inert("no boolean")),
    ),
)
