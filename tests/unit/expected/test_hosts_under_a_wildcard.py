"""A client names one host in the TLS handshake and another in its request: each host answers by its own routes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gatelift.config.model import Listeners, Phase
from support.conversion import Conversion, Setup, convert

LIST = "nginx.ingress.kubernetes.io/allowlist-source-range: 10.0.0.0/8"
FIREWALL = "nginx.ingress.kubernetes.io/enable-modsecurity: 'true'"
MODES = (Listeners.GATEWAY, Listeners.LISTENERSET)


def ingress(name: str, host: str, annotation: str = "owner: me", namespace: str = "shop") -> str:
    return (
        f"---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {name}\n  namespace: {namespace}\n"
        f"  annotations: {{{annotation}}}\nspec:\n  ingressClassName: nginx\n"
        f"  tls: [{{hosts: ['{host}'], secretName: {name}}}]\n  rules:\n  - host: '{host}'\n    http:\n      paths:\n"
        "      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}\n"
    )


def run(text: str, listeners: Listeners) -> Conversion:
    return convert(text, replace(Setup(phase=Phase.COEXIST, gateway="infra/shared"), listeners=listeners))


def sections(found: Conversion, route: str) -> set[str]:
    """The object and the listener of each parent of a route."""
    parents: list[Any] = next(
        item["spec"]["parentRefs"]
        for item in found.emitted
        if item["kind"] == "HTTPRoute" and item["metadata"]["name"] == route
    )
    return {f"{parent['name']}/{parent['sectionName']}" for parent in parents}


def test_a_host_answers_on_the_listener_of_the_wildcard_above_it() -> None:
    found = run(ingress("admin", "admin.example.com", LIST) + ingress("any", "*.example.com"), Listeners.LISTENERSET)
    assert sections(found, "admin") == {"admin/https", "any/https"}
    assert sections(found, "any") == {"any/https"}
    assert sections(found, "admin-redirect") == {"admin/http"}


def test_a_host_that_is_closed_is_closed_there_too() -> None:
    found = run(
        ingress("admin", "admin.example.com", FIREWALL) + ingress("any", "*.example.com"), Listeners.LISTENERSET
    )
    assert sections(found, "admin-closed") == {"admin/http", "admin/https", "any/https"}


@pytest.mark.parametrize("listeners", MODES)
def test_the_wildcard_lets_the_routes_of_the_host_in(listeners: Listeners) -> None:
    found = run(ingress("admin", "admin.example.com", LIST, "other") + ingress("any", "*.example.com"), listeners)
    selectors = [
        listener["allowedRoutes"]["namespaces"]["selector"]["matchExpressions"][0]["values"]
        for item in found.emitted
        if item["kind"] in ("Gateway", "ListenerSet")
        for listener in item["spec"]["listeners"]
        if (listener["hostname"], listener["protocol"]) == ("*.example.com", "HTTPS")
    ]
    assert selectors == [["other", "shop"]]


@pytest.mark.parametrize("host", ["admin.example.org", "example.com"])
def test_no_other_listener_is_named(host: str) -> None:
    found = run(ingress("admin", host, LIST) + ingress("any", "*.example.com"), Listeners.LISTENERSET)
    assert sections(found, "admin") == {"admin/https"}


@pytest.mark.parametrize("secret", ["shop/clients", "other/clients"])
def test_the_routes_of_a_host_that_asks_for_certificates_stay_on_its_own_listener(secret: str) -> None:
    asks = f"nginx.ingress.kubernetes.io/auth-tls-secret: {secret}"
    setup = Setup(phase=Phase.COEXIST, gateway="infra/shared", accept=("nginx.ingress.kubernetes.io/auth-tls-secret",))
    text = ingress("admin", "admin.example.com", asks) + ingress("any", "*.example.com")
    assert sections(convert(text, replace(setup, listeners=Listeners.LISTENERSET)), "admin") == {"admin/https"}


@pytest.mark.parametrize(
    ("secret", "mode", "above"),
    [("shop/clients", "on", set()), ("other/clients", "on", set()), ("shop/clients", "off", {"any/https"})],
)
def test_so_do_the_routes_of_whoever_shares_that_host(secret: str, mode: str, above: set[str]) -> None:
    asks = f"nginx.ingress.kubernetes.io/auth-tls-secret: {secret}"
    asks += f", nginx.ingress.kubernetes.io/auth-tls-verify-client: '{mode}'"
    setup = Setup(phase=Phase.COEXIST, gateway="infra/shared", accept=("nginx.ingress.kubernetes.io/auth-tls-secret",))
    host = "admin.example.com"
    beside = ingress("beside", host).replace("path: /,", "path: /beside,")
    text = ingress("admin", host, asks) + beside + ingress("any", "*.example.com")
    found = convert(text, replace(setup, listeners=Listeners.LISTENERSET))
    assert sections(found, "beside") == sections(found, "admin") == {"admin/https"} | above
