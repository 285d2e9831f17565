"""Ingresses of API versions that clusters no longer serve, in today's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gatelift.manifests.shape import INGRESS
from gatelift.traffic.fields import at, maps
from gatelift.traffic.model import Manifest


def current(ingress: Manifest) -> Manifest:
    """An Ingress of ``extensions/v1beta1`` or ``networking.k8s.io/v1beta1`` in today's words."""
    if ingress.get("apiVersion") == INGRESS.api_version:
        return ingress
    spec: dict[str, Any] = dict(at(ingress, "spec") or {})
    default = spec.pop("backend", None)
    if default is not None:
        spec["defaultBackend"] = _backend(default)
    if "rules" in spec:
        spec["rules"] = [_rule(rule) for rule in maps(spec["rules"])]
    return {**ingress, "apiVersion": INGRESS.api_version, "spec": spec}


def _rule(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    paths: Sequence[Mapping[str, Any]] = maps(at(rule, "http", "paths"))
    if not paths:
        return rule
    made = [
        {"path": "/", "pathType": "ImplementationSpecific", **path, "backend": _backend(path.get("backend"))}
        for path in paths
    ]
    return {**rule, "http": {"paths": made}}


def _backend(backend: object) -> object:
    service = at(backend, "serviceName")
    if not isinstance(service, str):
        return backend
    port = at(backend, "servicePort")
    number = int(port) if isinstance(port, str) and port.isdigit() else port
    return {"service": {"name": service, "port": {"number": number} if isinstance(number, int) else {"name": port}}}
