"""What Traefik says that it made of the objects: what it did not take is not replayed, by name."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gatelift.replay import http1
from gatelift.replay.api.store import Store
from gatelift.replay.model import Attribute, NotReplayed
from gatelift.replay.side import Address

_ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute")


class Runtime(msgspec.Struct, frozen=True):
    """The state that Traefik serves."""

    routers: Mapping[str, Mapping[str, Any]]
    not_replayed: tuple[NotReplayed, ...]


async def runtime(own: Address, store: Store) -> Runtime:
    """Ask Traefik's own entry point, and read what it wrote as status of the routes."""
    state = await _asked(own, "/api/rawdata")
    routers: Mapping[str, Mapping[str, Any]] = state.get("routers") or {}
    return Runtime(routers, (*_broken(routers), *_not_accepted(store)))


async def _asked(own: Address, path: str) -> Mapping[str, Any]:
    reader, writer = await asyncio.open_connection(own.host, own.port)
    try:
        writer.write(http1.message(f"GET {path} HTTP/1.1", [("Host", str(own)), ("Connection", "close")]))
        head = await http1.head(reader)
        content = await http1.body(reader, head, until_closed=True) if head else b"{}"
    finally:
        writer.close()
    return msgspec.json.decode(content, type=dict[str, Any])


def _broken(routers: Mapping[str, Mapping[str, Any]]) -> Iterator[NotReplayed]:
    for name, router in sorted(routers.items()):
        if router.get("status") != "enabled":
            errors = "; ".join(map(str, router.get("error") or ())) or "no reason is given"
            yield from _all(f"Traefik does not serve the rule {router.get('rule')} ({name}): {errors}", ())


def _not_accepted(store: Store) -> Iterator[NotReplayed]:
    """Routes that no listener took, or whose backends Traefik does not know."""
    for kind in _ROUTES:
        for (namespace, name), status in sorted(store.statuses(kind).items()):
            hosts = tuple(map(str, (store.spec(kind, namespace, name)).get("hostnames") or ()))
            why = dict.fromkeys(_refusals(status))
            if why:
                yield from _all(f"Traefik does not take {kind} {namespace}/{name}: {'; '.join(why)}", hosts)


def _refusals(status: Mapping[str, Any]) -> Iterator[str]:
    for parent in status.get("parents") or ():
        for condition in parent.get("conditions") or ():
            if condition.get("type") in ("Accepted", "ResolvedRefs") and condition.get("status") == "False":
                yield f"{condition.get('reason')}: {condition.get('message')}".rstrip(": ")


def _all(why: str, hosts: tuple[str, ...]) -> Iterator[NotReplayed]:
    for attribute in Attribute:
        yield NotReplayed(attribute=attribute, why=why, hosts=hosts)
