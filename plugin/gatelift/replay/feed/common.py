"""What both providers of Traefik need around the objects: Services with endpoints, Secrets, namespaces, a probe."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gatelift.replay.backends import Backend, items, mapping, place
from gatelift.replay.certificates import Pem
from gatelift.replay.ground import PROBE, Ground
from gatelift.traffic.credentials import password_file
from gatelift.traffic.model import Manifest

_ADDRESS = "127.0.0.1"
Objects = tuple[Manifest, ...]


def services(ground: Ground) -> Iterator[Manifest]:
    """Every Service with its endpoints: the echo servers.

    Annotations, application protocols and cluster addresses are left behind: they could send requests elsewhere than
    to the echo servers, which speak HTTP/1.1 on loopback and nothing else.
    """
    for item in ground.services:
        namespace, name = place(item)
        ports = [
            {"name": port.get("name", ""), "port": port["port"], "protocol": "TCP"}
            for port in items(mapping(item["spec"]).get("ports"))
        ]
        labels = dict(mapping(mapping(item["metadata"]).get("labels")))
        metadata = {"name": name, "namespace": namespace, "labels": labels}
        spec = {"type": "ClusterIP", "clusterIP": _ADDRESS, "ports": ports}
        yield {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}
        served = [
            {"name": port["name"], "port": ground.echo[str(Backend(namespace, name, port["port"]))].port, **_TCP}
            for port in ports
        ]
        yield {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {"name": name, "namespace": namespace, "labels": {"kubernetes.io/service-name": name}},
            "addressType": "IPv4",
            "endpoints": [{"addresses": [_ADDRESS], "conditions": {"ready": True, "serving": True}}],
            "ports": served,
        }


_TCP = {"protocol": "TCP"}


def namespaces(objects: Iterable[Manifest]) -> Iterator[Manifest]:
    """A Namespace for every one that an object is in, with the labels that the input gives it."""
    everything = tuple(objects)
    given = {place(item)[1]: item for item in everything if item.get("kind") == "Namespace"}
    for name in sorted({place(item)[0] for item in everything} | set(given) | {PROBE.namespace}):
        labels = dict(mapping(mapping(given.get(name, {}).get("metadata")).get("labels")))
        metadata = {"name": name, "labels": {**labels, "kubernetes.io/metadata.name": name}}
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def secret(namespace: str, name: str, pem: Pem, authority: Pem) -> Manifest:
    """A Secret that serves as any: a certificate with its key, an authority, and a file of passwords."""
    data = {
        "tls.crt": pem.certificate,
        "tls.key": pem.key,
        "ca.crt": authority.certificate,
        "auth": password_file().encode(),
    }
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/tls",
        "metadata": {"name": name, "namespace": namespace},
        "data": {key: base64.b64encode(value).decode() for key, value in data.items()},
    }


def secrets(wanted: Mapping[tuple[str, str], Iterable[str]], ground: Ground) -> Iterator[Manifest]:
    """A Secret for each of ``(namespace, name) -> hosts``."""
    for (namespace, name), hosts in sorted(wanted.items()):
        yield secret(namespace, name, ground.certificates.of(hosts), ground.certificates.authority)


def dropped(manifest: Manifest, keys: Sequence[str]) -> dict[str, Any]:
    """A copy without some annotations."""
    metadata = dict(mapping(manifest.get("metadata")))
    annotations = mapping(metadata.get("annotations"))
    metadata["annotations"] = {key: value for key, value in annotations.items() if key not in keys}
    return {**manifest, "metadata": metadata}
