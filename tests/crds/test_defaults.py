"""The defaults written by hand against those of the CRDs."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from crds.catalog import DEFAULT, Profile, Schema, schema_of
from crds.samples import SAMPLES
from crds.structural import defaulted
from crds.test_models import KINDS, Field, fields_of
from gatelift.manifests.defaults import DEFAULTS, filled
from gatelift.manifests.meta import Manifest, to_manifest
from gatelift.manifests.shape import EMITTED, GATEWAY_API, Kind

pytestmark = pytest.mark.crds

NEWER = Profile("v1.6.1-standard", "v1.9.0")


def _defaults(schema: Schema, path: str) -> Iterator[tuple[str, str, Any]]:
    """(path of the mapping, field, value) of every default below a schema."""
    for name, below in schema.get("properties", {}).items():
        if "default" in below:
            yield path, name, below["default"]
        yield from _defaults(below, f"{path}/{name}".lstrip("/"))
    if isinstance(schema.get("items"), dict):
        yield from _defaults(schema["items"], f"{path}/*")


def _of_crd(kind: Kind, profile: Profile = DEFAULT) -> dict[tuple[str, str], Any]:
    schema = schema_of(profile, kind.api_version, kind.kind)["properties"]["spec"]
    return {(path, name): value for path, name, value in _defaults(schema, "spec")} | (
        {("", "spec"): schema["default"]} if "default" in schema else {}
    )


def _of_table(kind: Kind) -> dict[tuple[str, str], Any]:
    return {(path, name): value for path, fields in DEFAULTS.get(kind, {}).items() for name, value in fields.items()}


@pytest.mark.parametrize("profile", [DEFAULT, NEWER], ids=str)
@pytest.mark.parametrize("kind", EMITTED, ids=lambda kind: str(kind.kind))
def test_every_default_of_the_table_is_one_of_the_crd(kind: Kind, profile: Profile) -> None:
    crd = _of_crd(kind, profile)
    assert {place: crd.get(place) for place in _of_table(kind)} == _of_table(kind)


@pytest.mark.parametrize(
    "kind", [kind for kind in EMITTED if kind.group == GATEWAY_API], ids=lambda kind: str(kind.kind)
)
def test_every_default_of_gateway_api_is_in_the_table(kind: Kind) -> None:
    assert set(_of_crd(kind)) == set(_of_table(kind))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.KIND.kind))
def test_every_default_that_a_model_can_leave_to_the_api_server_is_in_the_table(kind: type[Manifest]) -> None:
    known = set(_of_table(kind.KIND))
    missing = [place for place in _of_crd(kind.KIND) if place not in known and place[0] in _mappings(fields_of(kind))]
    assert missing == []


def _mappings(fields: list[Field]) -> set[str]:
    """The mappings of a model, as the table names them."""
    return {one.path.partition("/")[2].rpartition("/")[0] for one in fields}


def _stripped(value: Any) -> Iterator[Any]:
    """``value`` without one of its fields, for every field at every depth."""
    for path in _paths(value, ()):
        made = copy.deepcopy(value)
        here = made
        for token in path[:-1]:
            here = here[token]
        if isinstance(here, dict):
            del here[path[-1]]
            yield made


def _paths(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        yield (*path, key)
        yield from _paths(below, (*path, key))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample.KIND.kind))
def test_an_object_is_filled_in_as_the_api_server_does_whatever_it_leaves_out(sample: Manifest) -> None:
    manifest = to_manifest(sample)
    schema = schema_of(DEFAULT, manifest["apiVersion"], manifest["kind"])
    assert filled(manifest) is manifest
    for spec in _stripped({"spec": manifest["spec"]}):
        made = {**{name: value for name, value in manifest.items() if name != "spec"}, **spec}
        # The status is the controller's, and no part of what is written.
        stored = {name: value for name, value in defaulted(schema, made).items() if name != "status"}
        assert filled(made) == stored
