"""What Traefik is fed: the manifests, on the ports and with the Secrets of this machine."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gatelift.replay.feed.ingresses import IngressFeed, ingress_feed
from gatelift.replay.feed.routes import gateway_feed
from gatelift.replay.ground import Ground, ground
from gatelift.traffic.credentials import PASSWORD, USER, authorization
from gatelift.traffic.model import Manifest
from support.replays import objects

Json = Any
PORTS = {"HTTP": 20080, "HTTPS": 20443, "TLS": 20443}
OBJECTS = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: shared, namespace: infra}
spec:
  gatewayClassName: envoy
  addresses: [{value: 203.0.113.1}]
  infrastructure: {parametersRef: {group: x, kind: EnvoyProxy, name: y}}
  listeners:
    - {name: http, port: 80, protocol: HTTP}
    - {name: other, port: 8080, protocol: HTTP}
    - {name: https, port: 8443, protocol: HTTPS, hostname: a.example.com, tls: {certificateRefs: [{name: a}]}}
    - {name: higher, port: 9443, protocol: HTTPS, tls: {certificateRefs: [{name: b, namespace: certs}]}}
    - {name: tls, port: 443, protocol: TLS, tls: {mode: Passthrough}}
    - {name: tcp, port: 5432, protocol: TCP}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: shop}
spec:
  hostnames: [a.example.com, b.example.com]
  parentRefs:
    - {name: shared, namespace: infra, port: 80}
    - {name: shared, namespace: infra, port: 8443}
    - {name: shared, namespace: infra, sectionName: https}
    - {name: shared, namespace: infra, port: 7777}
  rules: [{backendRefs: [{name: web, port: 80}]}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: web, namespace: shop}
spec:
  targetRefs: [{group: "", kind: Service, name: web}]
  validation:
    hostname: web.shop.svc
    caCertificateRefs: [{group: "", kind: ConfigMap, name: ca}, {group: "", kind: Secret, name: ca-secret}]
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: {name: shop, namespace: shop}
spec: {}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: shop}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: web}, annotations: {traefik.io/service.nativelb: "true"}}
spec: {clusterIP: 10.1.2.3, ports: [{name: http, port: 80, targetPort: web, appProtocol: kubernetes.io/h2c}]}
---
apiVersion: v1
kind: Secret
metadata: {name: a, namespace: infra}
type: kubernetes.io/tls
data: {tls.crt: cmVhbA==, tls.key: dmVyeS1zZWNyZXQ=}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: shop
  annotations:
    kubernetes.io/ingress.class: nginx-internal
    nginx.ingress.kubernetes.io/auth-secret: other/users
    nginx.ingress.kubernetes.io/auth-tls-secret: clients
    nginx.ingress.kubernetes.io/backend-protocol: grpcs
    nginx.ingress.kubernetes.io/mirror-target: https://mirror.example.net
    nginx.ingress.kubernetes.io/proxy-body-size: 1m
spec:
  ingressClassName: nginx-internal
  tls: [{secretName: a, hosts: [a.example.com]}, {hosts: [b.example.com]}]
  rules:
    - host: a.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
"""


def fed(feed: Callable[[Sequence[Manifest], Ground], Sequence[Manifest]]) -> tuple[list[Json], Ground]:
    async def main() -> tuple[list[Json], Ground]:
        given = objects(OBJECTS)
        async with ground(given) as here:
            return list(feed(given, here)), here

    return asyncio.run(main())


def gateway() -> tuple[list[Json], Ground]:
    return fed(lambda given, here: gateway_feed(given, here, PORTS))


def ingress() -> tuple[list[Json], Ground]:
    return fed(lambda given, here: ingress_feed(given, here).objects)


def one(found: Sequence[Json], kind: str, name: str, namespace: str = "") -> Mapping[str, Json]:
    (item,) = [
        item
        for item in found
        if (item["kind"], item["metadata"]["name"]) == (kind, name)
        and namespace in ("", item["metadata"].get("namespace"))
    ]
    return item  # type: ignore[no-any-return]


def test_each_protocol_is_served_on_the_one_port_of_this_machine() -> None:
    """The well-known port where the Gateway has it, else the lowest; Traefik has no other entry point."""
    found, _ = gateway()
    listeners = one(found, "Gateway", "shared")["spec"]["listeners"]
    assert [(item["name"], item["port"]) for item in listeners] == [("http", 20080), ("https", 20443), ("tls", 20443)]


def test_references_to_ports_follow_and_others_stay() -> None:
    found, _ = gateway()
    refs = one(found, "HTTPRoute", "shop")["spec"]["parentRefs"]
    assert [ref.get("port") for ref in refs] == [20080, 20443, None, 7777]
    assert refs[2]["sectionName"] == "https"


def test_what_belongs_to_the_cluster_is_left_behind() -> None:
    found, _ = gateway()
    assert set(one(found, "Gateway", "shared")["spec"]) == {"gatewayClassName", "listeners"}
    assert one(found, "GatewayClass", "envoy")["spec"] == {"controllerName": "traefik.io/gateway-controller"}
    assert not [item for item in found if item["kind"] == "SecurityPolicy"]


