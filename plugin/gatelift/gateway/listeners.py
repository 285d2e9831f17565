"""Listeners that gatelift writes itself: modes ``listenerset`` and ``gateway`` (traps T13, T17, T19 to T22).

A *seat* is where one hostname is served: the object that its listeners stand on, their names, their certificate, and
the namespaces whose routes may attach. A hostname, protocol and port may stand only once on a Gateway, with all its
ListenerSets; so each hostname has one seat, and whoever else serves it refers to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import UNSET

from gatelift.config.gateway import GatewayRef
from gatelift.manifests.admission import Admission
from gatelift.manifests.listeners import (
    AllowedRoutes,
    Gateway,
    GatewaySpec,
    LabelSelector,
    LabelSelectorRequirement,
    Listener,
    ListenerSet,
    ListenerSetSpec,
    ListenerTLS,
    ParentGatewayReference,
    Protocol,
    RouteNamespaces,
)
from gatelift.manifests.model import ObjectMeta
from gatelift.manifests.references import SecretObjectReference
from gatelift.manifests.shape import GATEWAY, SECRET, Kind

PORTS: Mapping[Protocol, int] = {"HTTP": 80, "HTTPS": 443, "TLS": 443}
NAMESPACE_LABEL = "kubernetes.io/metadata.name"
"""The API server puts it on every namespace, and nobody can change it:
https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name"""


class SecretName(msgspec.Struct, frozen=True, order=True):
    """The Secret of a certificate."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """The listeners of one hostname; empty stands for all that nobody names.

    ``sections``: protocol -> the listener's name. ``owner``: (root, ``namespace/name``) of the Ingress that the object
    is written with. ``written``: whether gatelift writes it, in this run or in another.
    """

    hostname: str
    kind: Kind
    namespace: str
    name: str
    sections: Mapping[Protocol, str]
    owner: tuple[str, str]
    secret: SecretName | None = None
    namespaces: tuple[str, ...] = ()
    shared: bool = False
    """Whether another Ingress than the owner needs it."""
    written: bool = True
    by_port: bool = False
    """Whether the names of the listeners are not known here: the owner is converted in another run."""
    admissions: tuple[Admission, ...] = ()
    """Of listeners that are there already: whose routes they take."""
    above: bool = False
    """Whether HTTPS is left to the Gateway's own listeners, because the application has no certificate of its own."""
    problem: str = ""
    todo: str = ""

    def __str__(self) -> str:
        return f"{self.kind.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind.kind} {self.name}"


class Seating(msgspec.Struct, frozen=True, kw_only=True):
    """Every seat of one Gateway in one scope.

    ``loose``: whether routes of this scope attach to listeners that are the Gateway's own. ``class_name``: the
    GatewayClass where gatelift writes the Gateway, else empty.
    """

    gateway: GatewayRef
    seats: Mapping[str, Seat]
    loose: bool = False
    class_name: str = ""

    @property
    def scope(self) -> str:
        """What the seats belong to, for people."""
        return f"Gateway {self.gateway.namespace}/{self.gateway.name}"

    def owned(self, owner: tuple[str, str]) -> tuple[Seat, ...]:
        """The seats that are written with an Ingress."""
        return tuple(seat for seat in self.seats.values() if seat.written and seat.owner == owner)


def listener_set(seats: Sequence[Seat], gateway: GatewayRef, meta: ObjectMeta) -> ListenerSet:
    """The ListenerSet of one Ingress."""
    parent = ParentGatewayReference(
        group=GATEWAY.group, kind=GATEWAY.kind, namespace=gateway.namespace, name=gateway.name
    )
    listeners = tuple(item for seat in seats for item in _listeners(seat, meta.namespace))
    return ListenerSet(metadata=meta, spec=ListenerSetSpec(parent_ref=parent, listeners=listeners))


def gateway_of(seating: Seating) -> Gateway:
    """The Gateway with the listeners of all Ingresses of its scope."""
    gateway = seating.gateway
    seats = [seat for seat in seating.seats.values() if not seat.problem]
    listeners = tuple(item for seat in seats for item in _listeners(seat, gateway.namespace))
    return Gateway(
        metadata=ObjectMeta(name=gateway.name, namespace=gateway.namespace),
        spec=GatewaySpec(gateway_class_name=seating.class_name, listeners=listeners),
    )


def _listeners(seat: Seat, home: str) -> Iterable[Listener]:
    """The listeners of one hostname, on an object in the namespace ``home``."""
    for protocol, name in seat.sections.items():
        yield Listener(
            name=name,
            hostname=seat.hostname or UNSET,
            port=PORTS[protocol],
            protocol=protocol,
            tls=UNSET if protocol == "HTTP" else _tls(seat, protocol, home),
            allowed_routes=allowed(seat.namespaces, home),
        )


def _tls(seat: Seat, protocol: Protocol, home: str) -> ListenerTLS:
    if protocol == "TLS" or seat.secret is None:
        return ListenerTLS(mode="Passthrough" if protocol == "TLS" else "Terminate")
    secret = SecretObjectReference(
        group=SECRET.group,
        kind=SECRET.kind,
        namespace=UNSET if seat.secret.namespace == home else seat.secret.namespace,
        name=seat.secret.name,
    )
    return ListenerTLS(mode="Terminate", certificate_refs=(secret,))


def allowed(namespaces: Sequence[str], home: str) -> AllowedRoutes:
    """Only namespaces that serve the hostname today: with ``All``, whoever may write a route could take it over."""
    if set(namespaces) <= {home}:
        return AllowedRoutes(namespaces=RouteNamespaces(from_="Same"))
    only = LabelSelectorRequirement(key=NAMESPACE_LABEL, operator="In", values=tuple(sorted(namespaces)))
    selector = LabelSelector(match_expressions=(only,))
    return AllowedRoutes(namespaces=RouteNamespaces(from_="Selector", selector=selector))
