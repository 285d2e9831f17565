"""``Gateway`` and ``ListenerSet``: where connections come in, and whose routes may answer them.

https://gateway-api.sigs.k8s.io/reference/spec/#gateway and https://gateway-api.sigs.k8s.io/geps/gep-1713/ (ListenerSet,
standard since 1.5). Of a Gateway only what gatelift writes is modelled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from gatelift.manifests.fields import Group, Hostname, KindName, Namespace, ObjectName, Port, SectionName
from gatelift.manifests.model import Manifest, Model, Problem
from gatelift.manifests.references import SecretObjectReference
from gatelift.manifests.rules import distinct
from gatelift.manifests.shape import GATEWAY, LISTENER_SET, Kind

Protocol = Literal["HTTP", "HTTPS", "TLS"]


class LabelSelectorRequirement(Model, frozen=True, kw_only=True):
    key: str
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"]
    values: tuple[str, ...] = ()


class LabelSelector(Model, frozen=True, kw_only=True):
    """https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/"""

    match_expressions: tuple[LabelSelectorRequirement, ...] = ()


class RouteNamespaces(Model, frozen=True, kw_only=True):
    """The namespaces whose routes may attach."""

    from_: Literal["All", "Selector", "Same"] = msgspec.field(name="from")
    selector: LabelSelector | UnsetType = UNSET


class AllowedRoutes(Model, frozen=True, kw_only=True):
    namespaces: RouteNamespaces


class ListenerTLS(Model, frozen=True, kw_only=True):
    """``Terminate`` opens connections with a certificate; ``Passthrough`` leaves them as they are."""

    mode: Literal["Terminate", "Passthrough"]
    certificate_refs: Annotated[tuple[SecretObjectReference, ...], Meta(max_length=64)] = ()

    def problems(self) -> Iterator[Problem]:
        if self.mode == "Terminate" and not self.certificate_refs:
            yield "/certificateRefs", "must name a certificate when mode is Terminate"


class Listener(Model, frozen=True, kw_only=True):
    name: SectionName
    hostname: Annotated[Hostname, Meta(min_length=1)] | UnsetType = UNSET
    port: Port
    protocol: Protocol
    tls: ListenerTLS | UnsetType = UNSET
    allowed_routes: AllowedRoutes

    def problems(self) -> Iterator[Problem]:
        if self.protocol == "HTTP" and self.tls is not UNSET:
            yield "/tls", "must not be given for protocol HTTP"
        if self.protocol == "HTTPS" and self.tls is not UNSET and self.tls.mode != "Terminate":
            yield "/tls/mode", "must be Terminate for protocol HTTPS"
        if self.protocol == "TLS" and self.tls is UNSET:
            yield "/tls", "must be given for protocol TLS"


LISTENERS = 64
"""How many listeners a Gateway or a ListenerSet takes (T40)."""

Listeners = Annotated[tuple[Listener, ...], Meta(min_length=1, max_length=LISTENERS)]


def listener_problems(listeners: Sequence[Listener]) -> Iterator[Problem]:
    """Names, and combinations of port, protocol and hostname, must be unique."""
    yield from distinct("/listeners", (item.name for item in listeners))
    seen: set[tuple[int, str, str | UnsetType]] = set()
    for index, item in enumerate(listeners):
        place = (item.port, item.protocol, item.hostname)
        if place in seen:
            yield f"/listeners/{index}", "repeats the port, protocol and hostname of another listener"
        seen.add(place)


class GatewaySpec(Model, frozen=True, kw_only=True):
    gateway_class_name: ObjectName
    listeners: Listeners

    def problems(self) -> Iterator[Problem]:
        yield from listener_problems(self.listeners)


class Gateway(Manifest, frozen=True, kw_only=True):
    KIND: ClassVar[Kind] = GATEWAY

    spec: GatewaySpec


class ParentGatewayReference(Model, frozen=True, kw_only=True):
    """The Gateway that a ListenerSet adds its listeners to, which must allow it (``spec.allowedListeners``)."""

    group: Group
    kind: KindName
    namespace: Namespace | UnsetType = UNSET
    name: ObjectName


class ListenerSetSpec(Model, frozen=True, kw_only=True):
    parent_ref: ParentGatewayReference
    listeners: Listeners

    def problems(self) -> Iterator[Problem]:
        yield from listener_problems(self.listeners)


class ListenerSet(Manifest, frozen=True, kw_only=True):
    KIND: ClassVar[Kind] = LISTENER_SET

    spec: ListenerSetSpec
