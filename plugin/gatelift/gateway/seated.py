"""The parents of a route whose listeners gatelift writes: the seats of its hostnames, each listener by its name.

A route names the listeners of its very hostnames, and those for HTTPS of the wildcards above them: a client may name
one host in the TLS handshake and another in its request, which Envoy Gateway does not mind, so that only the host's own
routes keep those of the wildcard from answering in their stead (https://github.com/envoyproxy/gateway/issues/9577).
It names none below: a route of ``*.example.com`` that attached to the listener of ``shop.example.com`` too would answer
there what ingress-nginx answers with 404.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from msgspec import UNSET, structs

from gatelift.gateway.listeners import PORTS, Seat, Seating
from gatelift.gateway.parents import NoParent, covers
from gatelift.intent.route import Binding
from gatelift.manifests.listeners import Protocol
from gatelift.manifests.references import ParentReference
from gatelift.manifests.shape import GATEWAY, LISTENER_SET

Parents = tuple[ParentReference, ...]
Own = Callable[[Binding, Sequence[str]], Parents | NoParent]
"""Binding and hostnames -> the parents among the Gateway's own listeners."""

_SECURE = (Binding.HTTPS, Binding.BOTH)
_PROTOCOLS: dict[Binding, tuple[Protocol, ...]] = {
    Binding.HTTP: ("HTTP",),
    Binding.HTTPS: ("HTTPS",),
    Binding.BOTH: ("HTTP", "HTTPS"),
    Binding.TLS: ("TLS",),
}


def seated(
    seating: Seating,
    binding: Binding,
    hostnames: Sequence[str],
    home: str,
    own: Own,
    guarded: Collection[str] = (),
) -> Parents | NoParent:
    """The parents of a route in namespace ``home`` that serves ``hostnames`` (none: all that nobody names).

    ``guarded``: hostnames whose own listener alone asks clients for a certificate.
    """
    found: list[ParentReference] = []
    for name in hostnames or ("",):
        seat = seating.seats.get(name)
        bound = own(binding, (name,) if name else ()) if seat is None else _open(seat, binding, own, home)
        if isinstance(bound, NoParent):
            return bound
        found.extend(bound)
        if binding in _SECURE and name not in guarded:
            found.extend(_above(seating, name, seat))
        if binding is Binding.BOTH and seat is not None:
            found.extend(_beyond(seating, name, seat))
    return _joined(found, home)


def closing(seating: Seating, hostnames: Sequence[str], home: str, own: Own) -> Parents:
    """The parents of a route that closes a place: every listener through which another could be met."""
    found: list[ParentReference] = []
    for name in hostnames or ("",):
        seat = seating.seats.get(name)
        bound = own(Binding.BOTH, (name,) if name else ()) if seat is None else _open(seat, Binding.BOTH, own, home)
        unbound = isinstance(bound, NoParent)
        found.extend(() if isinstance(bound, NoParent) else bound)
        found.extend(_above(seating, name, seat))
        found.extend(_beyond(seating, name, None if unbound else seat))
        if unbound:
            found.append(_gateway(seating))
    return _joined(found, home)


def _above(seating: Seating, name: str, seat: Seat | None) -> Iterator[ParentReference]:
    """The listeners for HTTPS of what covers a hostname, unless its connections are passed through."""
    if not name or (seat is not None and "TLS" in seat.sections):
        return
    for other in seating.seats.values():
        covering = not other.hostname or covers(other.hostname, name)
        if covering and other.hostname != name and not other.problem and "HTTPS" in other.sections:
            yield _parent(other, "HTTPS")


def _beyond(seating: Seating, name: str, seat: Seat | None) -> Iterator[ParentReference]:
    """Where requests for a hostname come to whose seat has no listener of their protocol.

    That is a listener of a wildcard above it, or one that takes all: there another route would answer instead.
    """
    missing: list[Protocol] = [item for item in _PROTOCOLS[Binding.BOTH] if seat is None or item not in seat.sections]
    if not missing or (seat is not None and "TLS" in seat.sections):
        return
    for other in seating.seats.values():
        if not other.problem and other.hostname != name and (not other.hostname or covers(other.hostname, name)):
            yield from (_parent(other, protocol) for protocol in missing if protocol in other.sections)
    if seating.loose:
        yield _gateway(seating)


