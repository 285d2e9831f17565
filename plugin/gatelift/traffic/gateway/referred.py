"""What routes refer to: HTTPRouteFilters, and backends, as far as they may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.manifests.shape import HTTP_ROUTE_FILTER
from gatelift.traffic.fields import at, mapping_at, maps, name, namespace, of_kind, text
from gatelift.traffic.model import Manifest

_Grant = tuple[str, str, str, str]
"""namespace that refers, kind and namespace of what is referred to, and its name; empty: all"""


class Referred(msgspec.Struct, frozen=True):
    """``filters``: namespace/name -> an HTTPRouteFilter. ``grants``: what a ReferenceGrant lets routes refer to."""

    filters: Mapping[str, Manifest]
    grants: frozenset[_Grant]

    @classmethod
    def of(cls, objects: Sequence[Manifest]) -> Referred:
        """What is among ``objects``."""
        filters = {name(item): item for item in of_kind(objects, HTTP_ROUTE_FILTER.kind)}
        return cls(filters, frozenset(_grants(objects)))

    def extensions(self, route: Manifest, rule: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...] | None:
        """What the HTTPRouteFilters of a rule say (``spec``); ``None`` where one is not there."""
        found = []
        for item in maps(rule.get("filters")):
            if item.get("type") != "ExtensionRef":
                continue
            content = self.filters.get(f"{namespace(route)}/{text(at(item, 'extensionRef', 'name'))}")
            if content is None:
                return None
            found.append(mapping_at(content, "spec"))
        return tuple(found)

    def backend(self, where: str, ref: Mapping[str, Any]) -> str:
        """``namespace/service:port`` of a backendRef in namespace ``where``; empty where it may not be used."""
        full = f"{text(ref.get('namespace')) or where}/{text(ref.get('name'))}:{ref.get('port')}"
        return full if ref.get("kind", "Service") == "Service" and self.allows(where, ref) else ""

    def allows(self, where: str, ref: Mapping[str, Any]) -> bool:
        """Whether a route in namespace ``where`` may refer to what a backendRef names."""
        space, kind = text(ref.get("namespace")) or where, text(ref.get("kind")) or "Service"
        wanted = (where, kind, space)
        return space == where or not {(*wanted, text(ref.get("name"))), (*wanted, "")}.isdisjoint(self.grants)


def _grants(objects: Sequence[Manifest]) -> Iterator[_Grant]:
    for grant in of_kind(objects, "ReferenceGrant"):
        origins, targets = (maps(at(grant, "spec", field)) for field in ("from", "to"))
        spaces = [text(each.get("namespace")) for each in origins if each.get("kind") == "HTTPRoute"]
        named = [(text(each.get("kind")), text(each.get("name"))) for each in targets]
        yield from ((space, kind, namespace(grant), short) for space in spaces for kind, short in named)
