"""How objects of the Gateway API point to parents, backends and other objects.

https://gateway-api.sigs.k8s.io/reference/spec/#parentreference and following.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import UNSET, UnsetType

from gatelift.manifests.fields import Group, KindName, Namespace, ObjectName, Port, SectionName, Weight
from gatelift.manifests.model import Model, Problem
from gatelift.manifests.shape import CORE, SERVICE, Kind


class ParentReference(Model, frozen=True, kw_only=True):
    """The Gateway or ListenerSet that a route attaches to; ``section_name`` is one listener of it."""

    group: Group
    kind: KindName
    namespace: Namespace | UnsetType = UNSET
    name: ObjectName
    section_name: SectionName | UnsetType = UNSET
    port: Port | UnsetType = UNSET


class LocalObjectReference(Model, frozen=True, kw_only=True):
    """An object in the namespace of the one that refers to it."""

    group: Group
    kind: KindName
    name: ObjectName


class SecretObjectReference(Model, frozen=True, kw_only=True):
    """A Secret (or what an implementation takes for one), here or where a ReferenceGrant allows it."""

    group: Group
    kind: KindName
    namespace: Namespace | UnsetType = UNSET
    name: ObjectName


class BackendObjectReference(Model, frozen=True, kw_only=True):
    """What serves requests: a Service with a port number, or another kind that the implementation knows."""

    group: Group
    kind: KindName
    namespace: Namespace | UnsetType = UNSET
    name: ObjectName
    port: Port | UnsetType = UNSET

    def problems(self) -> Iterator[Problem]:
        if self.group == CORE and self.kind == SERVICE.kind and self.port is UNSET:
            yield "/port", "a reference to a Service must have a port"


class BackendRef(BackendObjectReference, frozen=True, kw_only=True):
    """A backend with its share of the requests."""

    weight: Weight


class PolicyTargetReference(Model, frozen=True, kw_only=True):
    """The object in its own namespace that a policy is about; ``section_name`` is one listener, rule or port *name*
    (https://gateway-api.sigs.k8s.io/geps/gep-2648/)."""

    group: Group
    kind: KindName
    name: ObjectName
    section_name: SectionName | UnsetType = UNSET


def parent_to(
    kind: Kind,
    name: str,
    *,
    namespace: str | UnsetType = UNSET,
    section_name: str | UnsetType = UNSET,
) -> ParentReference:
    """A parent of ``kind`` (``shape.GATEWAY`` or ``shape.LISTENER_SET``), with group and kind spelt out."""
    return ParentReference(group=kind.group, kind=kind.kind, namespace=namespace, name=name, section_name=section_name)


def target_of(kind: Kind, name: str, *, section_name: str | UnsetType = UNSET) -> PolicyTargetReference:
    """A policy's target of ``kind``."""
    return PolicyTargetReference(group=kind.group, kind=kind.kind, name=name, section_name=section_name)


def parent_problems(parents: Sequence[ParentReference]) -> Iterator[Problem]:
    """Parents of one route must be distinct, and all or none of those to one object must name a section."""
    for index, parent in enumerate(parents):
        for other in parents[:index]:
            same = (parent.group, parent.kind, parent.namespace, parent.name) == (
                other.group,
                other.kind,
                other.namespace,
                other.name,
            )
            if same:
                yield from _section_problems(f"/parentRefs/{index}", parent.section_name, other.section_name)


def target_problems(targets: Sequence[PolicyTargetReference]) -> Iterator[Problem]:
    """The same for the targets of a policy."""
    for index, target in enumerate(targets):
        for other in targets[:index]:
            if (target.group, target.kind, target.name) == (other.group, other.kind, other.name):
                yield from _section_problems(f"/targetRefs/{index}", target.section_name, other.section_name)


def _section_problems(pointer: str, one: str | UnsetType, other: str | UnsetType) -> Iterator[Problem]:
    if one == other:
        yield pointer, "repeats a reference"
    elif UNSET in (one, other):
        yield pointer, "sectionName must be given in every reference to the same object, or in none"