def test_services_lead_to_the_echo_servers_and_nowhere_else() -> None:
    for found, here in (gateway(), ingress()):
        service = one(found, "Service", "web")
        assert service["metadata"] == {"name": "web", "namespace": "shop", "labels": {"app": "web"}}
        assert service["spec"]["clusterIP"] == "127.0.0.1"
        assert service["spec"]["ports"] == [{"name": "http", "port": 80, "protocol": "TCP"}]
        endpoints = one(found, "EndpointSlice", "web")
        assert endpoints["endpoints"][0]["addresses"] == ["127.0.0.1"]
        assert endpoints["ports"] == [{"name": "http", "port": here.echo["shop/web:80"].port, "protocol": "TCP"}]


def test_namespaces_keep_the_labels_that_listeners_select_by() -> None:
    found, _ = gateway()
    assert one(found, "Namespace", "shop")["metadata"]["labels"] == {
        "team": "shop",
        "kubernetes.io/metadata.name": "shop",
    }
    assert one(found, "Namespace", "infra")


def test_no_value_of_a_real_secret_is_used() -> None:
    for found, here in (gateway(), ingress()):
        secrets = [item for item in found if item["kind"] == "Secret"]
        assert secrets
        for secret in secrets:
            values = {key: base64.b64decode(value) for key, value in secret["data"].items()}
            assert values["tls.key"] == here.certificates.authority.key
            assert b"very-secret" not in b"".join(values.values())
            assert values["ca.crt"] == here.certificates.authority.certificate


def test_every_certificate_that_is_named_is_there() -> None:
    found, _ = gateway()
    places = {(item["metadata"]["namespace"], item["metadata"]["name"]) for item in found if item["kind"] == "Secret"}
    assert places == {("infra", "a"), ("certs", "b"), ("shop", "ca-secret"), ("gatelift-replay", "probe")}
    assert one(found, "ConfigMap", "ca", "shop")["data"]["ca.crt"].startswith("-----BEGIN CERTIFICATE-----")
    found, _ = ingress()
    places = {(item["metadata"]["namespace"], item["metadata"]["name"]) for item in found if item["kind"] == "Secret"}
    assert places == {("shop", "a"), ("other", "users"), ("shop", "clients")}


def test_an_ingress_keeps_its_annotations_but_those_that_lead_elsewhere() -> None:
    found, _ = ingress()
    item = one(found, "Ingress", "shop")
    prefix = "nginx.ingress.kubernetes.io/"
    assert item["metadata"]["annotations"] == {
        f"{prefix}auth-secret": "other/users",
        f"{prefix}auth-tls-secret": "clients",
        f"{prefix}backend-protocol": "HTTPS",
        f"{prefix}proxy-body-size": "1m",
    }
    assert (
        item["spec"]["ingressClassName"]
        == one(found, "IngressClass", item["spec"]["ingressClassName"])["metadata"]["name"]
    )


def test_the_input_is_not_changed() -> None:
    given = objects(OBJECTS)

    async def main() -> IngressFeed:
        async with ground(given) as here:
            gateway_feed(given, here, PORTS)
            return ingress_feed(given, here)

    assert asyncio.run(main()).not_replayed == ()
    assert given == objects(OBJECTS)


def test_a_service_that_authorises_elsewhere_is_not_replayed() -> None:
    text = OBJECTS.replace(
        "nginx.ingress.kubernetes.io/proxy-body-size: 1m", "nginx.ingress.kubernetes.io/auth-url: http://x"
    )

    async def main() -> IngressFeed:
        async with ground(objects(text)) as here:
            return ingress_feed(objects(text), here)

    feed = asyncio.run(main())
    annotations = one(feed.objects, "Ingress", "shop")["metadata"]["annotations"]
    assert annotations["nginx.ingress.kubernetes.io/auth-url"] == "http://127.0.0.1:1/"
    assert {(entry.hosts, entry.paths) for entry in feed.not_replayed} == {(("a.example.com",), ("/",))}


def test_objects_of_any_shape_are_fed_or_left_out() -> None:
    odd: list[Manifest] = [
        {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "Gateway",
            "metadata": {"name": "g"},
            "spec": {"listeners": 3},
        },
        {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": None, "spec": None},
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"annotations": "none"},
            "spec": {"tls": "a"},
        },
        {"kind": "Ingress"},
        {},
    ]

    async def main() -> int:
        async with ground(odd) as here:
            return len(gateway_feed(odd, here, PORTS)) + len(ingress_feed(odd, here).objects)

    assert asyncio.run(main()) > 0


def test_the_one_user_can_log_in() -> None:
    scheme, _, told = authorization().partition(" ")
    assert scheme == "Basic"
    assert base64.b64decode(told).decode() == f"{USER}:{PASSWORD}"
