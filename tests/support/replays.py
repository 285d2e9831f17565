"""What the tests of a replay share: objects as YAML, sockets of a process, and a replay that somebody else ends."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from gatelift.render.process import descendants
from gatelift.replay.ground import ground
from gatelift.replay.traefik import traefik, traefik_as_nginx

OBJECTS = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: shared, namespace: infra}
spec:
  gatewayClassName: envoy
  listeners:
    - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
    - name: https
      port: 443
      protocol: HTTPS
      hostname: "*.example.com"
      allowedRoutes: {namespaces: {from: All}}
      tls: {certificateRefs: [{name: wildcard}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: shop}
spec:
  parentRefs: [{name: shared, namespace: infra, sectionName: https}]
  hostnames: [shop.example.com]
  rules:
    - backendRefs: [{name: web, port: 80}]
    - matches: [{path: {type: Exact, value: /cart}}]
      backendRefs: [{name: cart, port: 8080}]
    - matches: [{path: {type: PathPrefix, value: /old}}]
      filters:
        - type: RequestRedirect
          requestRedirect: {statusCode: 301, path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}}
    - matches: [{path: {type: PathPrefix, value: /api}}]
      filters:
        - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: X-Team, value: api}], remove: [X-Drop]}}
        - {type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: X-Served, value: "yes"}]}}
        - {type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /v2}}}
      backendRefs: [{name: api, port: 80}]
    - matches: [{path: {type: PathPrefix, value: /split}}]
      backendRefs: [{name: web, port: 80, weight: 3}, {name: canary, port: 80, weight: 1}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: to-https, namespace: shop}
spec:
  parentRefs: [{name: shared, namespace: infra, port: 80}]
  hostnames: [shop.example.com]
  rules:
    - filters: [{type: RequestRedirect, requestRedirect: {scheme: https, statusCode: 308}}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: shop
  annotations: {kubernetes.io/ingress.class: nginx, nginx.ingress.kubernetes.io/backend-protocol: GRPC}
spec:
  tls: [{secretName: shop-tls, hosts: [shop.example.com]}]
  rules:
    - host: shop.example.com
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
          - {path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: web}}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: private
  namespace: shop
  annotations:
    nginx.ingress.kubernetes.io/auth-type: basic
    nginx.ingress.kubernetes.io/auth-secret: users
spec:
  ingressClassName: whatever-it-is-called
  rules:
    - host: private.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {ports: [{name: web, port: 8080, targetPort: 3000}]}
"""


def objects(text: str = OBJECTS) -> list[dict[str, Any]]:
    """The documents of a stream."""
    return list(yaml.safe_load_all(text))


class Socket(NamedTuple):
    """A socket of a process. ``peer`` is empty where it only listens."""

    protocol: str
    address: str
    port: int
    peer: str


def sockets(pids: Iterable[int]) -> list[Socket]:
    """All sockets of the internet that these processes hold open, from /proc."""
    mine = {inode for pid in pids for inode in _inodes(pid)}
    found = []
    for protocol in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{protocol}").read_text().splitlines()[1:]:
            words = line.split()
            if words[9] in mine:
                (address, port), (peer, peer_port) = _place(words[1]), _place(words[2])
                found.append(Socket(protocol, address, port, peer if peer_port else ""))
    return found


def _inodes(pid: int) -> Iterator[str]:
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(entry.readlink())
        except OSError:
            continue
        if target.startswith("socket:["):
            yield target[8:-1]


def _place(text: str) -> tuple[str, int]:
    address, port = text.split(":")
    words = [struct.pack("=I", int(address[at : at + 8], 16)) for at in range(0, len(address), 8)]
    family = socket.AF_INET if len(words) == 1 else socket.AF_INET6
    return socket.inet_ntop(family, b"".join(words)), int(port, 16)


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not asked about yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def listens(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def soon(holds: Callable[[], bool], within: float = 10.0) -> bool:
    """Whether something comes true before the time is up."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


async def victim(how: str) -> None:
    """Start both sides, tell where everything is, and wait to be ended, or fail (``fail``), or be done (``done``)."""
    given = objects()
    async with ground(given) as here, traefik(given, here) as after, traefik_as_nginx(given, here) as before:
        places = [*here.echo.values(), before.http, before.https, after.http, after.https]
        told = {
            "folder": here.session.folder,
            "pids": descendants(os.getpid()),
            "places": [[place.host, place.port] for place in places],
        }
        print(json.dumps(told), flush=True)
        if how == "fail":
            raise RuntimeError("it fails")
        if how != "done":
            await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(victim(sys.argv[1]))
