"""Every place where an object of ours names another one: the one table of reference paths.

The proofs read it to follow references, and Kustomize's ``nameReference`` file is generated from it, so that what is
proved and what is renamed cannot drift apart. Paths are written as Kustomize writes them: lists are walked through.
Source: https://gateway-api.sigs.k8s.io/reference/spec/ and https://gateway.envoyproxy.io/docs/api/extension_types/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gatelift.manifests.resource import escape
from gatelift.manifests.shape import (
    BACKEND,
    BACKEND_TLS_POLICY,
    BACKEND_TRAFFIC_POLICY,
    CLIENT_TRAFFIC_POLICY,
    CONFIG_MAP,
    CORE,
    GATEWAY,
    GATEWAY_API,
    GRPC_ROUTE,
    HTTP_ROUTE,
    HTTP_ROUTE_FILTER,
    LISTENER_SET,
    REFERENCE_GRANT,
    SECRET,
    SECURITY_POLICY,
    SERVICE,
    TLS_ROUTE,
    Kind,
    ObjectKey,
)

GATEWAY_CLASS = Kind(GATEWAY_API, "v1", "GatewayClass")
CLUSTER_WIDE = frozenset({(GATEWAY_CLASS.group, GATEWAY_CLASS.kind)})
"""The kinds a reference can name that live in no namespace."""


class ReferencePath(msgspec.Struct, frozen=True, kw_only=True):
    """One place of a kind that names an object."""

    owner: Kind
    path: str
    """``spec/rules/backendRefs/name``: where the name stands."""
    to: tuple[Kind, ...]
    """The kinds it may name, the one that is meant where group and kind are left out first."""
    namespaced: bool = False
    """Whether a ``namespace`` may stand beside the name; else the object is in the namespace of its owner."""
    granted: bool = False
    """Whether a name in another namespace needs a ReferenceGrant there."""


def _at(owner: Kind, path: str, *to: Kind, namespaced: bool = False, granted: bool = False) -> ReferencePath:
    return ReferencePath(owner=owner, path=path, to=to, namespaced=namespaced or granted, granted=granted)


def _filters(owner: Kind, at: str) -> tuple[ReferencePath, ...]:
    return (
        _at(owner, f"{at}/requestMirror/backendRef/name", SERVICE, BACKEND, granted=True),
        _at(owner, f"{at}/extensionRef/name", HTTP_ROUTE_FILTER),
    )


def _route(owner: Kind) -> tuple[ReferencePath, ...]:
    return (
        _at(owner, "spec/parentRefs/name", GATEWAY, LISTENER_SET, namespaced=True),
        _at(owner, "spec/rules/backendRefs/name", SERVICE, BACKEND, granted=True),
    )


def _filtered_route(owner: Kind) -> tuple[ReferencePath, ...]:
    return (*_route(owner), *_filters(owner, "spec/rules/filters"), *_filters(owner, "spec/rules/backendRefs/filters"))


_ROUTES = (HTTP_ROUTE, GRPC_ROUTE, TLS_ROUTE)

REFERENCES: tuple[ReferencePath, ...] = (
    *_filtered_route(HTTP_ROUTE),
    *_filtered_route(GRPC_ROUTE),
    *_route(TLS_ROUTE),
    _at(GATEWAY, "spec/gatewayClassName", GATEWAY_CLASS),
    _at(GATEWAY, "spec/listeners/tls/certificateRefs/name", SECRET, granted=True),
    _at(LISTENER_SET, "spec/parentRef/name", GATEWAY, namespaced=True),
    _at(LISTENER_SET, "spec/listeners/tls/certificateRefs/name", SECRET, granted=True),
    # What a grant names lives where the grant lives. Kustomize cannot see of which kind a name is, so that every kind
    # that no target grants access to would only add names to be taken for each other.
    _at(REFERENCE_GRANT, "spec/to/name", SERVICE, SECRET),
    _at(BACKEND_TLS_POLICY, "spec/targetRefs/name", SERVICE),
    _at(BACKEND_TLS_POLICY, "spec/validation/caCertificateRefs/name", CONFIG_MAP, SECRET),
    _at(BACKEND, "spec/tls/caCertificateRefs/name", CONFIG_MAP, SECRET),
    _at(BACKEND, "spec/tls/clientCertificateRef/name", SECRET, granted=True),
    _at(BACKEND_TRAFFIC_POLICY, "spec/targetRefs/name", *_ROUTES, GATEWAY),
    _at(BACKEND_TRAFFIC_POLICY, "spec/responseOverride/response/body/valueRef/name", CONFIG_MAP),
    _at(CLIENT_TRAFFIC_POLICY, "spec/targetRefs/name", GATEWAY, LISTENER_SET),
    _at(CLIENT_TRAFFIC_POLICY, "spec/tls/clientValidation/caCertificateRefs/name", SECRET, CONFIG_MAP, granted=True),
    _at(CLIENT_TRAFFIC_POLICY, "spec/tls/clientValidation/crl/refs/name", SECRET, granted=True),
    _at(HTTP_ROUTE_FILTER, "spec/directResponse/body/valueRef/name", CONFIG_MAP),
    _at(SECURITY_POLICY, "spec/targetRefs/name", *_ROUTES, GATEWAY),
    _at(SECURITY_POLICY, "spec/basicAuth/users/name", SECRET, granted=True),
    _at(SECURITY_POLICY, "spec/extAuth/http/backendRefs/name", SERVICE, BACKEND, granted=True),
)

NAMESPACES: tuple[tuple[Kind, str], ...] = ((REFERENCE_GRANT, "spec/from/namespace"),)
"""Where an object of ours names a namespace that is the application's own, and moves with it."""

