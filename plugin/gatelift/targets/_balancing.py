"""Which endpoint of a Service gets a request, where only Gateway API is known: that is up to the implementation.

https://gateway-api.sigs.k8s.io/concepts/api-overview/ leaves it open whether a Service's own address is asked.
"""

from __future__ import annotations

from gatelift.intent.balancing import ServiceAddress
from gatelift.intent.outcome import differs
from gatelift.targets.base import Contribution, RouteView

EITHER = (
    "it is up to the implementation whether requests go to the Service's own address or to its endpoints; most go to "
    "the endpoints"
)


def service_address(intent: ServiceAddress, view: RouteView) -> Contribution:
    """Every implementation reaches the same endpoints, by one way or the other."""
    return Contribution(notes=(("", differs(EITHER)),))
