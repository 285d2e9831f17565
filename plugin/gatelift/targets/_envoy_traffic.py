"""Envoy Gateway's BackendTrafficPolicy: timeouts, retries, buffers, affinity.

https://gateway.envoyproxy.io/docs/api/extension_types/#backendtrafficpolicyspec
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gatelift.config.gateway import GatewayRef
from gatelift.config.target import TargetSpec
from gatelift.intent.base import Risk, known
from gatelift.intent.outcome import Disposition, Note, differs, refused
from gatelift.intent.traffic import Affinity, BodyLimit, ClientAddress, Retries, Timeouts
from gatelift.manifests.availability import has
from gatelift.manifests.backend_traffic import (
    HTTPTimeout,
    RequestBuffer,
    Retry,
    RetryOn,
    RetryTrigger,
    TCPTimeout,
    Timeout,
)
from gatelift.manifests.client_traffic import (
    ClientIPDetection,
    ClientTrafficPolicy,
    ClientTrafficPolicySpec,
    CustomHeaderDetection,
    ProxyProtocol,
    XForwardedFor,
)
from gatelift.manifests.durations import duration
from gatelift.manifests.load_balancing import TABLE_SIZE, ConsistentHash, Cookie, CookieHash
from gatelift.manifests.model import Manifest, ObjectMeta
from gatelift.manifests.references import target_of
from gatelift.manifests.shape import BACKEND_TRAFFIC_POLICY, CLIENT_TRAFFIC_POLICY, GATEWAY
from gatelift.targets.base import Contribution, RouteView

_LONGEST = 99_999 * 3600


def timeouts(intent: Timeouts, view: RouteView) -> Contribution | Note:
    """Connect and idle timeouts; the longer of read and send, because Envoy counts both directions together (T28)."""
    given = [value for value in (intent.connect, intent.read, intent.send) if isinstance(value, int)]
    if any(value > _LONGEST for value in given):
        return refused("the timeout is longer than Gateway API can say", "write less than 99999 hours", Risk.TRAFFIC)
    parts: dict[str, object] = {}
    notes: list[tuple[str, Note]] = []
    if isinstance(intent.connect, int):
        parts["tcp"] = TCPTimeout(connect_timeout=duration(intent.connect * 1000))
    idle = [value for value in (intent.read, intent.send) if isinstance(value, int)]
    if idle and not view.has(BACKEND_TRAFFIC_POLICY, _IDLE):
        note = _no_idle_timeout(max(idle), view)
        if note.disposition is Disposition.REFUSED:
            return note
        notes += [(field, note) for field in ("read", "send") if known(getattr(intent, field))]
    elif idle:
        parts["http"] = HTTPTimeout(stream_idle_timeout=duration(max(idle) * 1000))
        note = differs(f"Envoy counts silence in both directions together, {max(idle)} seconds of it")
        notes += [(field, note) for field in ("read", "send") if known(getattr(intent, field))]
    traffic = {"timeout": Timeout(**parts)} if parts else {}  # type: ignore[arg-type]  # two fields of two types
    return Contribution(traffic=traffic, notes=tuple(notes))


_IDLE = "spec/timeout/http/streamIdleTimeout"
_ENVOYS_IDLE = 300
"""Seconds of silence after which Envoy ends a request unless told otherwise:
https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts#stream-timeouts"""


def _no_idle_timeout(seconds: int, view: RouteView) -> Note:
    """An older release has one idle timeout for all routes of a Gateway, which is not this Ingress's to change."""
    release = view.since(BACKEND_TRAFFIC_POLICY, _IDLE)
    if seconds <= _ENVOYS_IDLE:
        return differs(f"silence ends a request after five minutes: a route has no idle timeout before {release}")
    todo = f"upgrade to {release}"
    if view.has(CLIENT_TRAFFIC_POLICY, _IDLE):
        todo += (
            f", or give the Gateway a ClientTrafficPolicy with timeout.http.streamIdleTimeout: "
            f"{duration(seconds * 1000)} and accept this under accept:"
        )
    why = (
        f"requests that are silent for more than five minutes would be cut: no route can say otherwise before {release}"
    )
    return refused(why, todo, Risk.TRAFFIC)


TRIGGERS: dict[str, tuple[RetryTrigger, ...]] = {
    "error": ("connect-failure", "refused-stream", "reset-before-request"),
    "timeout": ("connect-failure",),
}
DEFAULT_CONDITIONS = ("error", "timeout")
DEFAULT_TRIES = 3


def retries(intent: Retries, view: RouteView) -> Contribution | Note:
    """Only retries that cannot repeat a request that was acted on: Envoy does not look at the method (T29)."""
    conditions = intent.conditions if isinstance(intent.conditions, tuple) else DEFAULT_CONDITIONS
    if "off" in conditions:
        return Contribution()
    if isinstance(intent.budget, int) and intent.budget > 0:
        return refused("it limits all tries together, and Envoy only limits each try", _ACCEPT, Risk.TRAFFIC)
    tries = intent.tries if isinstance(intent.tries, int) else DEFAULT_TRIES
    if tries == 0:
        return refused("Envoy has no unlimited number of tries", "write a number of tries", Risk.TRAFFIC)
    unsafe = [item for item in conditions if item not in TRIGGERS and item != "non_idempotent"]
    if unsafe:
        why = f"on {unsafe[0]} Envoy would also repeat POST requests that the backend has acted on (T29)"
        return refused(why, "leave error and timeout only, or accept the loss under accept:", Risk.TRAFFIC)
    wanted = dict.fromkeys(trigger for item in conditions for trigger in TRIGGERS.get(item, ()))
    triggers = tuple(
        item for item in wanted if view.has(BACKEND_TRAFFIC_POLICY, f"spec/retry/retryOn/triggers/*={item}")
    )
    if tries == 1 or not triggers:
        return Contribution()
    retry = Retry(num_retries=tries - 1, retry_on=RetryOn(triggers=triggers))
    why = "another endpoint is tried only while the request cannot have reached the first one, whatever the method"
    return Contribution(traffic={"retry": retry}, notes=(("", differs(why)),))


