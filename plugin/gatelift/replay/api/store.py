"""The objects behind the stand-in: as the API server would store them, by group, kind, namespace and name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from gatelift.manifests.defaults import filled
from gatelift.replay.api.kinds import Served
from gatelift.replay.backends import mapping, place
from gatelift.traffic.model import Manifest

Object = dict[str, Any]
_Key = tuple[str, str, str, str]
_BORN = "2024-01-01T00:00:00Z"


class Store:
    """Objects in the order that they came in, with the API server's defaults and metadata."""

    def __init__(self, objects: Iterable[Manifest]) -> None:
        """Of two objects with the same identity the later counts, as when both are applied in turn."""
        self._objects: dict[_Key, Object] = {}
        self._version = 1
        for item in objects:
            self._put(item)

    @property
    def version(self) -> str:
        return str(self._version)

    def all(self, served: Served, namespace: str = "") -> list[Object]:
        """The objects of a kind, in the version that is asked for; of one namespace, if one is given."""
        return [
            {**item, "apiVersion": served.api_version}
            for (group, kind, where, _), item in self._objects.items()
            if (group, kind) == (served.group, served.kind) and namespace in ("", where)
        ]

    def one(self, served: Served, namespace: str, name: str) -> Object | None:
        found = self._objects.get((served.group, served.kind, namespace if served.namespaced else "", name))
        return {**found, "apiVersion": served.api_version} if found else None

    def set_status(self, served: Served, namespace: str, name: str, status: object) -> Object | None:
        """Remember what a controller says of an object; ``None`` where there is no such object."""
        key = (served.group, served.kind, namespace if served.namespaced else "", name)
        found = self._objects.get(key)
        if found is None:
            return None
        self._version += 1
        metadata = {**found["metadata"], "resourceVersion": self.version}
        self._objects[key] = {**found, "metadata": metadata, "status": status}
        return {**self._objects[key], "apiVersion": served.api_version}

    def statuses(self, kind: str) -> Mapping[tuple[str, str], Any]:
        """(namespace, name) -> status of every object of a kind that got one."""
        return {
            (namespace, name): item["status"]
            for (_, each, namespace, name), item in self._objects.items()
            if each == kind and item.get("status")
        }

    def spec(self, kind: str, namespace: str, name: str) -> Mapping[str, Any]:
        """The spec of an object; empty where there is none."""
        for (_, each, where, called), item in self._objects.items():
            if (each, where, called) == (kind, namespace, name):
                return item.get("spec") or {}
        return {}

    def _put(self, item: Manifest) -> None:
        whole: Object = msgspec.to_builtins(filled(item))
        group, slash, _ = str(whole.get("apiVersion", "")).partition("/")
        kind = str(whole.get("kind", ""))
        namespace, name = place(whole)
        key = (group if slash else "", kind, "" if kind in _OF_THE_CLUSTER else namespace, name)
        self._version += 1
        metadata = {
            **_metadata(mapping(whole.get("metadata"))),
            "generation": 1,
            "name": name,
            "uid": hashlib.sha256("/".join(key).encode()).hexdigest()[:32],
            "resourceVersion": self.version,
        }
        if key[2]:
            metadata["namespace"] = namespace
        whole.pop("status", None)
        self._objects[key] = {**whole, "metadata": metadata}


def _metadata(given: Manifest) -> Object:
    """What controllers read of metadata; of one value that is of the wrong type, they would read no object at all."""
    found: Object = {
        field: {str(key): text for key, text in mapping(given[field]).items() if isinstance(text, str)}
        for field in ("labels", "annotations")
        if isinstance(given.get(field), Mapping)
    }
    born = given.get("creationTimestamp")
    found["creationTimestamp"] = born if isinstance(born, str) and _TIME.fullmatch(born) else _BORN
    return found


_TIME = re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\dZ")
_OF_THE_CLUSTER = frozenset({"Namespace", "Node", "IngressClass", "GatewayClass"})
