"""The proof of one case: all objects of one class in one cluster, before and after."""

from __future__ import annotations

from collections.abc import Mapping

from gatelift.proof.symbolic.judging import Judging
from gatelift.proof.symbolic.nginx.world import world as ingresses
from gatelift.proof.symbolic.prove import Outcome, prove
from gatelift.proof.symbolic.routes.world import world as routes
from gatelift.traffic.answers.closed import Closed
from gatelift.traffic.answers.watched import watched
from gatelift.traffic.case import Case
from gatelift.traffic.explained.of_case import ledger_of, standing
from gatelift.traffic.nginx.settings import ASSUMED
from gatelift.traffic.places.ingresses import ingress_places


def prove_case(case: Case, settings: Mapping[str, str], *, envoy_gateway: bool) -> Outcome:
    """Whether the objects after answer every request as the Ingresses before do, or as ``case.entries`` say.

    ``settings``: the data of the controller's ConfigMap; empty where nobody knows it. ``envoy_gateway``: whether the
    order of rules is that of Envoy Gateway; what other implementations may choose is taken in every way.
    """
    old = ingresses(case.before, settings or ASSUMED)
    new = routes(case.objects_after, envoy_gateway=envoy_gateway)
    places = ingress_places(case.before)
    missing = (*old.left_out, *new.left_out)
    judging = Judging(
        watched=watched(case.before, case.after),
        missing=missing,
        closed=Closed(before=places, withheld=case.withheld, projected=new.left_out),
        ledger=ledger_of(case, places),
        standing=standing(case),
    )
    return prove(old, new, judging)
