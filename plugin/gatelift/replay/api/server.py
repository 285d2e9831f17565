"""The stand-in for the Kubernetes API over HTTP: discovery, LIST, GET, WATCH, and writes of a status.

https://kubernetes.io/docs/reference/using-api/api-concepts/ says how LIST and WATCH go together. Objects never change
here, so a watch tells what there is where it is asked to (``sendInitialEvents=true``), and is then silent.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from gatelift.replay.api.kinds import KINDS, Served
from gatelift.replay.api.store import Object, Store
from gatelift.replay.side import Address
from gatelift.replay.wire.http1 import body, head, message
from gatelift.replay.wire.server import serving
from gatelift.traffic.model import Manifest

_VERSION = {"major": "1", "minor": "33", "gitVersion": "v1.33.0", "platform": "linux/amd64"}
_REASONS = {200: "OK", 201: "Created", 404: "Not Found", 405: "Method Not Allowed"}
_VERBS = ["get", "list", "watch", "update", "patch"]
_END = "k8s.io/initial-events-end"


class Api(msgspec.Struct, frozen=True):
    """Where the stand-in listens, and what it knows."""

    address: Address
    store: Store

    @property
    def endpoint(self) -> str:
        return f"http://{self.address}"


class _Asked(msgspec.Struct, frozen=True):
    """A path of the API taken apart."""

    served: Served
    namespace: str = ""
    name: str = ""
    status: bool = False


@asynccontextmanager
async def api(objects: Iterable[Manifest], host: str = "127.0.0.1") -> AsyncIterator[Api]:
    """Serve ``objects`` until the context is left."""
    store = Store(objects)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (asked := await head(reader)) is not None:
            content = await body(reader, asked)
            method, target, _ = [*asked.first.split(" "), "", ""][:3]
            split = urlsplit(target)
            query = {name: values[-1] for name, values in parse_qs(split.query).items()}
            found = _parse(split.path)
            if method == "GET" and found and not found.name and query.get("watch") in ("true", "1"):
                await _watch(writer, store, found, query)
                return
            status, answer = _answer(store, method, split.path, found, content)
            writer.write(_json(status, answer))
            await writer.drain()

    async with serving(host, serve) as address:
        yield Api(address, store)


def _parse(path: str) -> _Asked | None:
    """What ``/apis/GROUP/VERSION[/namespaces/NS]/PLURAL[/NAME[/status]]`` (the core: ``/api/v1``) asks for."""
    for served in KINDS:
        if not path.startswith(f"{served.root}/"):
            continue
        words = path[len(served.root) + 1 :].strip("/").split("/")
        namespace = ""
        if served.namespaced and words[0] == "namespaces" and len(words) > 2:
            _, namespace, *words = words
        if words[0] == served.plural and len(words) <= 3:
            return _Asked(served, namespace, words[1] if len(words) > 1 else "", words[2:] == ["status"])
    return None


def _answer(store: Store, method: str, path: str, asked: _Asked | None, content: bytes) -> tuple[int, Any]:
    if asked is None:
        return _discovery(path) if method == "GET" else _missing(path)
    if method == "GET":
        return _read(store, path, asked)
    if method in ("PUT", "PATCH"):
        return _write(store, path, asked, content)
    # Events and leases: taken, and forgotten.
    return (201, _decoded(content)) if method == "POST" else (405, _failure(405, path))


def _read(store: Store, path: str, asked: _Asked) -> tuple[int, Any]:
    if asked.name:
        found = store.one(asked.served, asked.namespace, asked.name)
        return (200, found) if found else _missing(path)
    items = store.all(asked.served, asked.namespace)
    listed = {"kind": f"{asked.served.kind}List", "apiVersion": asked.served.api_version, "items": items}
    return 200, {**listed, "metadata": {"resourceVersion": store.version}}


def _write(store: Store, path: str, asked: _Asked, content: bytes) -> tuple[int, Any]:
    """Of what is written only the status is kept: nothing that a proxy says changes what it serves."""
    status = _decoded(content).get("status") or {}
    found = store.set_status(asked.served, asked.namespace, asked.name, status)
    return (200, found) if found else _missing(path)


def _decoded(content: bytes) -> Object:
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def _missing(path: str) -> tuple[int, Any]:
    return 404, _failure(404, path)


def _failure(code: int, path: str) -> Object:
    reason = _REASONS[code].replace(" ", "")
    message = f"the stand-in has no {path}"
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "code": code,
    }


def _discovery(path: str) -> tuple[int, Any]:
    if path == "/version":
        return 200, _VERSION
    if path == "/api":
        return 200, {"kind": "APIVersions", "versions": ["v1"]}
    if path == "/apis":
        return 200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": _groups()}
    for root in dict.fromkeys(served.root for served in KINDS):
        if path == root:
            return 200, _resources([served for served in KINDS if served.root == root])
    group = next((each for each in _groups() if path == f"/apis/{each['name']}"), None)
    return (200, {"kind": "APIGroup", "apiVersion": "v1", **group}) if group else _missing(path)


def _groups() -> list[Object]:
    names = dict.fromkeys(served.group for served in KINDS if served.group)
    return [{"name": name, "versions": (found := _versions(name)), "preferredVersion": found[0]} for name in names]


def _versions(group: str) -> list[Object]:
    versions = dict.fromkeys(served.version for served in KINDS if served.group == group)
    return [{"groupVersion": f"{group}/{version}", "version": version} for version in versions]


def _resources(served: list[Served]) -> Object:
    names = [
        {
            "name": f"{each.plural}{suffix}",
            "singularName": "",
            "namespaced": each.namespaced,
            "kind": each.kind,
            "verbs": _VERBS,
        }
        for each in served
        for suffix in ("", "/status")
    ]
    first = served[0].api_version
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": first, "resources": names}


def _json(status: int, answer: Any) -> bytes:
    content = msgspec.json.encode(answer)
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
    return message(f"HTTP/1.1 {status} {_REASONS[status]}", headers, content)


async def _watch(writer: asyncio.StreamWriter, store: Store, asked: _Asked, query: dict[str, str]) -> None:
    headers = [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")]
    writer.write(message("HTTP/1.1 200 OK", headers))
    if query.get("sendInitialEvents") == "true":
        for event in _initial(store, asked):
            line = msgspec.json.encode(event) + b"\n"
            writer.write(b"%x\r\n%b\r\n" % (len(line), line))
    await writer.drain()
    # Until the other side goes away, or the stand-in does.
    await writer.wait_closed()


def _initial(store: Store, asked: _Asked) -> Iterator[Object]:
    for item in store.all(asked.served, asked.namespace):
        yield {"type": "ADDED", "object": item}
    metadata = {"resourceVersion": store.version, "annotations": {_END: "true"}}
    yield {
        "type": "BOOKMARK",
        "object": {"kind": asked.served.kind, "apiVersion": asked.served.api_version, "metadata": metadata},
    }
