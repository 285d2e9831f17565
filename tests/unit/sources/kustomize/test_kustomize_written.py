"""Ingresses as they are written: incomplete ones, completed above; names that are none."""

from __future__ import annotations

from pathlib import Path

from kustomize_repositories import WEB, built, overlay, repository, rewrite

BARE = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\nspec:\n  ingressClassName: nginx\n"
OPEN = WEB.replace(", backend: {service: {name: web, port: {number: 80}}}", "")
BACKEND = "{service: {name: web, port: {number: 80}}}"


def test_an_ingress_that_its_overlays_complete_is_lifted(tmp_path: Path) -> None:
    cases = {
        "backend": (OPEN, f"{{op: add, path: /spec/rules/0/http/paths/0/backend, value: {BACKEND}}}"),
        "rules": (
            BARE,
            "{op: add, path: /spec/rules, value: [{host: web.example.com, http: "
            f"{{paths: [{{path: /, pathType: Prefix, backend: {BACKEND}}}]}}}}]}}",
        ),
    }
    for name, (text, operation) in cases.items():
        files = {
            "base/kustomization.yaml": "resources: [ingress.yaml]\n",
            "base/ingress.yaml": text,
            "overlays/prod/kustomization.yaml": overlay()
            + f"patches:\n- target: {{kind: Ingress}}\n  patch: |-\n    - {operation}\n",
        }
        folder = repository(tmp_path / name, files)
        rewrite(folder)
        assert ("HTTPRoute", "web") in built(folder, "overlays/prod")
        assert rewrite(folder)[0] == set()
