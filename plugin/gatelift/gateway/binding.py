"""Which listeners a route attaches to: those that exist, or those that gatelift writes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from gatelift.config.gateway import GatewayRef
from gatelift.gateway.listeners import PORTS, Seating
from gatelift.gateway.parents import NoParent, not_admitted, parents, whole
from gatelift.gateway.seated import closing, refusing, seated
from gatelift.intent.route import Binding, Role, RouteIntent
from gatelift.manifests.inventory import Inventory, Listener
from gatelift.manifests.references import ParentReference

Parents = tuple[ParentReference, ...]


class Binder(msgspec.Struct, frozen=True, kw_only=True):
    """Binds the routes of one Ingress, which stands in the namespace ``home``."""

    gateway: GatewayRef
    inventory: Inventory
    seating: Seating | None
    home: str
    guarded: Collection[str] = ()
    """Hostnames whose own listener alone asks clients for a certificate."""

    @property
    def own_listeners(self) -> tuple[Listener, ...] | None:
        """The listeners that the Gateway has already, where its manifest was seen."""
        return self.inventory.gateways.get(self.gateway.whole)

    @property
    def catch_all(self) -> tuple[Listener, ...] | None:
        """The listeners among which are those for hosts that nobody names."""
        seat = self.seating.seats.get("") if self.seating else None
        if seat is None:
            return self.own_listeners
        return tuple(Listener(name, PORTS[protocol], protocol) for protocol, name in seat.sections.items())

    def bind(self, route: RouteIntent, hostnames: Sequence[str]) -> Parents | NoParent:
        """The parents of ``route``, or of the part of it that has these ``hostnames``."""
        if self.seating is None:
            bound = self._own(route.binding, hostnames)
            shut = isinstance(bound, NoParent) and bound.shut
            return (whole(self.gateway),) if shut and route.role is Role.CLOSED else bound
        if route.role is Role.CLOSED:
            return closing(self.seating, hostnames, self.home, self._own)
        return seated(self.seating, route.binding, hostnames, self.home, self._own, self.guarded)

    def shut(self, hostname: str) -> NoParent | None:
        """Why no route from here closes a place on ``hostname`` wherever another could be met, if none does (T21)."""
        seat = self.seating.seats.get(hostname) if self.seating else None
        if seat is not None and not seat.above:
            return refusing(seat, self.home)
        binding = Binding.BOTH if seat is None else Binding.HTTPS
        names = (hostname,) if hostname else ()
        return not_admitted(self.gateway, self.own_listeners or (), binding, names, self.home)

    def bind_part(self, route: RouteIntent, bound: Parents, hostnames: Sequence[str]) -> Parents:
        """The same for a part of a route that is ``bound`` as a whole: hostnames may have listeners of their own."""
        if self.seating is None or len(hostnames) == len(route.hostnames):
            return bound
        found = self.bind(route, hostnames)
        return bound if isinstance(found, NoParent) else found

    def _own(self, binding: Binding, hostnames: Sequence[str]) -> Parents | NoParent:
        return parents(self.gateway, self.own_listeners, binding, hostnames, self.home)
