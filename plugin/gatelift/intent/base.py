"""The base of every intent, where an intent comes from, and how two of one kind become one."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec
from msgspec import UNSET, UnsetType


class Risk(StrEnum):
    """What it would do to a user if a setting went missing; decides what a refusal blocks.

    - ``SECURITY`` restricts access: its Ingress is kept, its route withheld, its place closed.
    - ``ROUTING`` decides which backend sees which request: the same, for a wrong answer is worse than none.
    - ``TRAFFIC`` shapes requests that arrive anyway (timeouts, limits, affinity): the route is written without it,
      the Ingress is kept.
    - ``METADATA`` is read by other programs.
    """

    SECURITY = "security"
    ROUTING = "routing"
    TRAFFIC = "traffic"
    METADATA = "metadata"

    @property
    def withholds(self) -> bool:
        """Whether a refusal withholds the route."""
        return self in (Risk.SECURITY, Risk.ROUTING)


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """One thing the operator wanted. Subclasses are *partial*: a field is ``UNSET`` until some annotation says it.

    ``risk``, ``lost`` and ``remedy`` speak for an intent that no target consumed: what a refusal blocks, what would be
    lost, and what to do where that is something else than to accept the loss or to choose another target. Both are
    sentences without a final stop.
    """

    risk: ClassVar[Risk] = Risk.ROUTING
    repeatable: ClassVar[bool] = False
    """Whether every annotation brings an intent of its own, instead of a part of the one of its kind."""
    lost: ClassVar[str] = "it would be left out"
    remedy: ClassVar[str] = ""


class OriginKind(StrEnum):
    """What made an operator's wish known."""

    ANNOTATION = "annotation"
    CONFIGMAP = "configmap"
    DEFAULT = "default"


class Origin(msgspec.Struct, frozen=True, order=True):
    """Where an intent comes from: the key, and the JSON pointer in the Ingress for an annotation (else empty)."""

    kind: OriginKind
    key: str
    pointer: str = ""

    @property
    def subject(self) -> str:
        """What notes are about: the pointer, or for what stands in no Ingress its kind and key."""
        return self.pointer or f"{self.kind}:{self.key}"


class Sourced(msgspec.Struct, frozen=True):
    """An intent with every origin that took part in it; ``fields`` names which field came from which origin."""

    intent: Intent
    origins: tuple[Origin, ...]
    fields: tuple[tuple[str, Origin], ...] = ()


class Conflict(msgspec.Struct, frozen=True):
    """Two intents of one kind say different things about ``field``; ``first`` is the origin of what was said first."""

    field: str
    first: Origin


def set_fields(intent: Intent) -> tuple[str, ...]:
    """The names of the fields that ``intent`` says something about, in declaration order."""
    return tuple(name for name in intent.__struct_fields__ if getattr(intent, name) is not UNSET)


def merge(first: Sourced, second: Sourced) -> Sourced | Conflict:
    """Both intents in one, field by field; a conflict where both set a field to different values."""
    values: dict[str, object] = {}
    for name in first.intent.__struct_fields__:
        a, b = getattr(first.intent, name), getattr(second.intent, name)
        if a is not UNSET and b is not UNSET and a != b:
            return Conflict(name, _origin_of(first, name))
        values[name] = b if a is UNSET else a
    return Sourced(
        type(first.intent)(**values),
        (*first.origins, *(origin for origin in second.origins if origin not in first.origins)),
        (*first.fields, *second.fields),
    )


def _origin_of(sourced: Sourced, field: str) -> Origin:
    return next((origin for name, origin in sourced.fields if name == field), sourced.origins[0])


def sourced(intent: Intent, origin: Origin) -> Sourced:
    """``intent`` as said by one origin."""
    return Sourced(intent, (origin,), tuple((name, origin) for name in set_fields(intent)))


def known(value: object) -> bool:
    """Whether a partial field was said at all."""
    return not isinstance(value, UnsetType)
