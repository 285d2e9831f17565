"""``BackendTrafficPolicy`` (https://gateway.envoyproxy.io/docs/api/extension_types/#backendtrafficpolicy)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from msgspec import UNSET, UnsetType

from gatelift.manifests.fields import Duration, Int32, Natural, Quantity, StatusCode
from gatelift.manifests.load_balancing import LoadBalancer
from gatelift.manifests.model import Manifest, Model, Problem
from gatelift.manifests.policy_targets import MergeType, PolicyTargets, target_kind_problems
from gatelift.manifests.rate_limits import RateLimit
from gatelift.manifests.response_override import ResponseOverride
from gatelift.manifests.shape import BACKEND_TRAFFIC_POLICY, Kind

_TARGETS = frozenset({"Gateway", "HTTPRoute", "GRPCRoute", "UDPRoute", "TCPRoute", "TLSRoute"})

RetryTrigger = Literal[
    "5xx",
    "gateway-error",
    "reset",
    "reset-before-request",
    "connect-failure",
    "retriable-4xx",
    "refused-stream",
    "retriable-status-codes",
    "cancelled",
    "deadline-exceeded",
    "internal",
    "resource-exhausted",
    "unavailable",
]


class TCPTimeout(Model, frozen=True, kw_only=True):
    connect_timeout: Duration | UnsetType = UNSET


class HTTPTimeout(Model, frozen=True, kw_only=True):
    """``0s`` means none. Without ``request_timeout`` Envoy ends a request after 15 s."""

    request_timeout: Duration | UnsetType = UNSET
    stream_idle_timeout: Duration | UnsetType = UNSET
    connection_idle_timeout: Duration | UnsetType = UNSET
    max_connection_duration: Duration | UnsetType = UNSET
    max_stream_duration: Duration | UnsetType = UNSET


class Timeout(Model, frozen=True, kw_only=True):
    tcp: TCPTimeout | UnsetType = UNSET
    http: HTTPTimeout | UnsetType = UNSET


class BackOff(Model, frozen=True, kw_only=True):
    base_interval: Duration | UnsetType = UNSET
    max_interval: Duration | UnsetType = UNSET


class PerRetry(Model, frozen=True, kw_only=True):
    timeout: Duration | UnsetType = UNSET
    back_off: BackOff | UnsetType = UNSET


class RetryOn(Model, frozen=True, kw_only=True):
    triggers: tuple[RetryTrigger, ...] = ()
    http_status_codes: tuple[StatusCode, ...] = ()


class Retry(Model, frozen=True, kw_only=True):
    """Retries ignore the method: what triggers them must be safe for every one."""

    num_retries: Natural
    num_attempts_per_priority: Int32 | UnsetType = UNSET
    retry_on: RetryOn | UnsetType = UNSET
    per_retry: PerRetry | UnsetType = UNSET


class RequestBuffer(Model, frozen=True, kw_only=True):
    """Buffers whole requests up to ``limit``, answers 413 above, and ends WebSockets on the route."""

    limit: Quantity


class BandwidthAmount(Model, frozen=True, kw_only=True):
    """Bytes in a ``unit`` of time."""

    value: Quantity
    unit: Literal["Second", "Minute", "Hour"]


class BandwidthDirection(Model, frozen=True, kw_only=True):
    limit: BandwidthAmount


class BandwidthLimit(Model, frozen=True, kw_only=True):
    """How fast bodies travel, all clients of a route together, in each Envoy."""

    request: BandwidthDirection | UnsetType = UNSET
    response: BandwidthDirection | UnsetType = UNSET

    def problems(self) -> Iterator[Problem]:
        if self.request is UNSET and self.response is UNSET:
            yield "", "at least one of request and response must be given"


class BackendTrafficPolicySpec(Model, frozen=True, kw_only=True):
    target_refs: PolicyTargets
    merge_type: MergeType | UnsetType = UNSET
    load_balancer: LoadBalancer | UnsetType = UNSET
    retry: Retry | UnsetType = UNSET
    timeout: Timeout | UnsetType = UNSET
    rate_limit: RateLimit | UnsetType = UNSET
    request_buffer: RequestBuffer | UnsetType = UNSET
    bandwidth_limit: BandwidthLimit | UnsetType = UNSET
    response_override: tuple[ResponseOverride, ...] = ()
    routing_type: Literal["Service", "Endpoint"] | UnsetType = UNSET

    def problems(self) -> Iterator[Problem]:
        yield from target_kind_problems(self.target_refs, _TARGETS)


class BackendTrafficPolicy(Manifest, frozen=True, kw_only=True):
    KIND: ClassVar[Kind] = BACKEND_TRAFFIC_POLICY

    spec: BackendTrafficPolicySpec
