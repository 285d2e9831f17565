"""An exact ``/`` of one Ingress takes nothing from the default backend of another, which stays closed."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from gatelift.cli.main import main

HEAD = "apiVersion: networking.k8s.io/v1\nkind: Ingress\n"
SERVICE = "backend: {service: {name: web, port: {number: 80}}}"


@pytest.mark.parametrize(("path_type", "closed"), [("Exact", ["/admin", "/"]), ("Prefix", ["/admin"])])
def test_the_default_of_a_withheld_ingress(
    path_type: str, closed: list[str], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    digest = '{nginx.ingress.kubernetes.io/auth-type: digest, nginx.ingress.kubernetes.io/auth-secret: "users"}'
    (tmp_path / "in.yaml").write_text(
        f"{HEAD}metadata: {{name: open, namespace: a}}\nspec:\n  ingressClassName: nginx\n"
        f"  rules: [{{host: h.io, http: {{paths: [{{path: /, pathType: {path_type}, {SERVICE}}}]}}}}]\n---\n"
        f"{HEAD}metadata: {{name: shut, namespace: a, annotations: {digest}}}\nspec:\n  ingressClassName: nginx\n"
        "  defaultBackend: {service: {name: rest, port: {number: 80}}}\n"
        f"  rules: [{{host: h.io, http: {{paths: [{{path: /admin, pathType: Prefix, {SERVICE}}}]}}}}]\n"
    )
    main(["convert", "--gateway", "infra/shared", "--quiet", str(tmp_path / "in.yaml")])
    documents = yaml.safe_load_all(capfdbinary.readouterr().out)
    found = (item for item in documents if item and item["metadata"]["name"] == "shut-closed")
    route = next(item for item in found if item["kind"] == "HTTPRoute")
    assert [match["path"]["value"] for match in route["spec"]["rules"][0]["matches"]] == closed
