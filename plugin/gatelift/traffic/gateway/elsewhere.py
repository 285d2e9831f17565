"""The routes of one controller hang on its own Gateway: what hangs on another one answers under another address."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from gatelift.manifests.shape import GATEWAY
from gatelift.traffic.fields import at, mapping_at, maps, name, namespace
from gatelift.traffic.gateway.listeners import ROUTES, key_of
from gatelift.traffic.model import Manifest


def on_their_own(objects: Iterable[Manifest], gateways: Collection[str]) -> Iterator[Manifest]:
    """``objects``, of routes only the parents on ``gateways`` (``namespace/name``), and no other Gateway.

    A route that is left without a parent is left out.
    """
    everything = list(objects)
    sets = _sets(everything)
    for item in everything:
        if item.get("kind") == GATEWAY.kind and name(item) not in gateways:
            continue
        if item.get("kind") not in ROUTES:
            yield item
            continue
        refs = maps(at(item, "spec", "parentRefs"))
        kept = [ref for ref in refs if _gateway(ref, namespace(item), sets) in gateways]
        if kept:
            yield item if len(kept) == len(refs) else {**item, "spec": {**at(item, "spec"), "parentRefs": kept}}


def elsewhere(objects: Iterable[Manifest], gateways: Collection[str]) -> tuple[str, ...]:
    """What hangs on Gateways that are nobody's here, and so is asked under no address. ``gateways``: all others."""
    everything = list(objects)
    sets = _sets(everything)
    found: dict[str, dict[str, None]] = {}
    for item in everything:
        for ref in maps(at(item, "spec", "parentRefs")) if item.get("kind") in ROUTES else ():
            gateway = _gateway(ref, namespace(item), sets)
            if gateway and gateway not in gateways:
                found.setdefault(gateway, {})[f"{item['kind']} {name(item)}"] = None
    return tuple(
        f"Gateway {gateway} is that of no class here, so that nothing is asked there of {', '.join(routes)}"
        for gateway, routes in sorted(found.items())
    )


def _sets(objects: Iterable[Manifest]) -> dict[str, Manifest]:
    return {name(item): item for item in objects if item.get("kind") in ("ListenerSet", "XListenerSet")}


def _gateway(ref: Mapping[str, Any], where: str, sets: Mapping[str, Manifest]) -> str:
    """The Gateway that a parentRef of an object in namespace ``where`` leads to."""
    kind, named = key_of(ref, where)
    if kind == GATEWAY.kind:
        return named
    parent = sets.get(named)
    return "" if parent is None else key_of(mapping_at(parent, "spec", "parentRef"), namespace(parent))[1]
