"""Whether ``SameSite=None`` is left out for browsers that misread it."""

from __future__ import annotations

from gatelift.annotations.nginx._sticky import ON, SOURCE, dormant
from gatelift.annotations.unit import Case, Inert, Result, Translated, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk

OLD = "browsers of 2019 and before that misread SameSite=None are sent it all the same"
NONE = {**ON, "session-cookie-samesite": "None"}


def read(value: str, context: UnitContext) -> Result:
    """A gateway does not look at the browser."""
    if (asleep := dormant(context)) is not None:
        return asleep
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    if not wanted:
        return Inert("false is the default")
    if (context.value("session-cookie-samesite") or "").strip().lower() != "none":
        return Inert("it does nothing without session-cookie-samesite: None")
    return Translated(differs=OLD)


unit = Unit(
    names=("session-cookie-conditional-samesite-none",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="Whether SameSite=None is left out for browsers that misread it",
    source=SOURCE,
    cases=(
        Case(value="true", siblings=NONE, expect=Translated(differs="misread")),
        Case(value="false", siblings=NONE, expect=Inert("default")),
        Case(value="true", siblings=ON, expect=Inert("session-cookie-samesite")),
        Case(value="on", siblings=NONE, expect=Inert("no boolean")),
        Case(value="true", expect=Inert("without affinity")),
    ),
)
