"""From a plain object to the typed Ingress, whatever its API version.

Sources: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/ ; v1beta1 and
``extensions/v1beta1`` as Kubernetes 1.21 documented them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gatelift.ingress.model import Backend, Ingress, IngressPath, IngressRef, IngressRule, IngressTLS, PathType
from gatelift.manifests.resource import Resource, ShapeError, escape, leaves

VERSIONS = ("networking.k8s.io/v1", "networking.k8s.io/v1beta1", "extensions/v1beta1")
CLASS_ANNOTATION = "kubernetes.io/ingress.class"
_PORT_DIGITS = 5
_TYPES = {"mapping": Mapping, "list": list, "string": str}


def is_ingress(resource: Resource) -> bool:
    """Whether ``resource`` is an Ingress of any API version (also one that gatelift cannot read)."""
    return resource.kind == "Ingress" and resource.group in ("networking.k8s.io", "extensions")


def read(resource: Resource) -> Ingress:
    """Read an Ingress. Raises ``ShapeError`` where a part has the wrong type or a needed part is missing."""
    if resource.api_version not in VERSIONS:
        message = f"gatelift does not know Ingress of {resource.api_version}"
        raise ShapeError("/apiVersion", message, f"write one of {', '.join(VERSIONS)}")
    _check_name(resource)
    metadata = _part(resource.value, "metadata", "mapping", "")
    spec = _part(resource.value, "spec", "mapping", "") or {}
    annotations = _strings(metadata, "annotations")
    class_name = _part(spec, "ingressClassName", "string", "/spec") or annotations.get(CLASS_ANNOTATION)
    default = _part(spec, "defaultBackend", "mapping", "/spec")
    default_pointer = "/spec/defaultBackend"
    if default is None:
        default, default_pointer = _part(spec, "backend", "mapping", "/spec"), "/spec/backend"
    return Ingress(
        ref=IngressRef(resource.namespace, resource.name),
        api_version=resource.api_version,
        class_name=class_name or None,
        labels=_strings(metadata, "labels"),
        annotations=annotations,
        default_backend=_backend(default, default_pointer) if default else None,
        rules=tuple(_rule(rule, f"/spec/rules/{i}") for i, rule in enumerate(_items(spec, "rules", "/spec"))),
        tls=tuple(_tls(item, f"/spec/tls/{i}") for i, item in enumerate(_items(spec, "tls", "/spec"))),
        leaves=tuple(leaves(resource.value)),
        provenance=resource.provenance,
    )


def outline(resource: Resource) -> Ingress:
    """An Ingress of which no more is said than its name and where it stands: overlays may complete the rest.

    Raises ``ShapeError`` where the name is none.
    """
    _check_name(resource)
    return Ingress(
        ref=IngressRef(resource.namespace, resource.name),
        api_version=resource.api_version,
        class_name=None,
        labels={},
        annotations={},
        default_backend=None,
        rules=(),
        tls=(),
        leaves=(),
        provenance=resource.provenance,
    )


_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_NAMESPACE = re.compile(_LABEL)


def _check_name(resource: Resource) -> None:
    """Names go into names and comments of what is written, so nothing but a name may pass for one.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
    """
    if len(resource.name) > 253 or not _NAME.fullmatch(resource.name):
        message = "this is no name that Kubernetes takes"
        raise ShapeError("/metadata/name", message, "use lower-case letters, digits, - and . only")
    if resource.namespace and (len(resource.namespace) > 63 or not _NAMESPACE.fullmatch(resource.namespace)):
        message = "this is no namespace that Kubernetes takes"
        raise ShapeError("/metadata/namespace", message, "use lower-case letters, digits and - only")


def _part(value: Mapping[str, Any], name: str, wanted: str, pointer: str) -> Any:
    part = value.get(name)
    if part is not None and not isinstance(part, _TYPES[wanted]):
        message = f"{name} is a {wanted}, this is a {_said(part)}"
        fix = f'put it in quotes: {name}: "..."' if wanted == "string" else f"write {name} as a {wanted}"
        raise ShapeError(f"{pointer}/{escape(name)}", message, fix)
    return part


def _said(value: object) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "list"
    return "mapping"


def _items(value: Mapping[str, Any], name: str, pointer: str) -> Sequence[Mapping[str, Any]]:
    items: list[Any] = _part(value, name, "list", pointer) or []
    for index, item in enumerate(items):
        if not isinstance(item, Mapping):
            message = f"an item of {name} is a mapping"
            raise ShapeError(f"{pointer}/{name}/{index}", message, "see the Ingress reference")
    return items


def _strings(metadata: Mapping[str, Any], name: str) -> Mapping[str, str]:
    values: Mapping[str, Any] = _part(metadata, name, "mapping", "/metadata") or {}
    for key, value in values.items():
        if not isinstance(value, str):
            what = "nothing" if value is None else f"a {_said(value)}"
            message = f"the value of {key} is {what}, and Kubernetes takes only strings here"
            fix = 'put the value in quotes, as in "true" or "10"'
            raise ShapeError(f"/metadata/{name}/{escape(str(key))}", message, fix)
    return values


def _rule(rule: Mapping[str, Any], pointer: str) -> IngressRule:
    http = _part(rule, "http", "mapping", pointer) or {}
    paths = _items(http, "paths", f"{pointer}/http")
    host = _part(rule, "host", "string", pointer)
    return IngressRule(
        host or None,
        tuple(_path(path, f"{pointer}/http/paths/{i}") for i, path in enumerate(paths)),
        pointer,
    )


def _path(path: Mapping[str, Any], pointer: str) -> IngressPath:
    value = _part(path, "path", "string", pointer) or "/"
    kind = _part(path, "pathType", "string", pointer) or PathType.IMPLEMENTATION_SPECIFIC
    if kind not in set(PathType):
        message = f"{kind!r} is no path type"
        raise ShapeError(f"{pointer}/pathType", message, f"write one of {', '.join(PathType)}")
    backend = _part(path, "backend", "mapping", pointer)
    if backend is None:
        raise ShapeError(pointer, "this path has no backend", "write the Service and its port")
    return IngressPath(value, PathType(kind), _backend(backend, f"{pointer}/backend"), pointer)


def _backend(backend: Mapping[str, Any], pointer: str) -> Backend:
    service = _part(backend, "service", "mapping", pointer)
    if service is not None:
        name = _part(service, "name", "string", f"{pointer}/service")
        port = _part(service, "port", "mapping", f"{pointer}/service") or {}
        if not name:
            raise ShapeError(f"{pointer}/service", "this backend names no Service", "write service.name")
        return Backend(name, _port(port, f"{pointer}/service/port"), pointer)
    legacy = _part(backend, "serviceName", "string", pointer)
    if legacy:
        return Backend(legacy, _number_or_name(backend.get("servicePort"), f"{pointer}/servicePort"), pointer)
    return Backend("", None, pointer)


def _port(port: Mapping[str, Any], pointer: str) -> int | str:
    number = port.get("number")
    if number is not None:
        if not isinstance(number, int) or isinstance(number, bool):
            raise ShapeError(f"{pointer}/number", "a port's number is a whole number", "write it without quotes")
        return _number_or_name(number, f"{pointer}/number")
    name = _part(port, "name", "string", pointer)
    if not name:
        raise ShapeError(pointer, "this backend names no port", "write port.number or port.name")
    return str(name)


def _number_or_name(port: object, pointer: str) -> int | str:
    if isinstance(port, str) and port.isascii() and port.isdigit():
        if len(port) > _PORT_DIGITS:
            message = f"a number of {len(port)} digits is no port"
            raise ShapeError(pointer, message, "write a number from 1 to 65535")
        port = int(port)
    if isinstance(port, int) and not isinstance(port, bool):
        if not 1 <= port <= 65535:
            raise ShapeError(pointer, f"{port} is no port", "write a number from 1 to 65535")
        return port
    if not isinstance(port, str) or not port:
        raise ShapeError(pointer, "this backend names no port", "write the port's number or name")
    return port


def _tls(item: Mapping[str, Any], pointer: str) -> IngressTLS:
    hosts: list[Any] = _part(item, "hosts", "list", pointer) or []
    for index, host in enumerate(hosts):
        if not isinstance(host, str):
            raise ShapeError(f"{pointer}/hosts/{index}", "a host is a string", "put it in quotes")
    secret = _part(item, "secretName", "string", pointer)
    return IngressTLS(tuple(hosts), secret or None, pointer)
