"""The stand-in for the Kubernetes API, asked as a controller asks it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import pytest

from gatelift.replay.api.kinds import KINDS
from gatelift.replay.api.server import Api, api
from gatelift.replay.wire import http1
from support.replays import objects

Json = Any
T = TypeVar("T")
ROUTES = "/apis/gateway.networking.k8s.io/v1/httproutes"
OBJECTS = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: shared, namespace: infra}
spec:
  gatewayClassName: envoy
  listeners: [{name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: wildcard}]}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: shop, resourceVersion: "99", uid: theirs}
spec: {parentRefs: [{name: shared}], rules: [{backendRefs: [{name: web, port: 80}]}]}
status: {parents: [{controllerName: somebody-else}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: blog, namespace: blog}
spec: {parentRefs: [{name: shared}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: no-namespace}
spec: {}
"""


def asking(ask: Callable[[Api], Awaitable[T]]) -> T:
    async def main() -> T:
        async with api(objects(OBJECTS)) as stand_in:
            return await ask(stand_in)

    return asyncio.run(main())


async def request(stand_in: Api, target: str, method: str = "GET", content: Json = None) -> tuple[int, Json]:
    reader, writer = await asyncio.open_connection(stand_in.address.host, stand_in.address.port)
    body = b"" if content is None else json.dumps(content).encode()
    headers = [("Host", "api"), ("Content-Length", str(len(body))), ("Authorization", "Bearer none")]
    writer.write(http1.message(f"{method} {target} HTTP/1.1", headers, body))
    head = await http1.head(reader)
    assert head is not None
    answer = await http1.body(reader, head)
    writer.close()
    return int(head.first.split()[1]), json.loads(answer)


def get(target: str) -> tuple[int, Json]:
    return asking(lambda stand_in: request(stand_in, target))


async def events(stand_in: Api, target: str, seconds: float = 0.2) -> list[Mapping[str, Json]]:
    """What a watch tells within that time."""
    reader, writer = await asyncio.open_connection(stand_in.address.host, stand_in.address.port)
    writer.write(http1.message(f"GET {target} HTTP/1.1", [("Host", "api")]))
    head = await http1.head(reader)
    assert head is not None
    assert head.get("transfer-encoding") == "chunked"
    found = []
    try:
        async with asyncio.timeout(seconds):
            while size := int(await reader.readline(), 16):
                found.append(json.loads(await reader.readexactly(size)))
                await reader.readline()
    except TimeoutError:
        pass
    writer.close()
    return found


def test_a_list_has_the_objects_of_one_kind() -> None:
    status, listed = get(ROUTES)
    assert status == 200
    assert listed["kind"] == "HTTPRouteList"
    assert [item["metadata"]["name"] for item in listed["items"]] == ["shop", "blog"]
    assert listed["metadata"]["resourceVersion"]


def test_a_list_may_be_of_one_namespace() -> None:
    _, listed = get("/apis/gateway.networking.k8s.io/v1/namespaces/blog/httproutes")
    assert [item["metadata"]["name"] for item in listed["items"]] == ["blog"]


def test_objects_are_stored_with_the_defaults_of_the_api_server() -> None:
    _, route = get("/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/shop")
    assert route["spec"]["rules"][0]["matches"] == [{"path": {"type": "PathPrefix", "value": "/"}}]
    assert route["spec"]["rules"][0]["backendRefs"][0] == {
        "group": "",
        "kind": "Service",
        "name": "web",
        "port": 80,
        "weight": 1,
    }
    _, gateway = get("/apis/gateway.networking.k8s.io/v1/namespaces/infra/gateways/shared")
    listener = gateway["spec"]["listeners"][0]
    assert listener["tls"]["mode"] == "Terminate"
    assert listener["tls"]["certificateRefs"][0]["kind"] == "Secret"
    assert listener["allowedRoutes"]["namespaces"] == {"from": "Same"}


def test_metadata_is_the_stand_ins_own_and_status_is_none_yet() -> None:
    _, route = get("/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/shop")
    assert route["metadata"]["uid"] != "theirs"
    assert route["metadata"]["resourceVersion"] != "99"
    assert "status" not in route
    _, ingresses = get("/apis/networking.k8s.io/v1/ingresses")
    assert ingresses["items"][0]["metadata"]["namespace"] == "default"
    _, namespaces = get("/api/v1/namespaces")
    assert "namespace" not in namespaces["items"][0]["metadata"]