def _gateway(seating: Seating) -> ParentReference:
    """The Gateway as a whole: whichever listeners of its own take the route."""
    gateway = seating.gateway
    return ParentReference(group=GATEWAY.group, kind=GATEWAY.kind, namespace=gateway.namespace, name=gateway.name)


def refusing(seat: Seat, home: str) -> NoParent | None:
    """Why listeners that are there already take no route of namespace ``home``, if they do not (T21)."""
    if all(item.takes(home, seat.namespace) for item in seat.admissions):
        return None
    why = f"{seat} takes no route of namespace {home} on its listeners for {seat.hostname} (T21)"
    return NoParent(why, "set allowedRoutes.namespaces there", shut=True)


def _open(seat: Seat, binding: Binding, own: Own, home: str) -> Parents | NoParent:
    if seat.problem:
        return NoParent(seat.problem, seat.todo)
    refused = refusing(seat, home)
    if refused is not None:
        return refused
    if seat.by_port and binding is Binding.BOTH:
        return (_whole(seat),)
    found: list[ParentReference] = []
    for protocol in _PROTOCOLS[binding]:
        if protocol in seat.sections:
            found.append(_parent(seat, protocol))
        elif protocol == "HTTPS" and seat.above:
            bound = own(Binding.HTTPS, (seat.hostname,))
            # Beside plain HTTP, HTTPS is what the Gateway has for the hostname, which may be nothing.
            if isinstance(bound, NoParent) and (bound.shut or binding is Binding.HTTPS):
                return bound
            found.extend(() if isinstance(bound, NoParent) else bound)
    return tuple(found) or _missing(seat, binding)


def _missing(seat: Seat, binding: Binding) -> NoParent:
    where = seat.hostname or "unknown hosts"
    if not seat.written:
        return NoParent(f"{seat} has no {binding.upper()} listener for {where}, and is not gatelift's", "add one there")
    return NoParent(
        f"no certificate is known for {where}, so {seat} gets no HTTPS listener for it",
        "name a Secret under spec.tls, or the controller's default certificate: "
        "'nginx: {defaultTLSSecret: NAMESPACE/NAME}'",
    )


def _parent(seat: Seat, protocol: Protocol) -> ParentReference:
    return ParentReference(
        group=seat.kind.group,
        kind=seat.kind.kind,
        namespace=seat.namespace or UNSET,
        name=seat.name,
        section_name=UNSET if seat.by_port else seat.sections[protocol],
        port=PORTS[protocol] if seat.by_port else UNSET,
    )


def _whole(seat: Seat) -> ParentReference:
    return ParentReference(
        group=seat.kind.group, kind=seat.kind.kind, namespace=seat.namespace or UNSET, name=seat.name
    )


def _joined(parents: Sequence[ParentReference], home: str) -> Parents:
    """``parents``, each once. Of one object, all name a section or it stands there once, as a whole.

    A ListenerSet beside the route is named without its namespace, so that both can move to another one together.
    """
    groups: dict[tuple[object, ...], list[ParentReference]] = {}
    for parent in parents:
        if parent.kind == LISTENER_SET.kind and parent.namespace == home:
            parent = structs.replace(parent, namespace=UNSET)
        found = groups.setdefault((parent.kind, parent.namespace, parent.name), [])
        if parent not in found:
            found.append(parent)
    return tuple(item for found in groups.values() for item in _of_one(found))


def _of_one(parents: Sequence[ParentReference]) -> Sequence[ParentReference]:
    if len(parents) == 1 or all(parent.section_name is not UNSET for parent in parents):
        return parents
    return (structs.replace(parents[0], section_name=UNSET, port=UNSET),)
