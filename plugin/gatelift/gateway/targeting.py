"""Which object a policy of somebody else's is for: named, or chosen by its labels.

https://gateway.envoyproxy.io/docs/api/extension_types/#policytargetreferences: names are of the policy's own namespace,
and so is what selectors choose, unless they say ``namespaces``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from gatelift.config.gateway import GatewayRef
from gatelift.manifests.resource import Resource
from gatelift.manifests.shape import GATEWAY


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A Gateway, ListenerSet or route, or with ``section`` a part of it. Without a namespace it may be in any.

    ``labels``: ``None`` where nobody knows them, and any selector may choose it.
    """

    kind: str
    namespace: str
    name: str
    section: str = ""
    labels: Mapping[str, str] | None = None


def gateway_spot(gateway: GatewayRef, existing: Iterable[Resource]) -> Spot:
    """The Gateway itself, with its labels where its manifest is among ``existing``."""
    name = (GATEWAY.group, GATEWAY.kind, gateway.namespace, gateway.name)
    found = next((item for item in existing if (item.group, item.kind, item.namespace, item.name) == name), None)
    labels: object = None if found is None else found.value["metadata"].get("labels") or {}
    known = labels if isinstance(labels, Mapping) else None
    return Spot(kind=GATEWAY.kind, namespace=gateway.namespace, name=gateway.name, labels=known)


def aimed(policy: Resource, spot: Spot) -> bool:
    """Whether ``policy`` is for ``spot`` or for a part of it."""
    spec = policy.value.get("spec")
    if not isinstance(spec, Mapping):
        return False
    near = not policy.namespace or not spot.namespace or policy.namespace == spot.namespace
    named = (*_mappings(spec.get("targetRefs")), *_mappings([spec.get("targetRef")])) if near else ()
    if any(
        (item.get("kind"), item.get("name")) == (spot.kind, spot.name) and spot.section in ("", item.get("sectionName"))
        for item in named
    ):
        return True
    return not spot.section and any(
        item.get("kind") == spot.kind and (near or "namespaces" in item) and _chosen(item, spot.labels)
        for item in _mappings(spec.get("targetSelectors"))
    )


def _chosen(selector: Mapping[str, Any], labels: Mapping[str, str] | None) -> bool:
    """Whether a selector may choose what has ``labels``; expressions are taken to choose it."""
    wanted = selector.get("matchLabels") or {}
    if labels is None or not isinstance(wanted, Mapping):
        return labels is None
    return all(labels.get(str(key)) == value for key, value in wanted.items())


def _mappings(items: object) -> Iterator[Mapping[str, Any]]:
    yield from (item for item in (items if isinstance(items, list) else ()) if isinstance(item, Mapping))
