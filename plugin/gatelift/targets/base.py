"""What a target is: for each intent that it consumes a pure function, and the few choices no intent speaks of.

A target sees intents, never annotations. An intent that it has no consumer for is reported with the sentence that the
intent itself carries, so no list is kept in step by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from gatelift.config.gateway import GatewayRef
from gatelift.config.target import DEFAULT_TARGET, TargetSpec
from gatelift.ingress.model import Ingress
from gatelift.intent.base import Intent
from gatelift.intent.outcome import Note
from gatelift.intent.route import ServiceBackend
from gatelift.intent.tls import ClientCertificates
from gatelift.intent.traffic import BackendProtocol, ClientAddress
from gatelift.manifests.availability import Since, has, since
from gatelift.manifests.filters import HTTPFilter
from gatelift.manifests.inventory import Service
from gatelift.manifests.model import Manifest, ObjectMeta
from gatelift.manifests.references import PolicyTargetReference
from gatelift.manifests.shape import Kind


class RouteView(msgspec.Struct, frozen=True, kw_only=True):
    """What a consumer may know of the Ingress whose routes are being written.

    ``name`` makes an object's name from a suffix: valid, unique in its namespace, stable between runs.
    """

    ingress: Ingress
    name: Callable[[str], str]
    ordinal: Callable[[str, object], str]
    """A suffix and a content -> the suffix, numbered from the second content that asks for it on."""
    services: Mapping[str, Service]
    labels: Mapping[str, str] = msgspec.field(default_factory=dict)
    paths: tuple[str, ...] = ()
    """The paths of the Ingress, as written."""
    https_only: bool = False
    """Whether no request reaches a backend over plain HTTP: the routes redirect it, or do not listen for it."""
    spec: TargetSpec = DEFAULT_TARGET
    """The versions that are written for."""
    gateway_policies: frozenset[Kind] = frozenset()
    """Kinds of policies that were seen on the Gateway of the routes."""

    def has(self, kind: Kind, path: str = "") -> bool:
        """Whether the versions that are written for have ``path`` of ``kind`` (as in ``manifests/availability.py``)."""
        return has(kind, path, self.spec)

    def since(self, kind: Kind, path: str = "") -> Since | None:
        """Since when they do, for the sentence that says what to upgrade."""
        return since(kind, path)

    @property
    def namespace(self) -> str:
        """The namespace of the Ingress, empty where its manifest names none."""
        return self.ingress.ref.namespace

    def meta(self, suffix: str = "", namespace: str | None = None) -> ObjectMeta:
        """Metadata of an object of this Ingress."""
        place = self.namespace if namespace is None else namespace
        return ObjectMeta(name=self.name(suffix), namespace=place, labels=dict(self.labels))

    def service(self, name: str) -> Service | None:
        """A Service of the Ingress's namespace, if it was seen."""
        return self.services.get(f"{self.namespace}/{name}" if self.namespace else name)


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """What one intent becomes.

    ``filters`` go to every forwarding rule (or to the one rule whose intent it is); ``traffic`` and ``security`` are
    fields of the target's one policy of each kind (trap T39); ``notes`` are per field of the intent,
    or for all of it under the empty name.
    """

    filters: tuple[HTTPFilter, ...] = ()
    traffic: Mapping[str, Any] = msgspec.field(default_factory=dict)
    security: Mapping[str, Any] = msgspec.field(default_factory=dict)
    objects: tuple[Manifest, ...] = ()
    notes: tuple[tuple[str, Note], ...] = ()


class Entrance(msgspec.Struct, frozen=True, kw_only=True):
    """A listener that serves one host over HTTPS, and no other: where its clients can be asked for a certificate.

    ``kind``, ``namespace``, ``name``: the Gateway or ListenerSet. ``view``: the Ingress that asks. ``address``:
    what the Gateway as a whole is told about clients' addresses, which a policy on its listener must repeat.
    """

    kind: Kind
    namespace: str
    name: str
    section: str
    view: RouteView
    address: ClientAddress | None = None


class BackendPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How a backend is referred to: a kind, a name, a port where the kind has one; and what that needs beside it."""

    kind: Kind
    name: str
    port: int | None
    objects: tuple[Manifest, ...] = ()
    notes: tuple[Note, ...] = ()


Consumer: TypeAlias = Callable[[Any, RouteView], Contribution | Note]
"""An intent and the view -> what it becomes, or a refusal."""


def no_policies(
    traffic: Mapping[str, Any], security: Mapping[str, Any], routes: Sequence[PolicyTargetReference], view: RouteView
) -> tuple[Manifest, ...]:
    """For a target whose contributions have neither ``traffic`` nor ``security``."""
    return ()


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One target.

    - ``spec``: the versions that are written for; in a target's file those that it takes by itself.
    - ``runs_on``: whether the file is written for, and checked against, other versions.
    - ``consumers``: intent -> consumer.
    - ``backend``: a Service's port (already resolved to a number) and the protocol asked for -> how to refer to it.
    - ``deny``: what a rule that closes a place does, beside having no backend.
    - ``request_timeout``: written on every forwarding rule; ``None`` leaves the implementation's own.
    - ``grpc_over_http``: whether an HTTPRoute can forward gRPC through ``backend``.
    - ``regex_order``: whether longer regular expressions are asked first, over all routes of a host (T3).
    - ``policies``: the fields of ``traffic`` and ``security`` that the contributions gathered, and the routes they are
      for -> one object of each kind.
    - ``replaces``: what to say where a policy of a kind takes the place of the Gateway's instead of joining it (T39).
    - ``client``: how a Gateway learns a client's address; ``None`` where the target has no object for that.
    - ``guard``: how the clients of a listener are asked for a certificate; a refusal says what to write by hand.
    - ``grpc_traffic``: fields of the BackendTrafficPolicy that a GRPCRoute needs, which has no timeouts of its own.
    """

    name: str
    summary: str
    spec: TargetSpec
    runs_on: Callable[[TargetSpec], bool]
    consumers: Mapping[type[Intent], Consumer]
    backend: Callable[[ServiceBackend, BackendProtocol, RouteView], BackendPlan | Note]
    deny: Callable[[RouteView], Contribution]
    request_timeout: str | None
    grpc_over_http: bool
    regex_order: bool = False
    policies: Callable[
        [Mapping[str, Any], Mapping[str, Any], Sequence[PolicyTargetReference], RouteView], tuple[Manifest, ...]
    ] = no_policies
    replaces: Callable[[Kind, RouteView], Note | None] = lambda kind, view: None
    client: Callable[[ClientAddress, GatewayRef, TargetSpec], tuple[Manifest, ...] | Note] | None = None
    guard: Callable[[ClientCertificates, Entrance], tuple[Manifest, ...] | Note] | None = None
    grpc_traffic: Mapping[str, Any] = msgspec.field(default_factory=dict)
