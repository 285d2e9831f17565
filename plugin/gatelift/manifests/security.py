"""``SecurityPolicy`` (https://gateway.envoyproxy.io/docs/api/extension_types/#securitypolicy)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from gatelift.manifests.fields import Duration, Method, Positive, Weight
from gatelift.manifests.model import Manifest, Model, Problem
from gatelift.manifests.policy_targets import MergeType, PolicyTargets, target_kind_problems
from gatelift.manifests.references import BackendRef, SecretObjectReference
from gatelift.manifests.rules import cidr_problems
from gatelift.manifests.shape import CORE, ENVOY_GATEWAY, SECURITY_POLICY, Kind

_TARGETS = frozenset({"Gateway", "HTTPRoute", "GRPCRoute", "TCPRoute"})
_AUTH_KINDS = frozenset({"Service", "ServiceImport", "Backend"})
_AUTH_GROUPS = frozenset({CORE, "multicluster.x-k8s.io", ENVOY_GATEWAY})

Decision = Literal["Allow", "Deny"]

# fmt: off
ErrorStatus = Literal[
    400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 423, 424, 426,
    428, 429, 431, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
]
# fmt: on


class PrincipalHeader(Model, frozen=True, kw_only=True):
    """A header that has one of ``values``."""

    name: Annotated[str, Meta(min_length=1, max_length=256)]
    values: Annotated[tuple[str, ...], Meta(min_length=1, max_length=256)]


class Principal(Model, frozen=True, kw_only=True):
    """Requests that fulfil every condition here; of each list one item suffices."""

    client_cidrs: tuple[str, ...] = msgspec.field(default=(), name="clientCIDRs")
    headers: Annotated[tuple[PrincipalHeader, ...], Meta(max_length=256)] = ()

    def problems(self) -> Iterator[Problem]:
        if not self.client_cidrs and not self.headers:
            yield "", "must state at least one of clientCIDRs and headers"
        for index, cidr in enumerate(self.client_cidrs):
            yield from cidr_problems(f"/clientCIDRs/{index}", cidr)


class Operation(Model, frozen=True, kw_only=True):
    methods: Annotated[tuple[Method, ...], Meta(min_length=1, max_length=16)]


class AuthorizationRule(Model, frozen=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1, max_length=253)] | UnsetType = UNSET
    action: Decision
    operation: Operation | UnsetType = UNSET
    principal: Principal


class Authorization(Model, frozen=True, kw_only=True):
    """The first rule that fits decides, else ``default_action``, which Envoy Gateway takes for Deny where it is left
    out and which is therefore always written."""

    default_action: Decision
    rules: tuple[AuthorizationRule, ...] = ()


class BasicAuth(Model, frozen=True, kw_only=True):
    """``users``: a Secret whose key ``.htpasswd`` holds ``user:{SHA}...`` lines; no other hash is understood."""

    users: SecretObjectReference
    forward_username_header: str | UnsetType = UNSET


class ExtAuthBackendRef(BackendRef, frozen=True, kw_only=True):
    """Envoy Gateway's own backend reference. ``weight`` is ``UNSET`` where the release has none."""

    weight: Weight | UnsetType = UNSET  # type: ignore[assignment]  # wider than that of other references
    fallback: bool | UnsetType = UNSET

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if self.kind not in _AUTH_KINDS:
            yield "/kind", f"must be one of {', '.join(sorted(_AUTH_KINDS))}"
        if self.group not in _AUTH_GROUPS:
            yield "/group", "must be the core group, multicluster.x-k8s.io or gateway.envoyproxy.io"


class HTTPExtAuthService(Model, frozen=True, kw_only=True):
    """Where to ask. ``path`` is put before the path of the request, ``path_override`` replaces it."""

    backend_refs: Annotated[tuple[ExtAuthBackendRef, ...], Meta(min_length=1, max_length=16)]
    path: str | UnsetType = UNSET
    path_override: str | UnsetType = UNSET
    headers_to_backend: tuple[str, ...] = ()

    def problems(self) -> Iterator[Problem]:
        if self.path is not UNSET and self.path_override is not UNSET:
            yield "/pathOverride", "excludes path"


class BodyToExtAuth(Model, frozen=True, kw_only=True):
    max_request_bytes: Positive


class ExtAuth(Model, frozen=True, kw_only=True):
    """``headers_to_ext_auth`` names what the service sees beside the headers that it always does."""

    http: HTTPExtAuthService
    headers_to_ext_auth: tuple[str, ...] = ()
    body_to_ext_auth: BodyToExtAuth | UnsetType = UNSET
    fail_open: bool
    status_on_error: ErrorStatus | UnsetType = UNSET
    timeout: Duration | UnsetType = UNSET
    recompute_route: bool | UnsetType = UNSET


_Origin = Annotated[
    str,
    Meta(
        pattern=r"^(\*|https?://(\*|(\*\.)?(([A-Za-z0-9_-]+\.?)+)?[A-Za-z0-9_-]+)(:[0-9]{1,5})?)\Z",
        min_length=1,
        max_length=253,
    ),
]


class CORS(Model, frozen=True, kw_only=True):
    """Envoy Gateway's own CORS. Unlike the Gateway API's filter, ``max_age`` is a duration and has no default."""

    allow_origins: tuple[_Origin, ...] = ()
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age: Duration | UnsetType = UNSET
    allow_credentials: bool | UnsetType = UNSET


class SecurityPolicySpec(Model, frozen=True, kw_only=True):
    target_refs: PolicyTargets
    merge_type: MergeType | UnsetType = UNSET
    cors: CORS | UnsetType = UNSET
    basic_auth: BasicAuth | UnsetType = UNSET
    ext_auth: ExtAuth | UnsetType = UNSET
    authorization: Authorization | UnsetType = UNSET

    def problems(self) -> Iterator[Problem]:
        yield from target_kind_problems(self.target_refs, _TARGETS)


class SecurityPolicy(Manifest, frozen=True, kw_only=True):
    KIND: ClassVar[Kind] = SECURITY_POLICY

    spec: SecurityPolicySpec
