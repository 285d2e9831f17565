"""Envoy Gateway's limits on requests and on answers, most of them in a BackendTrafficPolicy.

https://gateway.envoyproxy.io/docs/api/extension_types/#ratelimitspec and #bandwidthlimitspec
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import UNSET

from gatelift.config.target import EnvoyGateway
from gatelift.intent.bandwidth import Bandwidth
from gatelift.intent.base import Risk, known
from gatelift.intent.buffers import HeaderRoom
from gatelift.intent.outcome import Note, differs, inert, refused
from gatelift.intent.security import RateLimit as RateLimitIntent
from gatelift.manifests.backend_traffic import BandwidthAmount, BandwidthDirection, BandwidthLimit
from gatelift.manifests.rate_limits import (
    LocalRateLimit,
    RateLimit,
    RateLimitRule,
    RateLimitSelector,
    RateLimitValue,
    SourceCIDRSelector,
)
from gatelift.manifests.shape import BACKEND_TRAFFIC_POLICY
from gatelift.targets.base import Contribution, RouteView

EVERY_CLIENT = ("0.0.0.0/0", "::/0")
_INVERT = "spec/rateLimit/local/rules/*/clientSelectors/*/sourceCIDR/invert"
_BANDWIDTH = "spec/bandwidthLimit"

MANY_CLIENTS = (
    "each rule keeps count of 20 addresses only, and starts anew for one that comes back after 20 others, unless Envoy "
    "Gateway has the change of September 2026 (pull request 9974)"
)
"""https://github.com/envoyproxy/gateway/issues/9973"""


def rate_limit(intent: RateLimitIntent, view: RouteView) -> Contribution | Note:
    """Local limits, one bucket per client address (T33)."""
    limits = [(unit, n) for unit, n in (("Second", intent.per_second), ("Minute", intent.per_minute)) if known(n)]
    if (problem := _beyond_release(len(limits), view)) is not None:
        return problem
    exempt = _exemption(intent, view)
    selectors = [exempt] if isinstance(exempt, SourceCIDRSelector) else [_each(cidr, view) for cidr in EVERY_CLIENT]
    rules = tuple(
        RateLimitRule(
            client_selectors=(RateLimitSelector(source_cidr=selector),),
            limit=RateLimitValue(requests=requests, unit=unit),  # type: ignore[arg-type]  # checked with the object
        )
        for unit, requests in limits
        for selector in selectors
    )
    traffic = {"rate_limit": RateLimit(local=LocalRateLimit(rules=rules))} if rules else {}
    return Contribution(traffic=traffic, notes=tuple(_notes(intent, exempt, view)))


def _beyond_release(limits: int, view: RouteView) -> Note | None:
    release = view.spec.envoy_gateway
    if release == EnvoyGateway.V1_3:
        # The field is there, but only global limits count by address: https://github.com/envoyproxy/gateway/pull/5319
        why = "Envoy Gateway 1.3 counts the requests of all clients together unless it has a Redis to count in"
        return refused(why, "upgrade to Envoy Gateway 1.5, or limit requests in front of the gateway", Risk.SECURITY)
    if limits > 1 and release is not None and release < EnvoyGateway.V1_8:
        # https://github.com/envoyproxy/gateway/issues/8632
        why = (
            "two limits for the same clients make Envoy reject the route, and keep what it had, before Envoy Gateway "
            "1.8: neither limit would hold"
        )
        return refused(why, "upgrade to Envoy Gateway 1.8, or keep one of limit-rps and limit-rpm", Risk.SECURITY)
    return None


def _each(cidr: str, view: RouteView) -> SourceCIDRSelector:
    inverts = view.has(BACKEND_TRAFFIC_POLICY, _INVERT)
    return SourceCIDRSelector(type="Distinct", value=cidr, invert=False if inverts else UNSET)


def _exemption(intent: RateLimitIntent, view: RouteView) -> SourceCIDRSelector | Note | None:
    """Each address outside of the one network that is exempt.

    A rule holds for one network: of several, Envoy Gateway takes the last, or rejects the rule
    (https://github.com/envoyproxy/gateway/pull/10025).
    """
    networks = intent.exempt
    if not isinstance(networks, tuple):
        return None
    why = f"the limit would hold for {', '.join(networks)} too: Envoy Gateway"
    if not view.has(BACKEND_TRAFFIC_POLICY, _INVERT):
        release = view.since(BACKEND_TRAFFIC_POLICY, _INVERT)
        return refused(f"{why} cannot exempt a network before 1.8", f"upgrade to {release}, or {_RAISE}", Risk.TRAFFIC)
    if len(networks) > 1:
        return refused(
            f"{why} exempts one network, and these are not one", f"write one network, or {_RAISE}", Risk.TRAFFIC
        )
    return SourceCIDRSelector(type="Distinct", value=networks[0], invert=True)


_RAISE = "raise the limit to what those clients need and accept this under accept:"


def _notes(
    intent: RateLimitIntent, exempt: SourceCIDRSelector | Note | None, view: RouteView
) -> Iterator[tuple[str, Note]]:
    counting = "; ".join(item for item in (MANY_CLIENTS, _each_rule(view)) if item)
    for field in ("per_second", "per_minute"):
        if known(getattr(intent, field)):
            yield field, differs(counting)
    if isinstance(exempt, Note):
        yield "exempt", exempt


def _each_rule(view: RouteView) -> str:
    """What is said where one zone of nginx's becomes several buckets, one for each path of each host.

    https://gateway.envoyproxy.io/docs/tasks/traffic/local-rate-limit/
    """
    places = sum(len(rule.paths) for rule in view.ingress.rules)
    if view.ingress.default_backend is not None:
        places += len(view.ingress.hosts) or 1
    if places < 2:
        return ""
    return (
        f"Envoy Gateway counts for each of the {places} paths by itself, and ingress-nginx for the Ingress as a whole: "
        f"a client that spreads its requests over them may send up to {places} times as many"
    )


def bandwidth(intent: Bandwidth, view: RouteView) -> Contribution | Note:
    """The speed of all answers of a route together, which is what was decided."""
    if not view.has(BACKEND_TRAFFIC_POLICY, _BANDWIDTH):
        release = view.since(BACKEND_TRAFFIC_POLICY, _BANDWIDTH)
        why = f"no route can limit how fast answers are sent before {release}"
        todo = f"upgrade to {release}, or write 'decide: {{limitRate: omit}}' to send answers at full speed"
        return refused(why, todo, Risk.TRAFFIC)
    amount = BandwidthAmount(value=f"{intent.kibibytes}Ki", unit="Second")
    return Contribution(traffic={"bandwidth_limit": BandwidthLimit(response=BandwidthDirection(limit=amount))})


_HEADER_ROOM = 60 << 10
"""Bytes of response headers that Envoy takes unless told otherwise (``max_response_headers_kb``):
https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/protocol.proto"""


def header_room(intent: HeaderRoom, view: RouteView) -> Contribution:
    """Up to Envoy's own limit nothing that passes today is turned away."""
    if intent.size <= _HEADER_ROOM:
        note = inert("it makes room for the headers of an answer, and Envoy has room for 60 KiB of them anyway")
    else:
        note = differs(f"an answer with more than 60 KiB of headers becomes an error; nginx takes {intent.size} bytes")
    return Contribution(notes=(("", note),))
