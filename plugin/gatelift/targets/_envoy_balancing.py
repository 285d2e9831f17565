"""Which endpoint of a Service gets a request, on Envoy Gateway: ``loadBalancer`` and ``routingType``.

Only one intent of an Ingress may fill ``loadBalancer``; the units see to that, as ingress-nginx obeys only one.
https://gateway.envoyproxy.io/docs/api/extension_types/#loadbalancer
"""

from __future__ import annotations

from gatelift.intent.balancing import Balancing, HashBy, KeyKind, ServiceAddress, Turn
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Note, differs, refused
from gatelift.manifests.load_balancing import (
    TABLE_SIZE,
    ConsistentHash,
    Cookie,
    CookieHash,
    Hash,
    HeaderHash,
    HeadersHash,
    LeastRequest,
    LoadBalancer,
    NamedHeader,
    NamedQueryParam,
    QueryParamsHash,
    RoundRobin,
    SourceIPHash,
)
from gatelift.manifests.shape import BACKEND_TRAFFIC_POLICY
from gatelift.targets.base import Contribution, RouteView

_HASH = "spec/loadBalancer/consistentHash"
_QUERY = f"{_HASH}/queryParams"
_HEADERS = f"{_HASH}/headers"
_ROUTING_TYPE = "spec/routingType"

BUSY = "Envoy takes the less busy of two endpoints, by requests under way; ewma goes by how fast they answered of late"


def balancing(intent: Balancing, view: RouteView) -> Contribution:
    """``round_robin`` has its like, ``ewma`` only a neighbour."""
    chosen: LoadBalancer = RoundRobin() if intent.turn is Turn.ROUND_ROBIN else LeastRequest()
    notes = () if intent.turn is Turn.ROUND_ROBIN else (("turn", differs(BUSY)),)
    return Contribution(traffic={"load_balancer": chosen}, notes=notes)


def hash_by(intent: HashBy, view: RouteView) -> Contribution | Note:
    """A consistent hash. Envoy makes no cookie of its own where the request has none: nginx does not either."""
    if intent.kind is KeyKind.QUERY and not view.has(BACKEND_TRAFFIC_POLICY, _QUERY):
        release = view.since(BACKEND_TRAFFIC_POLICY, _QUERY)
        why = f"Envoy Gateway cannot hash a query parameter before {release}"
        return refused(why, f"upgrade to {release}, or hash by a header, a cookie or $remote_addr", Risk.TRAFFIC)
    return Contribution(traffic={"load_balancer": ConsistentHash(consistent_hash=_hash(intent, view))})


def _hash(intent: HashBy, view: RouteView) -> Hash:
    match intent.kind:
        case KeyKind.ADDRESS:
            return SourceIPHash(table_size=TABLE_SIZE)
        case KeyKind.QUERY:
            return QueryParamsHash(query_params=(NamedQueryParam(name=intent.name),), table_size=TABLE_SIZE)
        case KeyKind.COOKIE:
            return CookieHash(cookie=Cookie(name=intent.name), table_size=TABLE_SIZE)
    header = NamedHeader(name=intent.name)
    if view.has(BACKEND_TRAFFIC_POLICY, _HEADERS):
        return HeadersHash(headers=(header,), table_size=TABLE_SIZE)
    return HeaderHash(header=header, table_size=TABLE_SIZE)


def service_address(intent: ServiceAddress, view: RouteView) -> Contribution | Note:
    """The Service's own address instead of its endpoints'."""
    if not view.has(BACKEND_TRAFFIC_POLICY, _ROUTING_TYPE):
        release = view.since(BACKEND_TRAFFIC_POLICY, _ROUTING_TYPE)
        why = f"before {release} one route cannot ask for the Service's own address: requests go to its endpoints"
        todo = (
            f"upgrade to {release}; or write routingType: Service into the EnvoyProxy, which holds for all of its "
            "routes, and accept this under accept:"
        )
        return refused(why, todo, Risk.TRAFFIC)
    return Contribution(traffic={"routing_type": "Service"})
