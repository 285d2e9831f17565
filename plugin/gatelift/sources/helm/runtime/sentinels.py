"""Made-up Ingresses whose every name is known again in what they become."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

Manifest = Mapping[str, Any]
Place = tuple[str, str]
"""A path and its type."""

SLOT = "{:%s:}"
"""What stands for a name in the tables: no name, host or literal path of an Ingress can hold it."""
LABELS = {"qz-label": "qz-value"}
ZONE = "qz.test"
"""The domain of the hosts, unless a Gateway was seen that does not serve it."""
_PORT = 20000


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """One made-up Ingress with one host or several: how it is written, and the number that tells it from others.

    ``kind``: ``name``, ``www``, ``wildcard`` or ``none``, for each of ``hosts`` many; ``state``: what ``spec.tls``
    says of them, see ``STATES``.
    """

    number: int
    annotations: Mapping[str, str]
    kind: str
    state: str
    places: tuple[Place, ...]
    class_name: str = ""
    api_version: str = "networking.k8s.io/v1"
    namespaced: bool = False
    hosts: int = 1
    zone: str = ZONE
    companion: Mapping[str, str] | None = None
    """The annotations of another Ingress on the first host, if there is one."""

    @property
    def tag(self) -> str:
        """What all of its names begin with."""
        return f"qz{self.number:04d}"

    @property
    def name(self) -> str:
        """Its name."""
        return f"{self.tag}name"

    @property
    def namespace(self) -> str:
        """Its namespace, if it has one."""
        return "qznamespace" if self.namespaced else ""

    def host(self, index: int = 0) -> str:
        """One of its hosts; empty for a rule without one."""
        bare = f"{self.tag}host{index}.{self.zone}"
        return {"name": bare, "www": f"www.{bare}", "wildcard": f"*.{bare}", "none": ""}[self.kind]

    def path(self, index: int) -> str:
        """The path at ``index``; ``{path}`` in a place stands for a name of its own."""
        return self.places[index][0].replace("{path}", f"{self.tag}path")

    def service(self, index: int) -> str:
        """The Service of the path at ``index``."""
        return f"{self.tag}service{index:03d}"

    def port(self, index: int) -> int:
        """Its port."""
        return _PORT + self.number % 400 * 100 + index

    @property
    def ingress(self) -> Manifest:
        """The Ingress itself."""
        metadata: dict[str, Any] = {"name": self.name, "labels": LABELS, "annotations": dict(self.annotations)}
        spec: dict[str, Any] = {"rules": [self._rule(index) for index in range(self.hosts)]}
        if self.namespaced:
            metadata["namespace"] = self.namespace
        if self.class_name:
            spec["ingressClassName"] = self.class_name
        if self.state != "none":
            spec["tls"] = [self._tls()]
        return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}

    @property
    def objects(self) -> tuple[Manifest, ...]:
        """The Ingress and its Services."""
        made = (self.ingress, *(self._service(index) for index in range(len(self.places))))
        return made if self.companion is None else (*made, self._beside(self.companion))

    def _beside(self, annotations: Mapping[str, str]) -> Manifest:
        """The other Ingress, with a path and a Service of its own."""
        name = f"{self.tag}other"
        found = self.ingress
        backend = {"service": {"name": name, "port": {"number": 80}}}
        rule = {
            "host": self.host(),
            "http": {"paths": [{"path": f"/{name}", "pathType": "Prefix", "backend": backend}]},
        }
        metadata = {**found["metadata"], "name": name, "annotations": dict(annotations)}
        return {**found, "metadata": metadata, "spec": {**found["spec"], "rules": [rule]}}

    def _tls(self) -> Manifest:
        named = [self.host(index) for index in range(self.hosts)] if self.state.startswith("listed") else []
        hosts = {"hosts": named} if named else {}
        return hosts if self.state.endswith("-bare") else {**hosts, "secretName": f"{self.tag}secret"}

    def _rule(self, index: int) -> Manifest:
        paths = [self._path(number) for number in range(len(self.places))]
        host = self.host(index)
        return {**({"host": host} if host else {}), "http": {"paths": paths}}

    def _path(self, index: int) -> Manifest:
        service = {"name": self.service(index), "port": {"number": self.port(index)}}
        return {"path": self.path(index), "pathType": self.places[index][1], "backend": {"service": service}}

    def _service(self, index: int) -> Manifest:
        metadata = {"name": self.service(index), **({"namespace": self.namespace} if self.namespaced else {})}
        return {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": metadata,
            "spec": {"ports": [{"name": "http", "port": self.port(index)}]},
        }


STATES = ("none", "listed", "unlisted", "listed-bare", "unlisted-bare")
"""What ``spec.tls`` says of a host: no word, its name, not its name; ``-bare`` where no entry names a Secret."""


class Slots:
    """Puts slots where the names of one probe stand."""

    def __init__(self, probe: Probe, host: int = 0) -> None:
        self._numbers = {probe.port(index): index for index in range(len(probe.places))}
        self._texts = sorted(_texts(probe, host), key=lambda item: -len(item[0]))

    def text(self, value: str) -> str:
        """``value`` with slots. Raises ``ValueError`` where it holds what looks like one already."""
        if "{:" in value:
            raise ValueError("it holds what stands for a name")
        if "qz" not in value and not value.isdecimal():
            return value
        for text, slot in self._texts:
            value = value.replace(text, SLOT % slot)
        return value

    def put(self, value: Any) -> Any:
        """Any value of an object, with slots in all its texts and for its ports."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.put(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.put(item) for item in value]
        if isinstance(value, int) and not isinstance(value, bool) and value in self._numbers:
            return SLOT % f"port{self._numbers[value]:03d}"
        return value


def _texts(probe: Probe, host: int) -> list[tuple[str, str]]:
    own = probe.host(host)
    found = [(probe.name, "name"), (f"{probe.tag}secret", "secret")]
    if own:
        bare = own.removeprefix("www.").removeprefix("*.")
        found += [(own, "host"), (bare, "bare"), (bare.replace(".", "-"), "slug")]
    found += [(probe.service(index), f"service{index:03d}") for index in range(len(probe.places))]
    found += [(str(probe.port(index)), f"port{index:03d}") for index in range(len(probe.places))]
    if probe.namespace:
        found.append((probe.namespace, "namespace"))
    return [*found, *_paths(probe)]


def _paths(probe: Probe) -> list[tuple[str, str]]:
    """Slots of the paths that have names of their own: ``path`` of the only one, else each with its number."""
    numbers = [index for index, place in enumerate(probe.places) if "{path}" in place[0]]
    found = [(probe.path(index), f"path{index:03d}" if len(numbers) > 1 else "path") for index in numbers]
    named = {path for path, _ in found}
    above = [(path.rstrip("/"), slot.replace("path", "above")) for path, slot in found if path.endswith("/")]
    return [*found, *(item for item in above if item[0] not in named)]
