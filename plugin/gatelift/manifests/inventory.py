"""What gatelift looks up in the objects it reads: Services, Secrets and ConfigMaps by name and keys, classes, Gateways.

Only the *names* of a Secret's or ConfigMap's keys are kept; their values are dropped at once. The exception are
ConfigMaps of nothing but short lines under names that headers could have: ingress-nginx takes headers from those.
Sources: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/ and its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from gatelift.manifests.admission import Admission, admission
from gatelift.manifests.fields import HEADER_NAME, LONGEST_HEADER_VALUE
from gatelift.manifests.resource import Resource, ShapeError


class ServicePort(msgspec.Struct, frozen=True):
    """A port of a Service."""

    port: int
    name: str = ""
    app_protocol: str = ""


class Service(msgspec.Struct, frozen=True):
    """A Service: its ports, and the DNS name it stands for where it is an ``ExternalName`` (trap T24)."""

    ports: tuple[ServicePort, ...] = ()
    external_name: str = ""

    def port(self, wanted: int | str) -> ServicePort | None:
        """The port with this number or name."""
        return next((port for port in self.ports if wanted in (port.port, port.name)), None)


class IngressClass(msgspec.Struct, frozen=True):
    """An IngressClass: its controller, and whether Ingresses without a class get it."""

    name: str
    controller: str
    default: bool = False


class Listener(msgspec.Struct, frozen=True):
    """A listener of a Gateway; ``hostname`` is empty where it takes every host."""

    name: str
    port: int
    protocol: str
    hostname: str = ""
    admission: Admission = Admission("All")


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """Everything looked up, by ``namespace/name`` (or the name alone where the manifest has no namespace)."""

    services: Mapping[str, Service] = msgspec.field(default_factory=dict)
    secrets: Mapping[str, frozenset[str]] = msgspec.field(default_factory=dict)
    config_maps: Mapping[str, frozenset[str]] = msgspec.field(default_factory=dict)
    header_maps: Mapping[str, Mapping[str, str]] = msgspec.field(default_factory=dict)
    """ConfigMaps that could hold headers: header -> value."""
    classes: Mapping[str, IngressClass] = msgspec.field(default_factory=dict)
    gateways: Mapping[str, tuple[Listener, ...]] = msgspec.field(default_factory=dict)
    admits: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Gateway -> from which namespaces it takes ListenerSets: ``All``, ``Same``, ``Selector`` or ``None``."""


def ref(namespace: str, name: str) -> str:
    """The key under which the inventory holds an object."""
    return f"{namespace}/{name}" if namespace else name


def take(objects: Iterable[Resource]) -> Inventory:
    """Take the inventory of ``objects``. Raises ``ShapeError`` for a part of the wrong type."""
    services: dict[str, Service] = {}
    secrets: dict[str, frozenset[str]] = {}
    config_maps: dict[str, frozenset[str]] = {}
    header_maps: dict[str, Mapping[str, str]] = {}
    classes: dict[str, IngressClass] = {}
    gateways: dict[str, tuple[Listener, ...]] = {}
    admits: dict[str, str] = {}
    for resource in objects:
        key = ref(resource.namespace, resource.name)
        match resource.group, resource.kind:
            case "", "Service":
                services[key] = service(resource.value)
            case "", "Secret":
                secrets[key] = _keys(resource.value, "data", "stringData")
            case "", "ConfigMap":
                config_maps[key] = _keys(resource.value, "data", "binaryData")
                if (headers := header_map(resource.value)) is not None:
                    header_maps[key] = headers
            case (("networking.k8s.io" | "extensions"), "IngressClass"):
                classes[resource.name] = ingress_class(resource)
            case "gateway.networking.k8s.io", "Gateway":
                gateways[key] = listeners_of(resource.value)
                admits[key] = _admits(resource.value)
    return Inventory(
        services=services,
        secrets=secrets,
        config_maps=config_maps,
        header_maps=header_maps,
        classes=classes,
        gateways=gateways,
        admits=admits,
    )


def _mapping(value: Mapping[str, Any], name: str, pointer: str = "") -> Mapping[str, Any]:
    part = value.get(name)
    if part is None:
        return {}
    if not isinstance(part, Mapping):
        raise ShapeError(f"{pointer}/{name}", f"{name} is a mapping", "see the object's reference")
    return part


def _keys(value: Mapping[str, Any], *fields: str) -> frozenset[str]:
    return frozenset(key for field in fields for key in _mapping(value, field))


def header_map(value: Mapping[str, Any]) -> dict[str, str] | None:
    """The data of a ConfigMap as headers; ``None`` where it holds something that cannot be one.

    Values are single lines.
    """
    data = _mapping(value, "data")
    if _mapping(value, "binaryData"):
        return None
    fits = all(
        HEADER_NAME.fullmatch(name) and isinstance(text, str) and len(text) <= LONGEST_HEADER_VALUE and _one_line(text)
        for name, text in data.items()
    )
    return dict(data) if fits else None


def _one_line(text: str) -> bool:
    return text.isprintable() or text.replace("\t", "").isprintable()


def service(value: Mapping[str, Any]) -> Service:
    """Read a Service's ports and external name."""
    spec = _mapping(value, "spec")
    ports: list[ServicePort] = []
    raw = spec.get("ports") or []
    if not isinstance(raw, list):
        raise ShapeError("/spec/ports", "ports is a list", "write one item per port")
    for index, item in enumerate(raw):
        number = item.get("port") if isinstance(item, Mapping) else None
        if not isinstance(number, int) or isinstance(number, bool):
            raise ShapeError(f"/spec/ports/{index}", "a Service's port has a number", "write port: NUMBER")
        ports.append(ServicePort(number, str(item.get("name") or ""), str(item.get("appProtocol") or "")))
    external = spec.get("externalName") if spec.get("type") == "ExternalName" else None
    return Service(tuple(ports), str(external or ""))


DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class"


def ingress_class(resource: Resource) -> IngressClass:
    """Read an IngressClass's controller and whether it is the cluster's default."""
    annotations = _mapping(_mapping(resource.value, "metadata"), "annotations", "/metadata")
    controller = _mapping(resource.value, "spec").get("controller")
    return IngressClass(resource.name, str(controller or ""), annotations.get(DEFAULT_CLASS) == "true")


def _admits(value: Mapping[str, Any]) -> str:
    """``None`` is the API's default (https://gateway-api.sigs.k8s.io/reference/spec/#allowedlisteners)."""
    allowed = _mapping(_mapping(value, "spec"), "allowedListeners", "/spec")
    return str(_mapping(allowed, "namespaces", "/spec/allowedListeners").get("from") or "None")


def listeners_of(value: Mapping[str, Any]) -> tuple[Listener, ...]:
    """The listeners of a Gateway or ListenerSet, as far as they can be read. Raises ``ShapeError``."""
    found: list[Listener] = []
    listed = _mapping(value, "spec").get("listeners") or []
    if not isinstance(listed, list):
        raise ShapeError("/spec/listeners", "listeners is a list", "write one item per listener")
    for item in listed:
        if isinstance(item, Mapping) and isinstance(item.get("port"), int):
            name, protocol = str(item.get("name") or ""), str(item.get("protocol") or "")
            found.append(Listener(name, item["port"], protocol, str(item.get("hostname") or ""), admission(item)))
    return tuple(found)
