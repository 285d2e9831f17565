"""How the Services behind Ingresses are called: ``namespace/service:port``, with the number of the port."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gatelift.traffic.fields import at, maps, name, of_kind
from gatelift.traffic.model import Manifest
from gatelift.traffic.nginx.ingresses import Upstream

_MOST = 65535
Ports = Mapping[str, tuple[Mapping[str, Any], ...]]
"""``namespace/service`` -> its ports."""


def ports_of(objects: Iterable[Manifest]) -> Ports:
    """The ports of all Services; of two with one name the first counts."""
    found: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for service in of_kind(objects, "Service"):
        found.setdefault(name(service), maps(at(service, "spec", "ports")))
    return found


def backend(upstream: Upstream, ports: Ports) -> str:
    """The Service's port by its number, as the controller finds it: by number, target port or name (T23).

    A Service that is not among the objects is taken to be there, with that port. Empty: it can be none, and the
    place answers 503.
    """
    if not upstream.port or (upstream.port.isdecimal() and not 0 < int(upstream.port) <= _MOST):
        return ""
    for port in ports.get(f"{upstream.namespace}/{upstream.service}", ()):
        if upstream.port in (str(port.get("port")), str(port.get("targetPort")), str(port.get("name"))):
            return f"{upstream.namespace}/{upstream.service}:{port.get('port')}"
    return str(upstream)
