"""What Envoy Gateway's policies share: their targets, how they merge, bodies of synthetic answers.

https://gateway.envoyproxy.io/docs/api/extension_types/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from msgspec import Meta

from gatelift.manifests.filters import Headers
from gatelift.manifests.model import Model, Problem
from gatelift.manifests.references import LocalObjectReference, PolicyTargetReference
from gatelift.manifests.rules import distinct
from gatelift.manifests.shape import GATEWAY_API

PolicyTargets = Annotated[tuple[PolicyTargetReference, ...], Meta(min_length=1)]

MergeType = Literal["StrategicMerge", "JSONMerge"]
"""How a route's policy joins its Gateway's. Without it the route's *replaces* the Gateway's. The enumeration has a
third value, ``Replace``, that no policy accepts."""


class InlineBody(Model, frozen=True, kw_only=True, tag_field="type", tag="Inline"):
    inline: str


class ValueRefBody(Model, frozen=True, kw_only=True, tag_field="type", tag="ValueRef"):
    """A body in a ConfigMap, under the key ``response.body``, else its first key."""

    value_ref: LocalObjectReference

    def problems(self) -> Iterator[Problem]:
        if self.value_ref.kind != "ConfigMap":
            yield "/valueRef/kind", "must be ConfigMap"


ResponseBody = InlineBody | ValueRefBody


class ResponseHeaders(Model, frozen=True, kw_only=True):
    """The headers of a synthetic answer: Envoy Gateway takes a header filter here, but refuses its ``remove``."""

    set: Headers = ()
    add: Headers = ()

    def problems(self) -> Iterator[Problem]:
        yield from distinct("/set", (header.name.lower() for header in self.set))
        yield from distinct("/add", (header.name.lower() for header in self.add))


def target_kind_problems(targets: Sequence[PolicyTargetReference], kinds: frozenset[str]) -> Iterator[Problem]:
    """A policy takes targets of the Gateway API's group and of the ``kinds`` it knows."""
    for index, target in enumerate(targets):
        if target.group != GATEWAY_API:
            yield f"/targetRefs/{index}/group", f"must be {GATEWAY_API}"
        if target.kind not in kinds:
            yield f"/targetRefs/{index}/kind", f"must be one of {', '.join(sorted(kinds))}"
