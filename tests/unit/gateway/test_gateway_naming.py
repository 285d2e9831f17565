"""Names of the objects of further hosts: by host, or by position where overlays change hosts in place."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from gatelift.config.model import Phase
from gatelift.gateway.naming import Naming
from support.conversion import Setup, convert


def _ingress(name: str, hosts: Sequence[str]) -> str:
    rules = "".join(
        f"  - host: '{host}'\n    http:\n      paths:\n"
        "      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}\n"
        for host in hosts
    )
    return (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\n"
        f"metadata: {{name: {name}, namespace: shop}}\nspec:\n  ingressClassName: nginx\n"
        f"  tls: [{{hosts: {json.dumps(list(hosts))}, secretName: web-tls}}]\n  rules:\n{rules}"
    )


def _routes(text: str, naming: Naming) -> dict[str, list[str]]:
    """Name -> hostnames of every route."""
    found = convert(text, Setup(phase=Phase.COEXIST, naming=naming))
    return {
        item["metadata"]["name"]: list(item["spec"]["hostnames"])
        for item in found.emitted
        if item["kind"] == "HTTPRoute"
    }


def test_by_position_a_host_that_is_patched_renames_nothing() -> None:
    before = _routes(_ingress("web", ["a.example.com", "b.example.com"]), Naming.BY_POSITION)
    after = _routes(_ingress("web", ["a.example.com", "other.example.org"]), Naming.BY_POSITION)
    assert list(before) == list(after) == ["web", "web-redirect", "web-2", "web-2-redirect"]
    assert after["web-2-redirect"] == ["other.example.org"]


def test_by_host_a_host_that_is_inserted_renames_nothing() -> None:
    before = _routes(_ingress("web", ["a.example.com", "c.example.com"]), Naming.BY_HOST)
    after = _routes(_ingress("web", ["a.example.com", "b.example.com", "c.example.com"]), Naming.BY_HOST)
    assert before.items() <= after.items()


@pytest.mark.parametrize("naming", Naming)
def test_names_of_rivals_never_meet(naming: Naming) -> None:
    texts = [
        _ingress("web", ["a.example.com", "b.example.com", "*.b.example.com"]),
        _ingress("web-2", ["c.example.com", "d.example.com"]),
        _ingress("web-b-example-com", ["e.example.com"]),
    ]
    found = convert("---\n".join(texts), Setup(naming=naming))
    routes = [item["metadata"]["name"] for item in found.emitted if item["kind"] == "HTTPRoute"]
    assert len(routes) == len(set(routes)) == 12
