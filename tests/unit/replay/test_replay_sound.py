"""Objects of any shape: a replay names what no API server takes, at once, and otherwise makes do with what is there."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import pytest

from gatelift.findings import InputError
from gatelift.replay.answers.precedence import Precedence
from gatelift.replay.api.store import Store
from gatelift.replay.backends import backends, completed
from gatelift.replay.before import readable
from gatelift.replay.feed.ingresses import ingress_feed
from gatelift.replay.feed.routes import gateway_feed
from gatelift.replay.ground import Ground
from gatelift.replay.nginx.judge import judged
from gatelift.replay.project.whole import projected
from gatelift.replay.requests.derive import derive, informed
from gatelift.replay.side import Address
from gatelift.replay.sound import well_formed
from gatelift.traffic.answers.watched import watched
from gatelift.traffic.places.ingresses import canary_places, certified, ingress_places
from gatelift.traffic.places.routes import route_places
from support.judging import Manifest, ingress, prefix
from support.replaying import replayed, route, to
from support.spoiling import spoilt

WWW = "www.example.com"
GATEWAY_API = "gateway.networking.k8s.io/v1"
_FILTERS = [
    {"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "a", "value": "b"}], "remove": ["c"]}},
    {
        "type": "ExtensionRef",
        "extensionRef": {"group": "gateway.envoyproxy.io", "kind": "HTTPRouteFilter", "name": "f"},
    },
    {"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "web", "port": 80}}},
    {"type": "CORS", "cors": {"allowOrigins": ["https://a.example"], "allowMethods": ["GET"]}},
]


def _object(kind: str, name: str, spec: Any, version: str = GATEWAY_API, **metadata: Any) -> Manifest:
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name, "namespace": "shop", **metadata},
        "spec": spec,
    }


def _route() -> Manifest:
    one = [{"name": "X-A", "value": "1"}]
    match: dict[str, Any] = {"headers": one, "queryParams": one, "method": "GET"}
    return route("web", WWW, [{**to("/", "web", **match), "filters": _FILTERS}])


_LISTENER = {
    "name": "https", "port": 443, "protocol": "HTTPS", "hostname": WWW,
    "tls": {"mode": "Terminate", "certificateRefs": [{"name": "tls", "namespace": "certs"}]},
    "allowedRoutes": {"namespaces": {"from": "Selector", "selector": {"matchLabels": {"a": "b"}}}},
}  # fmt: skip
KINDS: dict[str, Manifest] = {
    "HTTPRoute": _route(),
    "Gateway": _object("Gateway", "shared", {"gatewayClassName": "eg", "listeners": [_LISTENER]}, labels={"a": "b"}),
    "ListenerSet": _object("ListenerSet", "own", {"parentRef": {"name": "shared"}, "listeners": [_LISTENER]}),
    "ReferenceGrant": _object(
        "ReferenceGrant", "grant",
        {"from": [{"group": "g", "kind": "HTTPRoute", "namespace": "shop"}], "to": [{"group": "", "kind": "Service"}]},
        "gateway.networking.k8s.io/v1beta1",
    ),
    "Service": _object(
        "Service", "web", {"type": "ClusterIP", "ports": [{"name": "http", "port": 80, "appProtocol": "a"}]}, "v1",
        labels={"a": "b"},
    ),
    "EndpointSlice": _object("EndpointSlice", "web", {}, "discovery.k8s.io/v1", labels={"a": "b"}),
    "Namespace": _object("Namespace", "shop", {}, "v1", labels={"a": "b"}),
    "ConfigMap": _object("ConfigMap", "headers", {}, "v1") | {"data": {"X-A": "b"}},
    "HTTPRouteFilter": _object(
        "HTTPRouteFilter", "f", {"urlRewrite": {"path": {"type": "ReplaceFullPath"}}}, "gateway.envoyproxy.io/v1alpha1"
    ),
    "SecurityPolicy": _object(
        "SecurityPolicy", "p",
        {"targetRefs": [{"kind": "HTTPRoute", "name": "web"}], "authorization": {"defaultAction": "Deny"}},
        "gateway.envoyproxy.io/v1alpha1",
    ),
    "Ingress": ingress(
        "web", prefix(WWW, service="web"), tls=[{"hosts": [WWW], "secretName": "tls"}], default="rest",
        canary="true", canary_by_header="X-A", enable_cors="true", whitelist_source_range="10.0.0.0/8",
        custom_headers="shop/headers",
    ),
}  # fmt: skip


class _Pem:
    certificate = key = b""


class _Certificates:
    authority = _Pem()

    def of(self, hosts: Sequence[str]) -> _Pem:
        return _Pem()


def _through(objects: Sequence[Manifest]) -> None:
    """Everything between the manifests and the proxies."""
    before, _ = readable(objects)
    made = projected(before)
    services = completed([*before, *made.objects])
    echo = {str(item): Address("127.0.0.1", 1) for item in backends(services)}
    ground: Any = Ground(session=None, services=services, echo=echo, certificates=_Certificates())  # type: ignore[arg-type]
    Store(gateway_feed(made.objects, ground, {"HTTP": 1, "HTTPS": 2, "TLS": 2}))
    Store(ingress_feed(before, ground).objects)
    judged(before, {})
    places = ingress_places(before)
    after = route_places(made.objects, made.listening)
    requests = derive((*places, *informed(after, places)), 50, 1).requests
    order = Precedence.of(made.objects, made.listening)
    assert isinstance([order.deviates(item) for item in requests], list)
    watched(before, before)
    canary_places(before)
    certified(before)


@pytest.mark.parametrize("kind", KINDS)
def test_no_shape_breaks_a_replay(kind: str) -> None:
    rest = [item for name, item in KINDS.items() if name != kind]
    told = fine = 0
    for made in spoilt(KINDS[kind]):
        try:
            well_formed([made, *rest])
        except InputError:
            told += 1
            continue
        fine += 1
        _through([made, *rest])

    assert fine
    assert bool(told) is (made["apiVersion"].startswith("gateway.networking"))


@pytest.mark.parametrize(
    ("at", "value", "sentence"),
    [
        (("spec", "rules"), "x", "/spec/rules: is a text where a list belongs"),
        (("spec", "hostnames"), {}, "/spec/hostnames: is a mapping where a list belongs"),
        (("spec", "rules", 0, "backendRefs"), 7, "/spec/rules/0/backendRefs: is a number where a list belongs"),
        (("spec", "rules", 0, "backendRefs", 0, "port"), "80", "port: is a text where a number belongs"),
        (
            ("spec", "rules", 0, "backendRefs", 0, "weight"),
            1 << 40,
            "weight: is a number that does not fit where a number",
        ),
        (("spec", "rules", 0, "filters", 0), None, ""),
        (("spec", "rules", 0, "somethingNew"), 7, ""),
    ],
)
def test_what_is_malformed_is_named(at: Sequence[Any], value: Any, sentence: str) -> None:
    made = _route()
    holder: Any = made
    for token in at[:-1]:
        holder = holder[token]
    holder[at[-1]] = value
    if not sentence:
        well_formed([made])
        return
    with pytest.raises(InputError) as caught:
        well_formed([made])

    assert sentence in caught.value.finding.message
    assert "an API server refuses it" in caught.value.finding.message
    assert caught.value.finding.object == "HTTPRoute shop/web"


def test_a_replay_of_a_malformed_route_ends_at_once() -> None:
    made = _route()
    made["spec"]["rules"][0]["backendRefs"] = 7
    start = time.monotonic()
    with pytest.raises(InputError, match="HTTPRoute shop/web is malformed"):
        replayed([ingress("web", prefix(WWW))], [made])

    assert time.monotonic() - start < 5


def test_what_is_no_metadata_never_reaches_a_proxy() -> None:
    made = _object("Service", "web", {"ports": []}, "v1", labels={"a": 1, "b": "c"}, creationTimestamp="soon",
                   ownerReferences=7, annotations=[])  # fmt: skip
    (kept,) = Store([made])._objects.values()

    assert kept["metadata"].keys() == {"name", "namespace", "labels", "creationTimestamp", "generation", "uid",
                                       "resourceVersion"}  # fmt: skip
    assert kept["metadata"]["labels"] == {"b": "c"}
    assert kept["metadata"]["creationTimestamp"] == "2024-01-01T00:00:00Z"
