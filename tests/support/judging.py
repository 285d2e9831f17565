"""Asking the judge of replay: real requests to a real nginx, configured from Ingresses."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from gatelift.replay.ground import ground
from gatelift.replay.nginx.run import nginx
from gatelift.replay.side import Side
from gatelift.replay.wire.send import send
from gatelift.traffic.model import Answer, Request

PREFIX = "nginx.ingress.kubernetes.io/"
Manifest = dict[str, Any]


def ingress(
    name: str,
    *rules: Mapping[str, Any],
    tls: Sequence[Mapping[str, Any]] = (),
    default: str = "",
    namespace: str = "shop",
    **annotations: str,
) -> Manifest:
    """An Ingress; ``annotations`` by their key with underscores."""
    spec: Manifest = {"ingressClassName": "nginx", "rules": list(rules)}
    if tls:
        spec["tls"] = list(tls)
    if default:
        spec["defaultBackend"] = backend(default)
    keys = {PREFIX + key.replace("_", "-"): value for key, value in annotations.items()}
    metadata = {"name": name, "namespace": namespace, "annotations": keys}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}


def backend(service: str) -> Manifest:
    """Port 80 of a Service."""
    return {"service": {"name": service, "port": {"number": 80}}}


def rule(host: str, *paths: tuple[str, str, str]) -> Manifest:
    """A rule with ``(path, pathType, Service)``; an empty host is none."""
    listed = [{"path": path, "pathType": kind, "backend": backend(service)} for path, kind, service in paths]
    return {**({"host": host} if host else {}), "http": {"paths": listed}}


def prefix(host: str, path: str = "/", service: str = "app") -> Manifest:
    """A rule with one Prefix."""
    return rule(host, (path, "Prefix", service))


def get(host: str, target: str = "/", **further: Any) -> Request:
    """A request over HTTP; headers by their name with underscores."""
    fields = {name: further.pop(name) for name in ("scheme", "method", "body", "client") if name in further}
    headers = tuple((name.replace("_", "-"), value) for name, value in further.items())
    return Request(host=host, target=target, headers=headers, **fields)


def ask(
    objects: Sequence[Manifest], requests: Sequence[Request], settings: Mapping[str, str] | None = None
) -> list[Answer]:
    """What nginx answers, in the order of ``requests``."""
    return judge(objects, requests, settings)[1]


def judge(
    objects: Sequence[Manifest], requests: Sequence[Request], settings: Mapping[str, str] | None = None
) -> tuple[Side, list[Answer]]:
    """The side that nginx was, and what it answered."""

    async def run() -> tuple[Side, list[Answer]]:
        async with ground(objects) as here, nginx(objects, here, settings=settings) as side:
            return side, await send(side, requests)

    return asyncio.run(run())


def went(answer: Answer) -> str:
    """Where a request went: ``SERVICE PATH``, or ``STATUS`` and what a redirect leads to."""
    if answer.seen is not None:
        return f"{answer.seen.backend.partition('/')[2].partition(':')[0]} {answer.seen.target}"
    return f"{answer.status} {header(answer, 'location')}".strip()


def header(answer: Answer, name: str) -> str:
    """A header of the answer, or nothing."""
    return next((value for key, value in answer.headers if key.lower() == name), "")


def told(answer: Answer, name: str) -> str:
    """A header that the backend saw, or nothing."""
    assert answer.seen is not None
    return next((value for key, value in answer.seen.headers if key.lower() == name), "")
