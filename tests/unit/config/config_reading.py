"""What the tests of the configuration share: the example of the design, and reading a text that should be refused."""

from __future__ import annotations

import pytest

from gatelift.config import Config, ConfigError, DecideOption
from gatelift.config.parse import parse
from gatelift.findings import Finding

OPTIONS = {
    "proxyBodySize": DecideOption("proxyBodySize", "What becomes of a limit.", values=("omit", "buffer")),
    "slowStart": DecideOption("slowStart", "How long.", pattern="^[0-9]+s?$"),
}

EXAMPLE = """\
gateway: {name: shared, namespace: infra, sectionName: https}
classes: {internal: {controller: ingress-nginx, gateway: {name: internal, namespace: infra}}}
overrides: [{roots: "clusters/dev/**", gateway: {name: dev, namespace: infra}}]
scopes: {prod: ["clusters/prod/**"], dev: ["clusters/dev/**"]}
target: calico-3.32
listeners: existing
phase: coexist
accept: [{key: nginx.ingress.kubernetes.io/limit-connections, reason: "the CDN limits"}]
decide: {proxyBodySize: omit}
nginx: {configMap: path/to/configmap.yaml, defaultTLSSecret: infra/default-tls}
ignore: ["legacy/**"]
helm: {cases: {charts/shop: ["values-*.yaml"]}, kubeVersion: "1.33"}
engine: {kustomize: auto, helm: auto}
allowPartial: false
routeFile: beside
"""


def read(text: str | bytes, *, locked: tuple[str, ...] = ()) -> Config:
    data = text.encode() if isinstance(text, str) else text
    return parse("gatelift.yaml", data, decide_options=OPTIONS, locked=locked)


def refused(text: str | bytes, *, locked: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    with pytest.raises(ConfigError) as raised:
        read(text, locked=locked)
    return raised.value.findings


def refusal(text: str | bytes, *, locked: tuple[str, ...] = ()) -> Finding:
    findings = refused(text, locked=locked)
    assert len(findings) == 1, findings
    return findings[0]
