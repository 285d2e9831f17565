"""How the endpoints of a Service take turns."""

from __future__ import annotations

from gatelift.annotations.nginx._balancing import overruled
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._values import not_loaded
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.balancing import Balancing, Turn
from gatelift.intent.base import Risk

NAME = "load-balance"
_NEEDS = {
    "chash": "upstream-hash-by",
    "chashsubset": "upstream-hash-by",
    "sticky_balanced": "affinity: cookie",
    "sticky_persistent": "affinity: cookie",
}
"""Names of balancers that the annotation accepts, and what each cannot work without. With that, it is chosen anyway."""


def read(value: str, context: UnitContext) -> Result:
    """``round_robin`` or ``ewma``; a word of the ConfigMap that nobody knows is ``round_robin``."""
    word = value.strip()
    from_controller = context.key == NAME
    known = word in _NEEDS or word in set(Turn)
    if not known and not from_controller:
        return not_loaded(value, "a load balancer that ingress-nginx has (round_robin, ewma)")
    if (other := overruled(context, "upstream-hash-by")) is not None:
        return other
    if word in _NEEDS:
        why = f"{word} has nothing to go by without {_NEEDS[word]}, so ingress-nginx reaches no endpoint today"
        return Refused(why, f"write {_NEEDS[word]}, or round_robin here")
    if not known:
        why = f"ingress-nginx does not know {shown(word)}, and lets endpoints take turns"
        return Translated((Balancing(turn=Turn.ROUND_ROBIN),), differs=why)
    return Translated((Balancing(turn=Turn(word)),))


ROUND = Balancing(turn=Turn.ROUND_ROBIN)

unit = Unit(
    names=(NAME,),
    risk=Risk.TRAFFIC,
    read=read,
    setting=NAME,
    summary="How the endpoints of a Service take turns: round_robin or ewma",
    source=upstream("custom-nginx-load-balancing"),
    cases=(
        Case(value="round_robin", expect=Translated((ROUND,))),
        Case(value=" ewma ", expect=Translated((Balancing(turn=Turn.EWMA),))),
        Case(value="least_conn", expect=Refused("does not load", "correct")),
        Case(value="Round_Robin", expect=Refused("does not load", "correct")),
        Case(value="chash", expect=Refused("without upstream-hash-by", "round_robin")),
        Case(value="sticky_balanced", expect=Refused("without affinity", "round_robin")),
        Case(value="ewma", siblings={"affinity": "cookie"}, expect=Inert("affinity: cookie")),
        Case(value="chash", siblings={"upstream-hash-by": "$remote_addr"}, expect=Inert("upstream-hash-by")),
        Case(value="ewma", siblings={"service-upstream": "true"}, expect=Inert("service-upstream")),
        Case(value="ewma", controller={"service-upstream": "true"}, expect=Inert("service-upstream")),
        Case(value="ewma", siblings={"canary": "true"}, expect=Translated(differs="main Ingress's rule")),
    ),
)
