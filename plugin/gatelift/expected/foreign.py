"""Listeners that stand there already and are not this run's to write: a person's, or of an Ingress that is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self

import msgspec

from gatelift.config.gateway import GatewayRef
from gatelift.gateway.listeners import Seat
from gatelift.manifests.admission import Admission
from gatelift.manifests.inventory import Listener, listeners_of
from gatelift.manifests.listeners import Protocol
from gatelift.manifests.resource import Resource, ShapeError
from gatelift.manifests.shape import GATEWAY, LISTENER_SET, ObjectKey

_PROTOCOLS: tuple[Protocol, ...] = ("HTTP", "HTTPS", "TLS")


class Foreign(msgspec.Struct, frozen=True, kw_only=True):
    """``seats``: hostname -> its listeners on a ListenerSet; ``sets``: the (namespace, name) of these ListenerSets.

    ``gateway``: whether the Gateway itself is there and is a person's.
    """

    seats: Mapping[str, Seat]
    sets: frozenset[tuple[str, str]]
    gateway: bool

    @classmethod
    def of(
        cls,
        existing: Mapping[tuple[str, ObjectKey], Resource],
        scope: str,
        gateway: GatewayRef,
        present: frozenset[str],
    ) -> Self:
        """What of ``existing`` is not written anew for ``gateway``. ``present``: the Ingresses of this run."""
        seats: dict[str, Seat] = {}
        sets: set[tuple[str, str]] = set()
        found = False
        for (where, key), resource in sorted(existing.items(), key=lambda item: item[0]):
            if where != scope or (key.group, key.kind) not in _KINDS:
                continue
            if key.kind == GATEWAY.kind:
                found = found or (
                    not resource.mirrors and (key.namespace, key.name) == (gateway.namespace, gateway.name)
                )
            elif resource.mirrors not in present:
                sets.add((key.namespace, key.name))
                if _parent(resource) == (gateway.namespace, gateway.name):
                    for seat in _seats(resource):
                        seats.setdefault(seat.hostname, seat)
        return cls(seats=seats, sets=frozenset(sets), gateway=found)


_KINDS = frozenset((kind.group, kind.kind) for kind in (GATEWAY, LISTENER_SET))


def _parent(resource: Resource) -> tuple[str, str] | None:
    spec: Any = resource.value.get("spec")
    parent = spec.get("parentRef") if isinstance(spec, Mapping) else None
    if not isinstance(parent, Mapping) or parent.get("kind", GATEWAY.kind) != GATEWAY.kind:
        return None
    return str(parent.get("namespace") or resource.namespace), str(parent.get("name"))


def _seats(resource: Resource) -> Iterator[Seat]:
    by_host: dict[str, dict[Protocol, str]] = {}
    admissions: dict[str, list[Admission]] = {}
    for listener in _listeners(resource):
        protocol = next((item for item in _PROTOCOLS if item == listener.protocol), None)
        if protocol is not None and listener.hostname:
            by_host.setdefault(listener.hostname, {}).setdefault(protocol, listener.name)
            admissions.setdefault(listener.hostname, []).append(listener.admission)
    mirrors = resource.mark.mirrors if resource.mark is not None else ""
    for hostname, sections in by_host.items():
        yield Seat(
            hostname=hostname,
            kind=LISTENER_SET,
            namespace=resource.namespace,
            name=resource.name,
            sections=sections,
            admissions=tuple(admissions[hostname]),
            owner=(resource.provenance.root, mirrors),
            written=False,
        )


def _listeners(resource: Resource) -> tuple[Listener, ...]:
    try:
        return listeners_of(resource.value)
    except ShapeError:
        return ()
