"""Envoy Gateway's Backends as the Services that they stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gatelift.manifests.shape import BACKEND, ENVOY_GATEWAY, SERVICE
from gatelift.traffic.fields import at, group, mapping_at, maps, name, namespace, of_kind, text
from gatelift.traffic.model import Manifest

_INSIDE = re.compile(r"([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.[a-z0-9.-]+)?\.?", re.IGNORECASE)


class Backends(msgspec.Struct, frozen=True):
    """Backends by ``namespace/name``, and names of Services by their namespace and external name."""

    backends: Mapping[str, Manifest]
    external: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, objects: Sequence[Manifest]) -> Backends:
        """What is among ``objects``."""
        external = {
            (namespace(item), text(at(item, "spec", "externalName")).lower().rstrip(".")): text(
                at(item, "metadata", "name")
            )
            for item in of_kind(objects, "Service")
            if at(item, "spec", "type") == "ExternalName"
        }
        ours = (item for item in objects if group(item) == ENVOY_GATEWAY)
        return cls({name(item): item for item in of_kind(ours, BACKEND.kind)}, external)

    def service(self, where: str, ref: Mapping[str, Any]) -> Mapping[str, Any]:
        """A backendRef of a route in namespace ``where`` as one of a Service, with its namespace where that is another.

        It is the Service that a Backend stands for, or one that is made up under its name.
        """
        if ref.get("kind") != BACKEND.kind:
            return ref
        space = text(ref.get("namespace")) or where
        host, port = self._endpoint(space, ref)
        inside = _INSIDE.fullmatch(host)
        short, space = (inside[1], inside[2]) if inside else (self.external.get((space, host)), space)
        # A Service that is made up is called as the Backend is.
        short = short or text(ref.get("name"))
        made = {key: value for key, value in ref.items() if key != "namespace"}
        made |= {"group": "", "kind": SERVICE.kind, "name": short, "port": port}
        return made if space == where else {**made, "namespace": space}

    def address(self, where: str, ref: Mapping[str, Any]) -> tuple[str, int]:
        """The host and port that a backendRef of an object in namespace ``where`` leads to."""
        space = text(ref.get("namespace")) or where
        if ref.get("kind") == BACKEND.kind:
            return self._endpoint(space, ref)
        port = ref.get("port")
        return f"{text(ref.get('name'))}.{space}.svc", port if isinstance(port, int) else 80

    def _endpoint(self, space: str, ref: Mapping[str, Any]) -> tuple[str, int]:
        content = self.backends.get(f"{space}/{text(ref.get('name'))}", {})
        endpoint = next(iter(maps(at(content, "spec", "endpoints"))), {})
        address = mapping_at(endpoint, "fqdn") or mapping_at(endpoint, "ip")
        host = text(address.get("hostname") or address.get("address")).lower().rstrip(".")
        port = address.get("port")
        return host, port if isinstance(port, int) else 80
