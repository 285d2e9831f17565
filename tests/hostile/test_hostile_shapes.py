"""Objects beside an Ingress with any part of the wrong type: told where it matters, never a fault of gatelift's own."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
import yaml

from gatelift.cli.main import main
from gatelift.findings import Exit
from support.spoiling import spoilt

INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8
    nginx.ingress.kubernetes.io/limit-rps: "5"
    nginx.ingress.kubernetes.io/custom-headers: shop/headers
spec:
  ingressClassName: nginx
  tls: [{hosts: [shop.example.com], secretName: tls}]
  rules:
  - host: shop.example.com
    http: {paths: [{path: "/@a", pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
"""
BESIDE = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: infra, labels: {a: b}}
spec: {gatewayClassName: eg, listeners: [{name: https, port: 443, protocol: HTTPS, hostname: shop.example.com}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: other, namespace: shop, labels: {a: b}}
spec:
  parentRefs: [{name: public, namespace: infra}]
  hostnames: [shop.example.com]
  rules: [{matches: [{path: {type: PathPrefix, value: /}}], filters: [{type: CORS}], backendRefs: [{name: a, port: 1}]}]
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: {name: p, namespace: infra}
spec:
  targetSelectors: [{kind: Gateway, matchLabels: {a: b}, namespaces: {from: All}}]
  authorization: {defaultAction: Deny}
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ClientTrafficPolicy
metadata: {name: c, namespace: infra}
spec: {targetRefs: [{kind: Gateway, name: public, sectionName: https}], clientIPDetection: {xForwardedFor: {}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx, labels: {app.kubernetes.io/name: ingress-nginx}}
data: {use-forwarded-headers: "true", add-headers: shop/headers}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: headers, namespace: shop}
data: {X-A: b}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ingress-nginx-controller, namespace: ingress-nginx}
spec: {template: {spec: {containers: [{image: ingress-nginx/controller:v1, command: [x], args: [--configmap, a/b]}]}}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: ingress-nginx, namespace: n}
spec: {chart: {spec: {chart: ingress-nginx}}, values: {controller: {config: {hsts: "false"}, extraArgs: {v: "2"}}}}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ingress-nginx}
spec: {source: {chart: ingress-nginx, helm: {values: "controller: {config: {hsts: a}}", valuesObject: {}}}}
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
helmCharts: [{name: ingress-nginx, valuesInline: {controller: {config: {hsts: "false"}}}}]
configMapGenerator: [{name: ingress-nginx-controller, namespace: n, literals: [hsts=false]}]
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}
spec: {controller: k8s.io/ingress-nginx}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{name: http, port: 80, appProtocol: a}]}
"""


def outcome(text: str, path: Path) -> int:
    path.write_text(text)
    with redirect_stdout(io.TextIOWrapper(io.BytesIO())), redirect_stderr(io.StringIO()):
        return int(main(["convert", "--gateway", "infra/public", str(path)]))


@pytest.mark.parametrize("manifest", list(yaml.safe_load_all(BESIDE)), ids=lambda item: item["kind"])
def test_no_shape_is_gatelifts_fault(manifest: dict[str, Any], tmp_path: Path) -> None:
    others = [item for item in yaml.safe_load_all(BESIDE) if item != manifest]
    rest = "---".join(["\n" + yaml.safe_dump(item) for item in others] + [INGRESS])
    known = {Exit.DONE, Exit.REFUSED, Exit.USAGE, Exit.UNREADABLE}
    for made in spoilt(manifest):
        assert outcome(f"{yaml.safe_dump(made)}---{rest}", tmp_path / "all.yaml") in known, yaml.safe_dump(made)