VARIABLES: tuple[tuple[Kind, str], ...] = (
    *((kind, "spec/hostnames") for kind in _ROUTES),
    (HTTP_ROUTE, "spec/rules/filters/requestRedirect/hostname"),
    (GATEWAY, "spec/listeners/hostname"),
    (LISTENER_SET, "spec/listeners/hostname"),
    (GATEWAY, "spec/listeners/tls/certificateRefs/name"),
    (LISTENER_SET, "spec/listeners/tls/certificateRefs/name"),
)
"""Where Kustomize's ``vars`` must reach: it resolves them in an Ingress's hosts and certificates by itself."""


class Reference(msgspec.Struct, frozen=True):
    """One reference of one object: ``pointer`` is that of the name, ``section`` the listener, rule or port it means."""

    owner: ObjectKey
    pointer: str
    to: ObjectKey
    section: str
    path: ReferencePath


class Branch(msgspec.Struct):
    """The table of one kind as a tree of field names; ``path`` where the field is a name."""

    path: ReferencePath | None = None
    below: dict[str, Branch] = {}


def _trees() -> dict[tuple[str, str], Branch]:
    found: dict[tuple[str, str], Branch] = {}
    for reference in REFERENCES:
        branch = found.setdefault((reference.owner.group, reference.owner.kind), Branch())
        for token in reference.path.split("/"):
            branch = branch.below.setdefault(token, Branch())
        branch.path = reference
    return found


_TREES = _trees()


def branch_of(key: ObjectKey) -> Branch | None:
    """The tree of references of the kind of ``key``; ``None`` for a kind that is not ours."""
    return _TREES.get((key.group, key.kind))


def target(fields: Mapping[str, Any], path: ReferencePath, namespace: str) -> ObjectKey | None:
    """What ``fields``, the mapping around a name, mean in an object of ``namespace``; ``None`` without a name."""
    name = fields.get(path.path.rpartition("/")[2])
    if not isinstance(name, str) or not name:
        return None
    usual = path.to[0]
    named = path.path.endswith("/name")
    group = fields.get("group") if named else None
    kind = fields.get("kind") if named else None
    group = usual.group if group is None else str(group)
    kind = usual.kind if kind is None else str(kind)
    away = fields.get("namespace") if path.namespaced else None
    if (group, kind) in CLUSTER_WIDE:
        return ObjectKey(group, kind, "", name)
    return ObjectKey(group, kind, str(away or namespace), name)


def references_of(manifest: Mapping[str, Any]) -> Iterator[Reference]:
    """Every reference of an object of ours, in document order; nothing for any other kind."""
    group, slash, _ = str(manifest.get("apiVersion")).partition("/")
    metadata = manifest.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    owner = ObjectKey(
        group if slash else CORE,
        str(manifest.get("kind")),
        str(metadata.get("namespace") or ""),
        str(metadata.get("name")),
    )
    branch = branch_of(owner)
    if branch is not None:
        yield from _below(manifest, branch, "", owner)


def _below(value: Any, branch: Branch, pointer: str, owner: ObjectKey) -> Iterator[Reference]:
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _below(item, branch, f"{pointer}/{index}", owner)
    elif isinstance(value, Mapping):
        for token, item in value.items():
            below = branch.below.get(token)
            if below is None:
                continue
            here = f"{pointer}/{escape(token)}"
            to = target(value, below.path, owner.namespace) if below.path else None
            if below.path and to:
                yield Reference(owner, here, to, str(value.get("sectionName") or ""), below.path)
            yield from _below(item, below, here, owner)
