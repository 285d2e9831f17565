"""The JSON Schema, held against what parsing accepts and refuses."""

from __future__ import annotations

import pytest
import yaml
from config_reading import EXAMPLE, OPTIONS, read, refused
from jsonschema import Draft202012Validator

from gatelift.config.check import keys
from gatelift.config.schema import schema

ANY = Draft202012Validator(schema())
EXACT = Draft202012Validator(schema(OPTIONS))


def _accepts(validator: Draft202012Validator, text: str) -> bool:
    return validator.is_valid(yaml.safe_load(text))


@pytest.mark.parametrize("options", [None, {}, OPTIONS])
def test_the_schema_is_a_schema(options: dict[str, object] | None) -> None:
    Draft202012Validator.check_schema(schema(OPTIONS if options else None))


@pytest.mark.parametrize(
    "text",
    [
        EXAMPLE,
        "{}",
        'target: {gatewayAPI: "1.5"}',
        "ignore: legacy/**",
        "overrides: [{roots: [a, b], phase: retire}]",
        "decide: {slowStart: 30}",
        "decide: {slowStart: 30s}",
        "helm: {cases: {.: values.yaml}}",
    ],
)
def test_what_the_schema_accepts_is_read(text: str) -> None:
    read(text)
    assert _accepts(ANY, text)
    assert _accepts(EXACT, text)


@pytest.mark.parametrize(
    "text",
    [
        "gatewy: {}",
        "gateway: {name: a, namespace: b, port: 1}",
        "gateway: {name: a}",
        "gateway: null",
        "gateway: infra/shared",
        "gateway: {name: A, namespace: b}",
        "classes: {a: {controller: nginx}}",
        "overrides: [{roots: [], phase: retire}]",
        "ignore: ['../**']",
        "ignore: [/etc]",
        "engine: {helm: /usr/bin/helm}",
        "engine: {kustomize: helm}",
        "accept: [{key: a/b}]",
        "accept: [{key: a/b, reason: ''}]",
        "accept: [{key: 'a/*', reason: x}]",
        "target: calico-3.33",
        "target: {gatewayAPI: 1.5}",
        "helm: {kubeVersion: 1.30}",
        "phase: later",
        "allowPartial: 'no'",
        "decide: {'a b': c}",
        "decide: {proxyBodySize: true}",
    ],
)
def test_what_the_schema_refuses_is_refused(text: str) -> None:
    refused(text)
    assert not _accepts(ANY, text)
    assert not _accepts(EXACT, text)


@pytest.mark.parametrize("text", ["decide: {unheardOf: x}", "decide: {proxyBodySize: never}", "decide: {slowStart: x}"])
def test_with_the_options_given_other_decisions_are_refused(text: str) -> None:
    refused(text)
    assert _accepts(ANY, text)
    assert not _accepts(EXACT, text)


def test_every_key_is_described_with_an_example_that_is_valid() -> None:
    properties = schema()["$defs"]["ConfigFile"]["properties"]
    assert tuple(properties) == keys()
    for key, entry in properties.items():
        assert entry["description"]
        assert ANY.is_valid({key: entry["examples"][0]}), key


def test_every_inner_key_is_described() -> None:
    for definition in schema()["$defs"].values():
        for key, entry in definition.get("properties", {}).items():
            assert entry.get("description"), key


def test_no_mapping_with_fixed_keys_admits_another() -> None:
    for name, definition in schema()["$defs"].items():
        if definition.get("type") == "object":
            assert definition["additionalProperties"] is False, name
