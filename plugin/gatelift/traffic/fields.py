"""Reading plain manifests that may hold anything: what has the wrong shape counts as not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gatelift.traffic.model import Manifest

NGINX = "nginx.ingress.kubernetes.io/"


def at(value: object, *path: str) -> Any:
    """What stands at ``path``, else ``None``."""
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def mapping_at(value: object, *path: str) -> Mapping[str, Any]:
    """The mapping that stands at ``path``, else an empty one."""
    found = at(value, *path)
    return found if isinstance(found, Mapping) else {}


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list."""
    return tuple(item for item in items(value) if isinstance(item, str))


def maps(value: object) -> tuple[Mapping[str, Any], ...]:
    """The mappings of a list."""
    return tuple(item for item in items(value) if isinstance(item, Mapping))


def items(value: object) -> tuple[Any, ...]:
    """A list, else nothing."""
    return tuple(value) if isinstance(value, list | tuple) else ()


def text(value: object) -> str:
    """A text, else an empty one."""
    return value if isinstance(value, str) else ""


def namespace(manifest: Manifest) -> str:
    """The namespace of an object; ``default`` where it is left to whoever applies it."""
    return text(at(manifest, "metadata", "namespace")) or "default"


def name(manifest: Manifest) -> str:
    """``namespace/name``."""
    return f"{namespace(manifest)}/{text(at(manifest, 'metadata', 'name'))}"


def of_kind(objects: Iterable[Manifest], *kinds: str) -> list[Manifest]:
    """The objects of some kinds, in order."""
    return [item for item in objects if item.get("kind") in kinds]


def group(manifest: Manifest) -> str:
    """The API group of an object."""
    version, slash, _ = text(manifest.get("apiVersion")).partition("/")
    return version if slash else ""


def nginx_annotations(manifest: Manifest) -> dict[str, str]:
    """The annotations of ingress-nginx, without their prefix."""
    found = at(manifest, "metadata", "annotations")
    if not isinstance(found, Mapping):
        return {}
    return {
        key.removeprefix(NGINX): value
        for key, value in found.items()
        if isinstance(key, str) and key.startswith(NGINX) and isinstance(value, str)
    }


def ports(objects: Iterable[Manifest]) -> dict[str, int]:
    """``namespace/service:name of a port`` -> its number."""
    found = {}
    for service in of_kind(objects, "Service"):
        for port in maps(at(service, "spec", "ports")):
            if isinstance(port.get("name"), str) and isinstance(port.get("port"), int):
                found[f"{name(service)}:{port['name']}"] = int(port["port"])
    return found
