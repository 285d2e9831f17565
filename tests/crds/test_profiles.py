"""Which release has what: the table of ``manifests/availability.py`` against the CRDs of every profile."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

import pytest
from msgspec import inspect

from crds.catalog import Profile, Schema, definitions, released, schema_in
from gatelift.config.target import Channel, EnvoyGateway, GatewayAPI, TargetSpec
from gatelift.manifests import availability
from gatelift.manifests.decode import models
from gatelift.manifests.meta import Manifest
from gatelift.manifests.shape import EMITTED, ENVOY_GATEWAY, Kind

pytestmark = pytest.mark.crds

GATEWAY_APIS = [TargetSpec(gateway_api=version, channel=channel) for version, channel in product(GatewayAPI, Channel)]
ENVOY_GATEWAYS = [
    TargetSpec(gateway_api=GatewayAPI.V1_6, channel=Channel.STANDARD, envoy_gateway=version) for version in EnvoyGateway
]


def variants(info: inspect.Type) -> Iterator[inspect.Type]:
    if isinstance(info, inspect.UnionType):
        for option in info.types:
            yield from variants(option)
    elif isinstance(info, inspect.Metadata):
        yield from variants(info.type)
    else:
        yield info


def walk(info: inspect.Type, path: str) -> Iterator[str]:
    """Every field and choice that a model can say, as the table writes them."""
    for variant in variants(info):
        if isinstance(variant, inspect.StructType):
            if variant.tag is not None:
                yield f"{path}/{variant.tag_field}={variant.tag}"
            for field in variant.fields:
                yield f"{path}/{field.encode_name}"
                yield from walk(field.type, f"{path}/{field.encode_name}")
        elif isinstance(variant, inspect.VarTupleType):
            yield from walk(variant.item_type, f"{path}/*")
        elif isinstance(variant, inspect.LiteralType):
            yield from (f"{path}={value}" for value in variant.values if "/" not in str(value))


@cache
def says(kind: Kind) -> tuple[str, ...]:
    model: type[Manifest] = models()[kind.api_version, kind.kind]
    info = inspect.type_info(model)
    assert isinstance(info, inspect.StructType)
    return tuple(dict.fromkeys(walk(next(f.type for f in info.fields if f.name == "spec"), "spec")))


def takes(schema: Schema, path: str) -> bool:
    """Whether a CRD's schema has a field, and the choice behind a ``=``."""
    for token in path.split("/"):
        name, chooses, choice = token.partition("=")
        found = schema.get("items") if name == "*" else schema.get("properties", {}).get(name)
        if found is None:
            return False
        schema = found
        allowed = schema.get("enum") or [value for part in schema.get("allOf", []) for value in part.get("enum", [])]
        if chooses and allowed and choice not in map(str, allowed):
            return False
    return True


def file_of(kind: Kind, spec: TargetSpec) -> str:
    profile = released(spec)
    return profile.files[1] if kind.group == ENVOY_GATEWAY else profile.files[0]


@pytest.mark.parametrize("kind", EMITTED, ids=lambda kind: kind.kind)
def test_the_table_says_what_the_definitions_say(kind: Kind) -> None:
    wrong = []
    for spec in ENVOY_GATEWAYS if kind.group == ENVOY_GATEWAY else GATEWAY_APIS:
        version = availability.version(kind, spec)
        served = {
            item["name"]
            for definition in definitions(file_of(kind, spec))
            if (definition["spec"]["group"], definition["spec"]["names"]["kind"]) == (kind.group, kind.kind)
            for item in definition["spec"]["versions"]
            if item["served"]
        }
        if (version is None) != (not served & set(availability.VERSIONS.get(kind, {kind.version: None}))):
            wrong.append(f"{spec}: {version}, served {sorted(served)}")
        if version is None:
            continue
        assert version in served
        schema = schema_in(file_of(kind, spec), kind.group, version, kind.kind)
        assert schema is not None
        wrong += [f"{spec} {path}" for path in says(kind) if takes(schema, path) != availability.has(kind, path, spec)]
    assert wrong == []


def test_every_line_of_the_table_is_something_that_a_model_can_say() -> None:
    listed = [(kind, path) for kind, table in availability.FIELDS.items() for path in table]
    unknown = [(kind.kind, path) for kind, path in listed if path not in says(kind)]
    assert unknown == []


@pytest.mark.parametrize("spec", ENVOY_GATEWAYS, ids=str)
def test_an_implementation_does_not_see_what_it_was_not_compiled_with(spec: TargetSpec) -> None:
    assert spec.envoy_gateway
    assert (spec.understood is GatewayAPI.V1_6) == (spec.envoy_gateway is EnvoyGateway.V1_9)


def test_the_profile_of_a_target_is_the_release_of_its_versions() -> None:
    spec = TargetSpec(gateway_api=GatewayAPI.V1_2, channel=Channel.EXPERIMENTAL, envoy_gateway=EnvoyGateway.V1_3)
    assert released(spec) == Profile("v1.2.1-experimental", "v1.3.2")
