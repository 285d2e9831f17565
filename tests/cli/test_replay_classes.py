"""Each class of ingress-nginx is a controller of its own, and its routes count on its own Gateway."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatelift.cli import clusters
from gatelift.cli.main import parser

CONFIG = """\
target: envoy-gateway
gateway: {name: public, namespace: infra}
classes:
  internal: {controller: ingress-nginx, gateway: {name: internal, namespace: infra}}
"""
CLASSES = """---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: internal, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
spec: {controller: k8s.io/ingress-nginx}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: k8s.io/ingress-nginx}
"""


def _ingress(name: str, class_name: str) -> str:
    said = f"  ingressClassName: {class_name}\n" if class_name else ""
    return (
        f"---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n"
        f"{said}  rules:\n  - host: {name}.example.com\n    http:\n      paths:\n"
        f"      - {{path: /, pathType: Prefix, backend: {{service: {{name: {name}, port: {{number: 80}}}}}}}}\n"
    )


def _route(name: str, gateway: str) -> str:
    return (
        "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n"
        f"metadata: {{name: {name}, namespace: shop}}\nspec:\n"
        f"  parentRefs: [{{name: {gateway}, namespace: infra}}]\n  hostnames: [{name}.example.com]\n"
        f"  rules: [{{backendRefs: [{{name: {name}, port: 80}}]}}]\n"
    )


def _routes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> dict[str, set[str]]:
    """Class -> the routes that are replayed of it."""
    (tmp_path / "gatelift.yaml").write_text(CONFIG)
    (tmp_path / "old.yaml").write_text(CLASSES + old)
    (tmp_path / "new.yaml").write_text(CLASSES + old + new)
    monkeypatch.chdir(tmp_path)
    asked = parser("replay").parse_args(["replay", "--old", "old.yaml", "--new", "new.yaml"])
    found = clusters.of_files(asked).clusters
    return {
        item.scope: {str(each["metadata"]["name"]) for each in item.case.after if each["kind"] == "HTTPRoute"}  # type: ignore[index]  # manifests
        for item in found
    }


def test_a_route_on_the_gateway_of_another_class_is_no_route_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = _ingress("web", "nginx") + _ingress("admin", "internal")
    right = _routes(tmp_path, monkeypatch, old, _route("web", "public") + _route("admin", "internal"))
    wrong = _routes(tmp_path, monkeypatch, old, _route("web", "public") + _route("admin", "public"))

    assert right == {"class nginx": {"web"}, "class internal": {"admin"}}
    assert wrong == {"class nginx": {"web", "admin"}, "class internal": set()}


def test_an_ingress_of_the_default_class_may_be_on_any_gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = _ingress("web", "nginx") + _ingress("admin", "")
    found = _routes(tmp_path, monkeypatch, old, _route("web", "public") + _route("admin", "internal"))

    assert found == {"": {"web", "admin"}}
