"""DNS moves from the Ingress to its routes in ``cutover``, while the Ingress keeps serving.

external-dns publishes the hosts of every Ingress it sees, annotated or not, so the Ingress gets the opt-out that its
routes carried in ``coexist``; its other annotations stay, for they say what the routes must carry in the next run too:
https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/
"""

from __future__ import annotations

from collections.abc import Mapping

from gatelift.config.model import Phase
from gatelift.gateway.metadata import CUTOVER, opt_out
from gatelift.ingress.model import Ingress

_EVERYBODY = ("", "dns-controller")
"""Values of ``controller`` under which external-dns looks at an object."""


def annotation_changes(ingress: Ingress, phase: Phase) -> Mapping[str, str | None]:
    """Key -> new value (``None``: removed) of the annotations that change on ``ingress`` in ``phase``.

    ``coexist`` takes the opt-out back, so that a cutover can be undone. An Ingress that a person opted out stays so.
    """
    wanted = opt_out(CUTOVER)
    if phase is Phase.CUTOVER:
        return {key: value for key, value in wanted.items() if ingress.annotations.get(key, "") in _EVERYBODY}
    if phase is Phase.COEXIST:
        return {key: None for key, value in wanted.items() if ingress.annotations.get(key) == value}
    return {}
