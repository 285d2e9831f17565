"""Whether the firewall applies OWASP's rules."""

from __future__ import annotations

from gatelift.annotations.nginx._waf import INSTEAD, ON, SOURCE, SWITCH, dormant
from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """Rules for a firewall that is switched on elsewhere."""
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    if not wanted:
        return Inert("false is the default, and does not take away rules that the controller gives to every Ingress")
    if (asleep := dormant(context)) is not None:
        return asleep
    return Refused(
        "a web application firewall applies OWASP's core rules to every request of this Ingress, and no route has one",
        INSTEAD.format(key=context.key),
    )


unit = Unit(
    names=("enable-owasp-core-rules",),
    risk=Risk.SECURITY,
    read=read,
    summary="Whether the firewall applies OWASP's core rules",
    source=SOURCE,
    cases=(
        Case(value="true", siblings=ON, expect=Refused("OWASP's core rules", "Coraza")),
        Case(value="true", controller=ON, expect=Refused("OWASP's core rules", "accept:")),
        Case(value="true", expect=Inert(f"without {SWITCH}")),
        Case(value="true", controller=ON, siblings={SWITCH: "false"}, expect=Inert(f"without {SWITCH}")),
        Case(value="false", siblings=ON, expect=Inert("default")),
        Case(value="yes", siblings=ON, expect=Inert("no boolean")),
    ),
)
