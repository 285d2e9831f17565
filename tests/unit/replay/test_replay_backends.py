"""Every Service that somebody sends requests to has a port, a number and an echo server."""

from __future__ import annotations

import asyncio
import resource
from typing import Any

from gatelift.replay.backends import Backend, backends, completed
from gatelift.replay.ground import ground
from support.replays import objects

INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop, annotations: {nginx.ingress.kubernetes.io/default-backend: errors}}
spec:
  defaultBackend: {service: {name: fallback, port: {number: 8080}}}
  rules:
    - http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
          - {path: /a, pathType: Prefix, backend: {service: {name: web, port: {number: 81}}}}
          - {path: /b, pathType: Prefix, backend: {resource: {kind: StorageBucket, name: files}}}
"""
ROUTE = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: shop}
spec:
  rules:
    - backendRefs:
        - {name: web, port: 80}
        - {name: other, namespace: elsewhere, port: 80}
        - {group: gateway.envoyproxy.io, kind: Backend, name: outside}
      filters: [{type: RequestMirror, requestMirror: {backendRef: {name: shadow, port: 90}}}]
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {type: ExternalName, externalName: web.example.net, ports: [{name: http, port: 80, targetPort: 3000}]}
"""


def names(*texts: str) -> list[str]:
    given: list[dict[str, Any]] = [item for text in texts for item in objects(text)]
    return [str(backend) for backend in backends(completed(given))]


def test_services_that_are_only_named_are_made_up() -> None:
    assert names(INGRESS) == [
        "shop/errors:80",
        "shop/fallback:8080",
        "shop/web:81",
        "shop/web:60000",
    ]
    assert names(ROUTE) == ["elsewhere/other:80", "shop/shadow:90", "shop/web:80"]


def test_a_named_port_has_the_number_that_the_service_gives_it() -> None:
    assert "shop/web:80" in names(INGRESS, SERVICE)
    assert "shop/web:60000" not in names(INGRESS, SERVICE)


def test_both_sides_share_their_backends() -> None:
    assert names(INGRESS, ROUTE, SERVICE).count("shop/web:80") == 1


def test_an_external_name_is_asked_for_nothing() -> None:
    (service,) = [item for item in completed(objects(SERVICE)) if item["metadata"]["name"] == "web"]  # type: ignore[index]
    assert "externalName" not in str(service)
    assert service["metadata"]["labels"] == {"app": "web"}  # type: ignore[index]


def test_what_is_no_service_or_has_the_wrong_shape_adds_none() -> None:
    assert names("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}") == []
    assert names("{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a}, spec: {rules: many}}") == []
    assert names(
        "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: '80'}, 1, {port: 82}]}}"
    ) == [str(Backend("default", "a", 82))]


def test_of_two_services_with_one_name_the_first_counts() -> None:
    other = SERVICE.replace("port: 80", "port: 99")
    assert names(SERVICE, other) == ["shop/web:80"]


def test_more_backends_than_a_process_may_usually_hold_open() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    many = [
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": f"s{number}"}, "spec": {"ports": [{"port": 80}]}}
        for number in range(300)
    ]

    async def main() -> int:
        async with ground(many) as here:
            return len({address.port for address in here.echo.values()})

    resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
    try:
        assert asyncio.run(main()) == 301
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
