"""The Connection header that the backend gets."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._values import not_loaded
from gatelift.annotations.unit import Case, Refused, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """A gateway decides for itself which connections it keeps, and keeps them."""
    wanted = value.replace(" ", "")
    if wanted == "keep-alive":
        return Translated()
    if wanted == "close":
        return Refused(
            "a gateway keeps its connections to the backend open and uses them again; no route can ask otherwise",
            "if the backend needs a connection for each request, give the Gateway a BackendTrafficPolicy with "
            "circuitBreaker.maxRequestsPerConnection: 1 (Envoy Gateway), and name this under accept:",
        )
    return not_loaded(value, "close or keep-alive")


unit = Unit(
    names=("connection-proxy-header",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="The Connection header that the backend gets: keep-alive or close",
    source=upstream("connection-proxy-header"),
    cases=(
        Case(value="keep-alive", expect=Translated()),
        Case(value=" keep-alive", expect=Translated()),
        Case(value="close", expect=Refused("uses them again", "maxRequestsPerConnection")),
        Case(value="upgrade", expect=Refused("does not load", "correct")),
        Case(value="Keep-Alive", expect=Refused("does not load", "correct")),
    ),
)
