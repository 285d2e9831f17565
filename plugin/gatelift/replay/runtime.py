"""What Traefik says that it made of the objects.

Where it lacks something, the route is not replayed, by name. What the objects themselves have wrong (a reference that
nobody permits, a route that no listener takes, an expression that does not compile) stays in the replay: another
implementation refuses it too, and the answers should show it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gatelift.replay.api.store import Store
from gatelift.replay.side import Address
from gatelift.replay.wire import http1
from gatelift.traffic.model import Attribute, NotReplayed

_ROUTES = {"http_route": "HTTPRoute", "grpc_route": "GRPCRoute", "tls_route": "TLSRoute"}
"""key of a line of the log -> the kind of the route that it names"""
_CONDITIONS = ("Accepted", "ResolvedRefs")
_LACKING = "unsupported"
_INTERNAL = "@internal"
Json = Mapping[str, Any]


class Runtime(msgspec.Struct, frozen=True):
    """``not_replayed``: what Traefik lacks. ``said``: sentences on the routes that it did not take, sorted."""

    not_replayed: tuple[NotReplayed, ...]
    said: tuple[str, ...]


async def runtime(own: Address, store: Store, log: str) -> Runtime:
    """From Traefik's own entry point, the statuses that it wrote, and its log (JSON lines)."""
    state = await _asked(own, "/api/rawdata")
    lines = [line for line in map(_decoded, log.splitlines()) if line.get("level") == "error"]
    own_words = (line for line in lines if not _is_lacking(line) and any(key in line for key in _ROUTES))
    said = {*_disabled(state.get("routers") or {}), *_refused(store), *map(_sentence, own_words)}
    return Runtime(tuple(sorted(_lacking(lines, store))), tuple(sorted(said)))


async def _asked(own: Address, path: str) -> Json:
    reader, writer = await asyncio.open_connection(own.host, own.port)
    try:
        writer.write(http1.message(f"GET {path} HTTP/1.1", [("Host", str(own)), ("Connection", "close")]))
        head = await http1.head(reader)
        content = await http1.body(reader, head, until_closed=True) if head else b""
    finally:
        writer.close()
    return _decoded(content)


def _decoded(text: str | bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def _disabled(routers: Mapping[str, Json]) -> Iterator[str]:
    for name, router in routers.items():
        if router.get("status") != "enabled" and not name.endswith(_INTERNAL):
            rule = str(router.get("rule"))
            # Each step of Traefik's tells the whole rule again.
            errors = "; ".join(str(error).replace(f" {rule}", "") for error in router.get("error") or ())
            yield f"the rule {rule} is not served: {errors or 'no reason is given'}"


def _refused(store: Store) -> Iterator[str]:
    for kind in _ROUTES.values():
        for (namespace, name), status in store.statuses(kind).items():
            for why in _conditions(status):
                yield f"{kind} {namespace}/{name}: {why}"


def _conditions(status: Json) -> Iterator[str]:
    for parent in status.get("parents") or ():
        for condition in parent.get("conditions") or ():
            if condition.get("type") in _CONDITIONS and condition.get("status") == "False":
                yield f"{condition.get('reason')}: {condition.get('message')}".rstrip(": ")


def _sentence(line: Json) -> str:
    """A line of the log without its time, which differs from run to run."""
    subject = "".join(f"{kind} {line.get('namespace')}/{line[key]}: " for key, kind in _ROUTES.items() if key in line)
    error = f": {line['error']}" if line.get("error") else ""
    return f"{subject}{line.get('message')}{error}"


def _is_lacking(line: Json) -> bool:
    """Whether it tells what is not replayed."""
    return _LACKING in str(line.get("error", ""))


def _lacking(lines: list[dict[str, Any]], store: Store) -> Iterator[NotReplayed]:
    found = {
        (kind, str(line.get("namespace")), str(line[key]), str(line["error"]))
        for line in lines
        for key, kind in _ROUTES.items()
        if key in line and _is_lacking(line)
    }
    for kind, namespace, name, error in found:
        hosts = tuple(map(str, store.spec(kind, namespace, name).get("hostnames") or ()))
        for attribute in Attribute:
            why = f"{kind} {namespace}/{name}: Traefik says `{error}`"
            yield NotReplayed(attribute=attribute, why=why, hosts=hosts)
