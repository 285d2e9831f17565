"""A Gateway that gatelift writes, and overlays whose prefix no listener, host name or text of theirs follows."""

from __future__ import annotations

from pathlib import Path

import pytest
from kustomize_repositories import WEB, built, overlay, repository, rewrite

BASE = {
    "base/kustomization.yaml": "resources: [web.yaml]\n",
    "base/web.yaml": WEB
    + """---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}, {port: 9090, name: grpc}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: rpc
  annotations: {nginx.ingress.kubernetes.io/backend-protocol: GRPC}
spec:
  ingressClassName: nginx
  tls: [{hosts: [rpc.example.com], secretName: rpc-tls}]
  rules:
    - host: rpc.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: grpc}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: admin
  annotations: {nginx.ingress.kubernetes.io/server-snippet: 'deny all;'}
spec:
  ingressClassName: nginx
  rules:
    - host: web.example.com
      http: {paths: [{path: /admin, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
""",
}
SETTINGS = """gateway: {name: edge, namespace: infra}
listeners: gateway
gateways: {infra/edge: {className: eg, file: platform/edge.yaml}}
"""
PLATFORM = {
    "platform/kustomization.yaml": "resources: [class.yaml]\n",
    "platform/class.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: about}\n",
}
OTHER_HOSTS = """patches:
- target: {kind: Ingress}
  patch: |-
    - {op: replace, path: /spec/rules/0/host, value: us.example.com}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    eu = overlay(more="namePrefix: eu-\nnamespace: shop\n")
    files = {**BASE, **PLATFORM, "overlays/eu/kustomization.yaml": eu}
    return repository(tmp_path, {**files, "gatelift.yaml": SETTINGS + "scopes: {all: ['**']}\n"})


def test_a_prefix_reaches_sections_host_names_and_answers(folder: Path) -> None:
    rewrite(folder)
    objects = built(folder, "overlays/eu")
    spec = objects[("GRPCRoute", "eu-rpc")]["spec"]
    assert isinstance(spec, dict)
    assert spec["parentRefs"][0]["sectionName"] == "https-eu-rpc"
    assert "eu-web.shop.svc.cluster.local" in str(next(v for (kind, _), v in objects.items() if kind == "Backend"))
    assert "https-eu-rpc" in (folder / "platform/edge.yaml").read_text()
    assert not rewrite(folder)[0]


def test_a_grant_still_lets_in_the_namespace_of_the_gateway(folder: Path) -> None:
    rewrite(folder)
    spec = built(folder, "overlays/eu")[("ReferenceGrant", "eu-rpc-certificates")]["spec"]
    assert isinstance(spec, dict)
    assert spec["from"][0]["namespace"] == "infra"


def test_a_cutover_is_written_once(folder: Path) -> None:
    rewrite(folder)
    rewrite(folder, "--phase", "cutover")
    assert not rewrite(folder, "--phase", "cutover")[0]


def test_what_moves_dns_waits_for_a_gateway_that_is_not_written(tmp_path: Path) -> None:
    files = {**BASE, **PLATFORM, "gatelift.yaml": SETTINGS}
    files["overlays/eu/kustomization.yaml"] = overlay(more="namePrefix: eu-\nnamespace: shop\n")
    files["overlays/us/kustomization.yaml"] = overlay(more=f"namespace: shop\n{OTHER_HOSTS}")
    folder = repository(tmp_path, files)
    _, account = rewrite(folder)
    assert "different listeners on one Gateway" in account
    for phase in ("cutover", "retire"):
        with pytest.raises(AssertionError, match="different listeners on one Gateway"):
            rewrite(folder, "--phase", phase)
        assert ("Ingress", "eu-web") in built(folder, "overlays/eu")
        assert "gatelift-cutover" not in str(built(folder, "overlays/us"))
