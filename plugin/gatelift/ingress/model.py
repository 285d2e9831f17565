"""The typed Ingress: one shape for ``networking.k8s.io/v1``, ``v1beta1`` and ``extensions/v1beta1``.

Every part knows its RFC 6901 JSON pointer in the object it was read from, so that the ledger and findings can name it.
Source: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from gatelift.manifests.resource import Provenance


class PathType(StrEnum):
    """How a path matches. ingress-nginx reads a missing type as ``ImplementationSpecific`` (trap T7)."""

    EXACT = "Exact"
    PREFIX = "Prefix"
    IMPLEMENTATION_SPECIFIC = "ImplementationSpecific"


class IngressRef(msgspec.Struct, frozen=True, order=True):
    """Names one Ingress. ``namespace`` is empty where the manifest leaves it to whoever applies it."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


class Backend(msgspec.Struct, frozen=True):
    """A Service and its port, by number or by name; ``service`` is empty for a ``resource`` backend."""

    service: str
    port: int | str | None
    pointer: str

    def __str__(self) -> str:
        return f"{self.service}:{self.port}"


class IngressPath(msgspec.Struct, frozen=True):
    """One path of a rule; ``path`` is never empty (``/`` where the manifest has none)."""

    path: str
    path_type: PathType
    backend: Backend
    pointer: str


class IngressRule(msgspec.Struct, frozen=True):
    """The paths of one host; ``host`` is ``None`` for a rule that names none (trap T13)."""

    host: str | None
    paths: tuple[IngressPath, ...]
    pointer: str


class IngressTLS(msgspec.Struct, frozen=True):
    """Hosts and the Secret that holds their certificate, where one is named (trap T19)."""

    hosts: tuple[str, ...]
    secret: str | None
    pointer: str


class Ingress(msgspec.Struct, frozen=True, kw_only=True):
    """One Ingress as read; ``leaves``: the pointers of all its scalars and empty collections, the ledger's domain."""

    ref: IngressRef
    api_version: str
    class_name: str | None
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    default_backend: Backend | None
    rules: tuple[IngressRule, ...]
    tls: tuple[IngressTLS, ...]
    leaves: tuple[str, ...]
    provenance: Provenance

    @property
    def hosts(self) -> tuple[str | None, ...]:
        """The hosts of the rules, each once, in their order."""
        return tuple(dict.fromkeys(rule.host for rule in self.rules))

    @property
    def hash_key(self) -> tuple[str, IngressRef]:
        """Names this Ingress among all roots."""
        return (self.provenance.root, self.ref)
