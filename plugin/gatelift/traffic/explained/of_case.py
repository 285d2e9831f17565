"""The ledger of a case, and the routes in it that nobody wrote for its Ingresses."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gatelift.traffic.case import Case
from gatelift.traffic.explained.ledger import Ledger
from gatelift.traffic.fields import name
from gatelift.traffic.gateway.listeners import ROUTES
from gatelift.traffic.places.ingresses import canary_places, certified
from gatelift.traffic.places.place import Place


def ledger_of(case: Case, places: Sequence[Place]) -> Ledger:
    """What is said of the Ingresses of ``case``; ``places`` are those of all but the canaries."""
    canaries = canary_places(case.before)
    return Ledger(
        entries=case.entries,
        places=(*places, *canaries),
        withheld=case.withheld,
        canaries=frozenset(place.ingress for place in canaries),
        certified=certified(case.before),
    )


def standing(case: Case) -> frozenset[str]:
    """Routes (``KIND namespace/name``) that were there before, and are the same after."""
    there = {(item.get("kind"), name(item)): item for item in case.before}
    routes = (item for item in case.after if item.get("kind") in ROUTES)
    same = (item for item in routes if there.get((item.get("kind"), name(item))) == item)
    return frozenset(f"{item['kind']} {name(item)}" for item in same)


def was_there(before: str, after: str, known: Collection[str]) -> str:
    """That routes were there before; empty where others take a request, or an Ingress serves it.

    ``before``, ``after``: the rules that take it, as people read them. ``known``: what ``standing`` found.
    """
    routes = sorted({rule.partition(":")[0] for rule in after.split(" or ")})
    if before.startswith("Ingress ") or not all(route in known for route in routes):
        return ""
    called = f"{routes[0]} was" if len(routes) == 1 else f"{' and '.join(routes)} were"
    return f"{called} there before, for what no Ingress serves"
