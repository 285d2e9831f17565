"""How many endpoints share a key."""

from __future__ import annotations

from gatelift.annotations.nginx._balancing import overruled
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._values import not_loaded
from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext, parse_int
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """It goes with ``upstream-hash-by-subset``."""
    if parse_int(value) is None:
        return not_loaded(value, "a whole number")
    if context.value("upstream-hash-by") is None or not context.enabled("upstream-hash-by-subset"):
        return Inert("it does nothing without upstream-hash-by and upstream-hash-by-subset: true")
    return overruled(context) or Refused(
        "a gateway has no groups of endpoints, so it has no use for their size",
        "remove it together with upstream-hash-by-subset, or accept the loss of both under accept:",
    )


ON = {"upstream-hash-by": "$http_x_user", "upstream-hash-by-subset": "true"}

unit = Unit(
    names=("upstream-hash-by-subset-size",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="How many endpoints share a key",
    source=upstream("custom-nginx-upstream-hashing"),
    cases=(
        Case(value="5", siblings=ON, expect=Refused("no groups", "remove")),
        Case(value="few", siblings=ON, expect=Refused("does not load", "correct")),
        Case(value="5", expect=Inert("without upstream-hash-by")),
        Case(value="5", siblings={"upstream-hash-by": "$http_x_user"}, expect=Inert("subset: true")),
        Case(value="5", siblings={**ON, "affinity": "cookie"}, expect=Inert("affinity: cookie")),
    ),
)
