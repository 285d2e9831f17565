"""The models against the CRDs, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
import pytest
from msgspec import inspect

from crds.catalog import DEFAULT, Profile, Schema, schema_of
from crds.harness import defaults_change_nothing, validate
from crds.samples import SAMPLES
from gatelift.manifests import shape
from gatelift.manifests.availability import FIELDS
from gatelift.manifests.meta import Manifest, to_manifest

pytestmark = pytest.mark.crds

EXPERIMENTAL = Profile("v1.5.1-experimental")
NEWER = Profile("v1.6.1-standard", "v1.9.0")


class Field(NamedTuple):
    """One field of one model, as it stands in the type, and its place in the CRD."""

    path: str
    owner: type
    field: inspect.Field
    declared: Any
    parent: Schema

    @property
    def schema(self) -> Schema:
        below: Schema = self.parent["properties"][self.field.encode_name]
        return below


def variants(info: inspect.Type) -> Iterator[inspect.Type]:
    if isinstance(info, inspect.UnionType):
        for option in info.types:
            yield from variants(option)
    elif isinstance(info, inspect.Metadata):
        yield from variants(info.type)
    else:
        yield info


def walk(info: inspect.Type, schema: Schema, path: str) -> Iterator[Field]:
    for variant in variants(info):
        if isinstance(variant, inspect.StructType):
            declared = {field.encode_name: field.type for field in msgspec.structs.fields(variant.cls)}
            for field in variant.fields:
                below = f"{path}/{field.encode_name}"
                yield Field(below, variant.cls, field, declared[field.encode_name], schema)
                yield from walk(field.type, schema.get("properties", {}).get(field.encode_name, {}), below)
        elif isinstance(variant, inspect.VarTupleType):
            yield from walk(variant.item_type, schema.get("items", {}), f"{path}/*")


def structs(info: inspect.Type, schema: Schema) -> Iterator[tuple[inspect.StructType, Schema]]:
    for variant in variants(info):
        if isinstance(variant, inspect.StructType):
            yield variant, schema
            for field in variant.fields:
                yield from structs(field.type, schema.get("properties", {}).get(field.encode_name, {}))
        elif isinstance(variant, inspect.VarTupleType):
            yield from structs(variant.item_type, schema.get("items", {}))


def specification(kind: type[Manifest]) -> tuple[inspect.Type, Schema]:
    schema = schema_of(DEFAULT, kind.KIND.api_version, kind.KIND.kind)["properties"]["spec"]
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    return next(field.type for field in info.fields if field.name == "spec"), schema


KINDS = [type(sample) for sample in SAMPLES]
by_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.KIND.kind))


def fields_of(kind: type[Manifest]) -> list[Field]:
    return list(walk(*specification(kind), f"{kind.KIND.kind}/spec"))


def test_every_emitted_kind_has_a_model_and_a_sample() -> None:
    assert tuple(sample.KIND for sample in SAMPLES) == shape.EMITTED


@by_kind
def test_every_field_exists_in_the_crd(kind: type[Manifest]) -> None:
    unknown = [one.path for one in fields_of(kind) if one.field.encode_name not in one.parent.get("properties", {})]
    assert unknown == []


@by_kind
def test_every_field_that_the_api_server_would_default_is_always_written(kind: type[Manifest]) -> None:
    younger = {f"{kind.KIND.kind}/{path}" for path in FIELDS.get(kind.KIND, {})}
    left_out = [one.path for one in fields_of(kind) if "default" in one.schema and not one.field.required]
    assert set(left_out) <= younger, "only what some release lacks may be left out"
    for model, schema in structs(*specification(kind)):
        written = {field.encode_name for field in model.fields} | {model.tag_field}
        defaults = {name for name, below in schema.get("properties", {}).items() if "default" in below}
        assert defaults <= written, model.cls


@by_kind
def test_every_field_that_the_crd_requires_is_required(kind: type[Manifest]) -> None:
    for model, schema in structs(*specification(kind)):
        given = {field.encode_name for field in model.fields if field.required} | {model.tag_field}
        assert set(schema.get("required", [])) <= given, model.cls


@by_kind
def test_every_tag_is_a_type_of_the_crd(kind: type[Manifest]) -> None:
    for model, schema in structs(*specification(kind)):
        if model.tag_field:
            discriminator = schema["properties"][model.tag_field]
            allowed = discriminator.get("enum") or discriminator["allOf"][0]["enum"]
            assert model.tag in allowed, model.cls


@by_kind
def test_every_choice_is_one_of_the_crd(kind: type[Manifest]) -> None:
    for one in fields_of(kind):
        allowed = one.schema.get("enum") or one.schema.get("items", {}).get("enum")
        for variant in variants(one.field.type):
            item = variant.item_type if isinstance(variant, inspect.VarTupleType) else variant
            if isinstance(item, inspect.LiteralType) and allowed:
                assert set(item.values) <= set(allowed), one.path


@by_kind
def test_every_list_has_the_length_of_the_crd(kind: type[Manifest]) -> None:
    for one in fields_of(kind):
        for variant in variants(one.field.type):
            if isinstance(variant, inspect.VarTupleType):
                assert variant.max_length == one.schema.get("maxItems"), one.path


@pytest.mark.parametrize("profile", [DEFAULT, EXPERIMENTAL, NEWER], ids=str)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample.KIND.kind))
def test_a_sample_of_every_kind_is_valid_and_explicit(sample: Manifest, profile: Profile) -> None:
    manifest = to_manifest(sample)
    assert validate(manifest, profile) == []
    assert defaults_change_nothing(manifest, profile)
