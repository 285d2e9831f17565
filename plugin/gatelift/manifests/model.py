"""The base of every model: how an object is laid out, and the hook for the rules that no schema can express."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import msgspec

from gatelift.manifests.fields import Name, OwnNamespace
from gatelift.manifests.labels import annotation_problems, label_problems
from gatelift.manifests.shape import Kind, ObjectKey

Problem = tuple[str, str]
"""A JSON pointer, relative to the model that reports it, and a sentence."""


class Model(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, forbid_unknown_fields=True):
    """A part of an object, laid out so that the API server's defaults change nothing.

    A field that the API server would default has *no* default here, so that it is always written. A truly optional
    field defaults to ``UNSET``, ``()`` or ``{}``, none of which is written; an explicit ``False``, ``0`` or ``""`` is.
    Where the API tells variants apart by a ``type`` field, each variant is a class of its own and ``type`` is its tag:
    a variant without its value, or with another's, cannot be expressed.
    """

    def problems(self) -> Iterator[Problem]:
        """What breaks the API's rules here and cannot be said by the types of the fields (CEL rules, mostly)."""
        return iter(())


class ObjectMeta(Model, frozen=True, kw_only=True):
    """``metadata``, as far as it is written by people
    (https://kubernetes.io/docs/concepts/overview/working-with-objects/)."""

    name: Name
    namespace: OwnNamespace = ""
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    annotations: dict[str, str] = msgspec.field(default_factory=dict)

    def problems(self) -> Iterator[Problem]:
        yield from label_problems(self.labels)
        yield from annotation_problems(self.annotations)


class Manifest(Model, frozen=True, kw_only=True):
    """A whole object; ``KIND`` says of what kind."""

    KIND: ClassVar[Kind]

    metadata: ObjectMeta

    @property
    def key(self) -> ObjectKey:
        return ObjectKey(self.KIND.group, self.KIND.kind, self.metadata.namespace, self.metadata.name)


def children(value: object) -> Iterator[tuple[str, Any]]:
    """The fields or items directly below ``value`` with their JSON pointer tokens, without those that are unset."""
    if isinstance(value, msgspec.Struct):
        for field, encoded in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True):
            child = getattr(value, field)
            if child is not msgspec.UNSET:
                yield encoded, child
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, item in enumerate(value):
            yield str(index), item
