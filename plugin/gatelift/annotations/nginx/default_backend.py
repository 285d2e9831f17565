"""The Service that answers while the Service of a path has no endpoint."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._values import not_loaded
from gatelift.annotations.unit import Case, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.config.decide import DecideOption
from gatelift.intent.base import Risk

OPTION = DecideOption(
    "defaultBackend",
    "What answers while a Service has no endpoint and default-backend names another one: omit leaves it to the "
    "gateway's own error.",
    values=("omit",),
)
_SERVICE = re.compile(r"[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?")


def read(value: str, context: UnitContext) -> Result:
    """A Service of the same namespace; a route has no second choice, so somebody must decide."""
    name = value.strip()
    if not _SERVICE.fullmatch(value):
        return not_loaded(value, "the name of a Service")
    if context.decide.get(OPTION.name) == "omit":
        return Translated(
            differs=f"while a Service has no endpoint, clients get the gateway's own error (500 or 503) instead of "
            f"what Service {name} answers"
        )
    return Refused(
        f"Service {shown(name)} answers while the Service of a path has no endpoint, and a route has no second choice",
        "write 'decide: {defaultBackend: omit}' to leave that moment to the gateway's own error; on Envoy Gateway, two "
        "Backends in the rule's backendRefs, the second with 'fallback: true', and a BackendTrafficPolicy with "
        "healthCheck.active come close (see the page of this annotation)",
    )


_OMIT = {OPTION.name: "omit"}

unit = Unit(
    names=("default-backend",),
    risk=Risk.TRAFFIC,
    read=read,
    decide=(OPTION,),
    summary="Service that answers while the Service of a path has no endpoint",
    source=upstream("default-backend"),
    cases=(
        Case(value="maintenance", expect=Refused("no second choice", "defaultBackend: omit")),
        Case(value="maintenance", decide=_OMIT, expect=Translated((), "instead of what Service maintenance")),
        Case(value="shop/maintenance", decide=_OMIT, expect=Refused("does not load", "")),
        Case(value="1st", decide=_OMIT, expect=Refused("does not load", "")),
        Case(value="maintenance ", decide=_OMIT, expect=Refused("does not load", "")),
    ),
)
