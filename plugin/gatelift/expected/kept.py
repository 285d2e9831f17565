"""Listeners of a Gateway that gatelift wrote, for routes that are not made anew: kept, or nobody would reach them.

Such a route is what ``retire`` left of an Ingress, or a person's. No Ingress asks for its listener, so that the facts
of the scope know neither its host nor its certificate; the Gateway as it stands does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import UNSET, structs

from gatelift.expected.context import Context
from gatelift.gateway.listeners import allowed
from gatelift.manifests.listeners import Gateway, Listener
from gatelift.manifests.meta import Manifest
from gatelift.manifests.resource import Resource
from gatelift.manifests.shape import GATEWAY


def with_retired(made: Manifest, scope: str, context: Context) -> Manifest:
    """``made`` with the listeners of today's Gateway of that name that routes of no Ingress are bound to.

    Where a hostname is served by Ingresses too, their listener stands for it, and lets those routes' namespaces in.
    """
    if not isinstance(made, Gateway):
        return made
    today = context.existing.get((scope, made.key)) or context.written.get(made.key)
    if today is None or not today.mirrors:
        return made
    home = made.metadata.namespace
    listeners = {_place(item): item for item in made.spec.listeners}
    staying = [(route.namespace, _sections(route, today)) for route in _staying(scope, context)]
    around = {namespace for namespace, sections in staying if sections}
    for old in _listeners(today):
        if _place(old) not in listeners and not any(sections & {None, old.name} for _, sections in staying):
            continue
        new = listeners.get(_place(old), old)
        inside = _namespaces(new, home) | (_namespaces(old, home) & around)
        listeners[_place(old)] = structs.replace(new, allowed_routes=allowed(sorted(inside), home))
    ordered = sorted(listeners.values(), key=_reading_order)
    return structs.replace(made, spec=structs.replace(made.spec, listeners=tuple(ordered)))


def still_needed(context: Context) -> Iterator[Resource]:
    """What an earlier run wrote for all, file by file, where routes that no Ingress stands behind still hang on it.

    Such a file is made anew only as long as an Ingress asks for it; of what ``retire`` left none does.
    """
    files: dict[str, list[Resource]] = {}
    for item in context.written.values():
        files.setdefault(item.provenance.path, []).append(item)
    routes = tuple(_staying(None, context))
    for _, items in sorted(files.items()):
        names = {(item.namespace, name) for item in items for name in (item.name, *_targets(item))}
        if any(_parents(route) & names for route in routes):
            yield from items


def _targets(item: Resource) -> Iterator[str]:
    spec: Any = item.value.get("spec")
    refs = spec.get("targetRefs") if isinstance(spec, Mapping) else None
    yield from (str(ref.get("name")) for ref in (refs if isinstance(refs, list) else ()) if isinstance(ref, Mapping))


def _parents(route: Resource) -> set[tuple[str, str]]:
    spec: Any = route.value.get("spec")
    parents = spec.get("parentRefs") if isinstance(spec, Mapping) else None
    return {
        (str(parent.get("namespace", route.namespace)), str(parent.get("name")))
        for parent in (parents if isinstance(parents, list) else ())
        if isinstance(parent, Mapping)
    }


def _staying(scope: str | None, context: Context) -> Iterator[Resource]:
    """The routes that are there (in any scope for ``None``) and that no Ingress of this run stands behind."""
    present = {ref for _, ref in context.classes}
    for (where, key), resource in context.existing.items():
        if scope in (None, where) and key.kind.endswith("Route") and resource.mirrors not in present:
            yield resource


def _sections(route: Resource, gateway: Resource) -> set[object]:
    """The listeners of ``gateway`` that ``route`` names; ``None`` for the Gateway as a whole."""
    spec: Any = route.value.get("spec")
    parents = spec.get("parentRefs") if isinstance(spec, Mapping) else None
    return {
        parent.get("sectionName")
        for parent in (parents if isinstance(parents, list) else ())
        if isinstance(parent, Mapping)
        and parent.get("kind", GATEWAY.kind) == GATEWAY.kind
        and (parent.get("namespace", route.namespace), parent.get("name")) == (gateway.namespace, gateway.name)
    }


def _listeners(gateway: Resource) -> Iterator[Listener]:
    spec: Any = gateway.value.get("spec")
    listed = spec.get("listeners") if isinstance(spec, Mapping) else None
    for item in listed if isinstance(listed, list) else ():
        try:
            yield msgspec.convert(item, Listener)
        except msgspec.ValidationError:
            continue  # not as gatelift writes it, so that nothing of gatelift's is bound to it


def _namespaces(listener: Listener, home: str) -> set[str]:
    selector = listener.allowed_routes.namespaces.selector
    if selector is UNSET:
        return {home}
    return {value for only in selector.match_expressions for value in only.values}


def _place(listener: Listener) -> tuple[str, int, str]:
    return (listener.hostname or "", listener.port, listener.protocol)


def _reading_order(listener: Listener) -> tuple[tuple[str, ...], int]:
    """Hosts of one domain stand together, its wildcard first, and HTTP before HTTPS."""
    return tuple(reversed((listener.hostname or "").split("."))), listener.port
