"""Replacements and variables that read from an Ingress which leaves."""

from __future__ import annotations

import json

import pytest
import yaml

from gatelift.sources.kustomize.pointing import repointed
from gatelift.text.source import decode


def _route(name: str, rule: int) -> str | None:
    return {("web", 0): "web", ("web", 1): "web-2", ("1e3", 0): "1e3"}.get((name, rule))


def _made(text: str) -> str:
    return repointed(decode("kustomization.yaml", text.encode()), _route).text


def test_a_replacement_reads_the_host_from_the_route_and_nothing_else_changes() -> None:
    text = """\
# top
replacements:
- source: # where it comes from
    kind: Ingress
    group: 'networking.k8s.io'
    name: "web"   # ours
    fieldPath: spec.rules.1.host
  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.host]}]
- source: {kind: Ingress, name: web, fieldPath: metadata.name}
- path: elsewhere.yaml
"""
    assert _made(text) == (
        text.replace("kind: Ingress\n", "kind: HTTPRoute\n")
        .replace("'networking.k8s.io'", "'gateway.networking.k8s.io'")
        .replace('"web"', '"web-2"')
        .replace("spec.rules.1.host", "spec.hostnames.0")
    )


def test_a_variable_reads_the_host_from_the_route() -> None:
    text = """\
vars:
- name: HOST
  objref: {kind: Ingress, name: web, apiVersion: networking.k8s.io/v1}
  fieldref: {fieldpath: 'spec.rules[0].host'}
"""
    (found,) = yaml.safe_load(_made(text))["vars"]
    assert found["objref"] == {"kind": "HTTPRoute", "name": "web", "apiVersion": "gateway.networking.k8s.io/v1"}
    assert found["fieldref"] == {"fieldpath": "spec.hostnames[0]"}


def test_json_stays_json_and_a_name_stays_text() -> None:
    source = {"kind": "Ingress", "name": "1e3", "fieldPath": "spec.rules.0.host", "version": "v1"}
    made = json.loads(_made(json.dumps({"replacements": [{"source": source}]})))
    assert made["replacements"][0]["source"]["name"] == "1e3"
    plain = "replacements: [{source: {kind: Ingress, name: '1e3', fieldPath: spec.rules.0.host}}]\n"
    assert yaml.safe_load(_made(plain))["replacements"][0]["source"]["name"] == "1e3"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n",
        "replacements: {}\n",
        "replacements: [a, {source: {kind: Ingress, name: other, fieldPath: spec.rules.0.host}}]\n",
        "replacements: [{source: {kind: Ingress, name: web, fieldPath: spec.rules.7.host}}]\n",
        "vars: [a, {objref: {kind: Ingress, name: web}}, {objref: {kind: Service, name: web}, fieldref: {}}]\n",
        "vars: [{objref: {kind: Ingress, name: web}, fieldref: {fieldpath: 'spec.tls[0].host'}}]\n",
    ],
)
def test_what_reads_anything_else_is_left(text: str) -> None:
    assert _made(text) == text
