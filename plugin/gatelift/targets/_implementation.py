"""What Gateway API leaves to the implementation: nothing is written, and what that may change is told."""

from __future__ import annotations

from gatelift.intent.balancing import Balancing, ServiceAddress
from gatelift.intent.buffers import HeaderRoom
from gatelift.intent.outcome import differs
from gatelift.targets.base import Contribution, RouteView

EITHER = (
    "it is up to the implementation whether requests go to the Service's own address or to its endpoints; most go to "
    "the endpoints"
)


TURNS = "how endpoints take turns is up to the implementation; every endpoint still gets its share"


def balancing(intent: Balancing, view: RouteView) -> Contribution:
    """Any endpoint may answer any request, in nginx too."""
    return Contribution(notes=(("", differs(TURNS)),))


def service_address(intent: ServiceAddress, view: RouteView) -> Contribution:
    """Every implementation reaches the same endpoints, by one way or the other."""
    return Contribution(notes=(("", differs(EITHER)),))


def header_room(intent: HeaderRoom, view: RouteView) -> Contribution:
    """Some take 4 KiB, some 60: an answer that is too large becomes an error."""
    why = f"it is up to the implementation whether it takes {intent.size} bytes of headers in an answer, as nginx does"
    return Contribution(notes=(("", differs(why)),))