_ACCEPT = "leave it out, or accept the loss under accept:"
_UNITS = (("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10))


def quantity(size: int) -> str:
    """Bytes as a Kubernetes quantity: nginx's ``8m`` is ``8Mi`` (T30)."""
    return next((f"{size // unit}{name}" for name, unit in _UNITS if size % unit == 0), str(size))


_LARGEST_BUFFER = (1 << 32) - 1
"""Envoy's own field is 32 bits wide:
https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/buffer/v3/buffer.proto"""


def body_limit(intent: BodyLimit, view: RouteView) -> Contribution | Note:
    """Envoy limits a body only by buffering all of it."""
    if not view.has(BACKEND_TRAFFIC_POLICY, "spec/requestBuffer"):
        why = f"request bodies can be limited since {view.since(BACKEND_TRAFFIC_POLICY, 'spec/requestBuffer')}"
        return refused(why, "upgrade, or write 'decide: {proxyBodySize: omit}'", Risk.TRAFFIC)
    if intent.limit > _LARGEST_BUFFER:
        return refused("Envoy buffers at most 4 GiB", "write 'decide: {proxyBodySize: omit}'", Risk.TRAFFIC)
    buffer = RequestBuffer(limit=quantity(intent.limit))
    return Contribution(traffic={"request_buffer": buffer})


def affinity(intent: Affinity, view: RouteView) -> Contribution:
    """A cookie that Envoy hashes to an endpoint."""
    age = next((value for value in (intent.max_age, intent.expires) if isinstance(value, int)), 0)
    if intent.enabled is not True:
        return Contribution()
    name = intent.name if isinstance(intent.name, str) else "INGRESSCOOKIE"
    cookie = Cookie(name=name, ttl=duration(age * 1000), attributes=_cookie_attributes(intent, view))
    balancer = ConsistentHash(consistent_hash=CookieHash(cookie=cookie, table_size=TABLE_SIZE))
    notes = tuple(("enabled", differs(why)) for why in _cookie_differences(intent, view))
    return Contribution(traffic={"load_balancer": balancer}, notes=notes)


def _cookie_attributes(intent: Affinity, view: RouteView) -> dict[str, str]:
    """nginx marks the cookie Secure on every HTTPS request; Envoy's attributes are the same for all requests."""
    path = intent.path if isinstance(intent.path, str) else (view.paths[0] if len(view.paths) == 1 else "/")
    attributes = {"Path": path, "HttpOnly": ""}
    for name, value in (("Domain", intent.domain), ("SameSite", intent.same_site)):
        if isinstance(value, str):
            attributes[name] = value
    if intent.secure is True or (not known(intent.secure) and view.https_only):
        attributes["Secure"] = ""
    return attributes


def _cookie_differences(intent: Affinity, view: RouteView) -> Iterator[str]:
    yield (
        "Envoy hashes the cookie to an endpoint: every session gets a new endpoint once, and some when endpoints change"
    )
    if not known(intent.path) and len(view.paths) > 1:
        yield "one cookie under / serves all paths of the Ingress, where nginx sets one under the path of each location"
    if not known(intent.secure) and not view.https_only:
        dropped = ", and browsers drop a cookie with SameSite=None then" if intent.same_site == "None" else ""
        yield (
            "the cookie goes without Secure, which nginx adds over HTTPS, because the route also serves plain HTTP"
            + dropped
        )


EVERY_CLIENT = ("0.0.0.0/0", "::/0")


def client(intent: ClientAddress, gateway: GatewayRef, spec: TargetSpec) -> tuple[Manifest, ...] | Note:
    """The ClientTrafficPolicy of the Gateway as a whole: trust is not a matter of one route."""
    parts = gateway_parts(intent, spec)
    if isinstance(parts, Note):
        return parts
    target = target_of(GATEWAY, gateway.name)
    meta = ObjectMeta(name=f"{gateway.name}-client-address"[:63].rstrip("-."), namespace=gateway.namespace)
    return (ClientTrafficPolicy(metadata=meta, spec=ClientTrafficPolicySpec(target_refs=(target,), **parts)),)


def gateway_parts(intent: ClientAddress, spec: TargetSpec) -> dict[str, Any] | Note:
    """The fields of that policy. One on a single listener replaces it there, and must say them again."""
    parts: dict[str, Any] = {}
    if intent.header and not intent.trusts_everybody:
        return refused(
            f"Envoy Gateway believes the header {intent.header} from everybody, where nginx believes it from "
            f"{', '.join(intent.trusted)} alone: a client could choose its own address",
            "let the proxies in front write X-Forwarded-For, or let nobody else reach the Gateway and set "
            "clientIPDetection.customHeader of a ClientTrafficPolicy by hand",
            Risk.SECURITY,
        )
    if intent.header:
        header = CustomHeaderDetection(name=intent.header, fail_closed=False)
        parts["client_ip_detection"] = ClientIPDetection(custom_header=header)
    elif intent.trusted:
        parts["client_ip_detection"] = ClientIPDetection(x_forwarded_for=XForwardedFor(trusted_cidrs=intent.trusted))
    if intent.proxy_protocol and has(CLIENT_TRAFFIC_POLICY, "spec/proxyProtocol", spec):
        parts["proxy_protocol"] = ProxyProtocol(optional=False)
    elif intent.proxy_protocol:
        parts["enable_proxy_protocol"] = True
    return parts
