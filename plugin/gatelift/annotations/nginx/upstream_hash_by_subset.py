"""Whether a key belongs to a group of endpoints instead of to one."""

from __future__ import annotations

from gatelift.annotations.nginx._balancing import overruled
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._values import not_loaded
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, parse_bool
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """No gateway has groups of endpoints; without ``upstream-hash-by`` nothing is hashed at all."""
    wanted = parse_bool(value)
    if wanted is None:
        return not_loaded(value, "a boolean")
    if context.value("upstream-hash-by") is None:
        return Inert("it does nothing without upstream-hash-by")
    if (other := overruled(context)) is not None:
        return other
    if not wanted:
        return Translated()
    return Refused(
        "a gateway has one endpoint for each key, and no group of endpoints that share it",
        "remove it, so that each key has one endpoint, or accept that under accept:",
    )


HASH = {"upstream-hash-by": "$http_x_user"}

unit = Unit(
    names=("upstream-hash-by-subset",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="Whether a key belongs to a group of endpoints instead of to one",
    source=upstream("custom-nginx-upstream-hashing"),
    cases=(
        Case(value="true", siblings=HASH, expect=Refused("one endpoint for each key", "remove")),
        Case(value="false", siblings=HASH, expect=Translated()),
        Case(value="yes", siblings=HASH, expect=Refused("does not load", "correct")),
        Case(value="true", expect=Inert("without upstream-hash-by")),
        Case(value="true", siblings={**HASH, "affinity": "cookie"}, expect=Inert("affinity: cookie")),
    ),
)
