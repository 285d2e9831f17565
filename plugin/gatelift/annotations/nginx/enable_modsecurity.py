"""Whether a web application firewall looks at the requests of this Ingress."""

from __future__ import annotations

from gatelift.annotations.nginx._waf import INSTEAD, SOURCE, SWITCH
from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext, not_bool, parse_bool
from gatelift.intent.base import Risk


def read(value: str, context: UnitContext) -> Result:
    """No target has a firewall; ``false`` opts out of the controller's."""
    wanted = parse_bool(value)
    if wanted is None:
        return not_bool(value)
    if wanted:
        return Refused(
            "a web application firewall (ModSecurity) looks at every request of this Ingress, and no route has one: "
            "requests that it stops today would reach the backend",
            INSTEAD.format(key=context.key),
        )
    if parse_bool(context.controller.setting(SWITCH) or "") is True:
        return Inert("it takes this Ingress out of the controller's firewall, and a route has none either")
    return Inert("false is the default")


unit = Unit(
    names=(SWITCH,),
    risk=Risk.SECURITY,
    read=read,
    setting=SWITCH,
    summary="Whether a web application firewall looks at requests of this Ingress",
    source=SOURCE,
    cases=(
        Case(value="true", expect=Refused("ModSecurity", "Coraza")),
        Case(value="T", controller={SWITCH: "true"}, expect=Refused("would reach the backend", "accept:")),
        Case(value="false", controller={SWITCH: "true"}, expect=Inert("takes this Ingress out")),
        Case(value="false", expect=Inert("default")),
        Case(value="on", controller={SWITCH: "true"}, expect=Inert("no boolean")),
    ),
)