def test_a_watch_with_initial_events_ends_them_with_a_bookmark() -> None:
    found = asking(lambda stand_in: events(stand_in, f"{ROUTES}?watch=true&sendInitialEvents=true&timeoutSeconds=300"))
    assert [event["type"] for event in found] == ["ADDED", "ADDED", "BOOKMARK"]
    assert found[0]["object"]["kind"] == "HTTPRoute"
    bookmark = found[-1]["object"]
    assert bookmark["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}
    assert (bookmark["kind"], bookmark["apiVersion"]) == ("HTTPRoute", "gateway.networking.k8s.io/v1")
    assert bookmark["metadata"]["resourceVersion"]


def test_a_watch_after_a_list_is_silent() -> None:
    assert asking(lambda stand_in: events(stand_in, f"{ROUTES}?watch=true&resourceVersion=3")) == []


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_status_is_taken_and_remembered(method: str) -> None:
    path = "/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/shop"
    parents = {"parents": [{"controllerName": "traefik.io/gateway-controller"}]}

    async def ask(stand_in: Api) -> tuple[Json, Json, Mapping[tuple[str, str], Json]]:
        _, first = await request(stand_in, path)
        written = {**first, "status": parents, "spec": {"changed": True}}
        status, _ = await request(stand_in, f"{path}/status", method, written)
        assert status == 200
        _, second = await request(stand_in, path)
        return first, second, stand_in.store.statuses("HTTPRoute")

    first, second, statuses = asking(ask)
    assert second["status"] == parents
    assert second["spec"] == first["spec"]
    assert second["metadata"]["resourceVersion"] != first["metadata"]["resourceVersion"]
    assert statuses == {("shop", "shop"): parents}


def test_what_it_does_not_have_is_not_found() -> None:
    async def ask(stand_in: Api) -> list[tuple[int, Json]]:
        targets = [
            "/apis/traefik.io/v1alpha1/middlewares",
            "/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/none",
            "/apis/gateway.networking.k8s.io/v1/httproutesx",
            "/openapi/v3",
        ]
        return [await request(stand_in, target) for target in targets]

    answers = asking(ask)
    assert [status for status, _ in answers] == [404] * 4
    assert all(answer["kind"] == "Status" and answer["reason"] == "NotFound" for _, answer in answers)


def test_a_status_of_nothing_is_not_found_and_events_are_taken() -> None:
    async def ask(stand_in: Api) -> list[int]:
        path = "/apis/gateway.networking.k8s.io/v1/namespaces/shop"
        missing, _ = await request(stand_in, f"{path}/httproutes/none/status", "PUT", {"status": {}})
        event, _ = await request(stand_in, "/api/v1/namespaces/shop/events", "POST", {"kind": "Event"})
        deleted, _ = await request(stand_in, f"{path}/httproutes/shop", "DELETE")
        return [missing, event, deleted]

    assert asking(ask) == [404, 201, 405]


def test_discovery_names_every_kind() -> None:
    async def ask(stand_in: Api) -> set[tuple[str, str]]:
        _, groups = await request(stand_in, "/apis")
        versions = [each["groupVersion"] for group in groups["groups"] for each in group["versions"]]
        found = set()
        for path in ["/api/v1", *(f"/apis/{version}" for version in versions)]:
            status, listed = await request(stand_in, path)
            assert status == 200
            found |= {(listed["groupVersion"], resource["kind"]) for resource in listed["resources"]}
        assert (await request(stand_in, "/version"))[1]["major"] == "1"
        assert (await request(stand_in, "/api"))[1]["versions"] == ["v1"]
        assert (await request(stand_in, "/apis/networking.k8s.io"))[1]["name"] == "networking.k8s.io"
        return found

    assert asking(ask) == {(served.api_version, served.kind) for served in KINDS}


def test_one_kind_is_served_in_every_version_that_is_asked_for() -> None:
    async def ask(stand_in: Api) -> Json:
        return await request(stand_in, "/apis/gateway.networking.k8s.io/v1beta1/referencegrants")

    assert asking(ask)[0] == 200
