"""Ingresses as the controller sees them: plain manifests in, a typed model out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from gatelift.traffic.model import Manifest

PREFIX = "nginx.ingress.kubernetes.io/"
CATCH_ALL = "_"
"""How the controller calls the server of hosts that no rule names."""


class Upstream(msgspec.Struct, frozen=True, order=True):
    """A Service and its port as an Ingress writes them: a name and a number of one port are two upstreams (T26)."""

    namespace: str
    service: str
    port: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.service}:{self.port}"


class Path(msgspec.Struct, frozen=True):
    """A path of a rule. ``backend`` is ``None`` where it names no Service: the controller skips it (T24)."""

    path: str
    exact: bool
    backend: Upstream | None


class Rule(msgspec.Struct, frozen=True):
    """A rule: its host (``_`` for none), and its paths; ``None`` where it has no ``http`` at all."""

    host: str
    paths: tuple[Path, ...] | None


class Tls(msgspec.Struct, frozen=True):
    """An entry of ``spec.tls``."""

    hosts: tuple[str, ...]
    secret: str


class Ingress(msgspec.Struct, frozen=True, kw_only=True):
    """An Ingress. ``annotations`` are those of ingress-nginx, without their prefix."""

    namespace: str
    name: str
    annotations: Mapping[str, str]
    rules: tuple[Rule, ...]
    default: Upstream | None
    tls: tuple[Tls, ...]

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


def ingresses_of(objects: Iterable[Manifest]) -> tuple[Ingress, ...]:
    """The Ingresses among ``objects``, in their order.

    The controller takes the oldest first (T15), which no manifest tells: where that decides, the order given does.
    """
    return tuple(ingress_of(item) for item in objects if _is_ingress(item))


def ingress_of(item: Manifest) -> Ingress:
    """A manifest of ``networking.k8s.io/v1``. What the API server would not take is read as missing."""
    metadata, spec = mapping(item.get("metadata")), mapping(item.get("spec"))
    namespace = str(metadata.get("namespace") or "default")
    annotations = mapping(metadata.get("annotations"))
    return Ingress(
        namespace=namespace,
        name=str(metadata.get("name") or ""),
        annotations={
            str(key).removeprefix(PREFIX): str(value)
            for key, value in annotations.items()
            if str(key).startswith(PREFIX)
        },
        rules=tuple(_rule(rule, namespace) for rule in items(spec.get("rules"))),
        default=_backend(mapping(spec.get("defaultBackend")), namespace),
        tls=tuple(_tls(entry) for entry in items(spec.get("tls"))),
    )


def mapping(value: object) -> Mapping[str, Any]:
    """``value`` where it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> tuple[Mapping[str, Any], ...]:
    """The mappings of a list."""
    return tuple(item for item in value if isinstance(item, Mapping)) if isinstance(value, list | tuple) else ()


def _is_ingress(item: Manifest) -> bool:
    return item.get("kind") == "Ingress" and str(item.get("apiVersion", "")).startswith("networking.k8s.io/")


def _rule(rule: Mapping[str, Any], namespace: str) -> Rule:
    http = rule.get("http")
    paths = None if http is None else tuple(_path(path, namespace) for path in items(mapping(http).get("paths")))
    return Rule(str(rule.get("host") or CATCH_ALL), paths)


def _path(path: Mapping[str, Any], namespace: str) -> Path:
    # T7: every type but Exact is made a Prefix when the Ingress is read.
    exact = path.get("pathType") == "Exact"
    return Path(str(path.get("path") or "/"), exact, _backend(mapping(path.get("backend")), namespace))


def _backend(backend: Mapping[str, Any], namespace: str) -> Upstream | None:
    service = mapping(backend.get("service"))
    port = mapping(service.get("port"))
    if not service.get("name"):
        return None
    return Upstream(namespace, str(service["name"]), str(port.get("number") or port.get("name") or ""))


def _tls(entry: Mapping[str, Any]) -> Tls:
    hosts = entry.get("hosts")
    named = tuple(str(host).lower() for host in hosts) if isinstance(hosts, list | tuple) else ()
    return Tls(named, str(entry.get("secretName") or ""))
