"""``ReferenceGrant`` (https://gateway-api.sigs.k8s.io/reference/spec/#referencegrant)."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from gatelift.manifests.fields import Group, KindName, Namespace, ObjectName
from gatelift.manifests.model import Manifest, Model
from gatelift.manifests.shape import REFERENCE_GRANT, Kind


class ReferenceGrantFrom(Model, frozen=True, kw_only=True):
    """Who may refer."""

    group: Group
    kind: KindName
    namespace: Namespace


class ReferenceGrantTo(Model, frozen=True, kw_only=True):
    """To what; without ``name``, to every object of the kind in the grant's namespace."""

    group: Group
    kind: KindName
    name: ObjectName | UnsetType = UNSET


class ReferenceGrantSpec(Model, frozen=True, kw_only=True):
    from_: Annotated[tuple[ReferenceGrantFrom, ...], Meta(min_length=1, max_length=16)] = msgspec.field(name="from")
    to: Annotated[tuple[ReferenceGrantTo, ...], Meta(min_length=1, max_length=16)]


class ReferenceGrant(Manifest, frozen=True, kw_only=True):
    KIND: ClassVar[Kind] = REFERENCE_GRANT

    spec: ReferenceGrantSpec
