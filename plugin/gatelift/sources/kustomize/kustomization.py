"""A kustomization file as read: every path that it names, by field.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.repository.tree import Tree, join
from gatelift.text.documents import Document, split
from gatelift.text.source import Source, decode
from gatelift.text.yaml import load

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""The file names that Kustomize recognises; two of them in one folder are an error to it."""


class Field(StrEnum):
    """The fields that name other files or folders."""

    RESOURCES = "resources"
    BASES = "bases"
    COMPONENTS = "components"
    CRDS = "crds"
    CONFIGURATIONS = "configurations"
    GENERATORS = "generators"
    TRANSFORMERS = "transformers"
    VALIDATORS = "validators"
    PATCHES_STRATEGIC_MERGE = "patchesStrategicMerge"
    PATCHES = "patches"
    PATCHES_JSON = "patchesJson6902"
    REPLACEMENTS = "replacements"
    OPENAPI = "openapi"
    GENERATED = "generated"
    """Files that a generator of ConfigMaps or Secrets reads; not a field of its own."""
    CHART = "helmCharts"


INCLUDES = (Field.RESOURCES, Field.BASES, Field.COMPONENTS)
"""The fields that build what they name."""
CONFIGURES = (Field.GENERATORS, Field.TRANSFORMERS, Field.VALIDATORS)
"""The fields whose folders are kustomizations too, but no roots."""

_REMOTE = re.compile(
    r"[a-zA-Z][a-zA-Z0-9+.-]*:(?://|:)|git@|(github|gitlab|bitbucket)\.(com|org)[/:]|.*[?&](ref|version)="
)


class Entry(msgspec.Struct, frozen=True):
    """One path that a kustomization names: the field, the pointer of the entry in the file, the path as written."""

    field: Field
    pointer: str
    path: str

    @property
    def remote(self) -> bool:
        """Whether the path is a URL, or what Kustomize takes for the address of a git repository."""
        return _REMOTE.match(self.path) is not None


class Kustomization(msgspec.Struct, frozen=True, kw_only=True):
    """One kustomization: its folder, its file, what it says, the paths it names."""

    folder: str
    path: str
    source: Source
    document: Document
    value: Mapping[str, Any]
    entries: tuple[Entry, ...]

    @property
    def component(self) -> bool:
        """Whether it is a Component, which is built only as part of another one."""
        return self.value.get("kind") == "Component"

    @property
    def renames(self) -> bool:
        """Whether objects that it builds may get other names than they were given."""
        value = self.value
        return bool(
            value.get("namePrefix")
            or value.get("nameSuffix")
            or value.get("configMapGenerator")
            or value.get("secretGenerator")
            or value.get("transformers")
        )

    def items(self, name: str) -> list[Any]:
        """The list in a field; empty where there is none."""
        found = self.value.get(name)
        return found if isinstance(found, list) else []

    def place(self, pointer: str = "") -> Place:
        """Where an entry stands."""
        from gatelift.text.spans import Locator

        return Locator(self.source, self.document).place(pointer)


def file_in(tree: Tree, folder: str) -> str | None:
    """The kustomization file of a folder, if it has one."""
    return next((path for name in NAMES if tree.is_file(path := join(folder, name))), None)


def read(tree: Tree, path: str) -> Kustomization:
    """Read a kustomization file. Raises ``InputError`` for what is no mapping, or what Kustomize would not read.

    Kustomize drops every document but the first in silence, and so does this.
    """
    source = decode(path, tree.read(path))
    document = next((item for item in split(source) if not item.empty), None)
    loaded = load(source, document) if document else None
    if document is None or loaded is None or not isinstance(loaded.value, dict):
        message = "this kustomization is empty, or is no mapping"
        raise InputError(
            Finding("kustomize/empty", Severity.WARNING, message, "write what it builds", Place(path, 1, 1))
        )
    value = loaded.value
    return Kustomization(
        folder=posixpath.dirname(path) or ".",
        path=path,
        source=source,
        document=document,
        value=value,
        entries=tuple(_entries(value)),
    )


def _entries(value: Mapping[str, Any]) -> Iterator[Entry]:
    plain = (*INCLUDES, Field.CRDS, Field.CONFIGURATIONS, *CONFIGURES, Field.PATCHES_STRATEGIC_MERGE)
    for field in plain:
        for index, item in enumerate(_list(value, field)):
            if isinstance(item, str) and not _inline(item):
                yield Entry(field, f"/{field}/{index}", item)
    for field in (Field.PATCHES, Field.PATCHES_JSON, Field.REPLACEMENTS):
        for index, item in enumerate(_list(value, field)):
            if isinstance(item, Mapping) and isinstance(item.get("path"), str):
                yield Entry(field, f"/{field}/{index}", item["path"])
    openapi = value.get("openapi")
    if isinstance(openapi, Mapping) and isinstance(openapi.get("path"), str):
        yield Entry(Field.OPENAPI, "/openapi", openapi["path"])
    yield from _generated(value)
    for index, item in enumerate(_list(value, "helmCharts")):
        yield Entry(Field.CHART, f"/helmCharts/{index}", str(item.get("name", "")) if isinstance(item, Mapping) else "")


def _generated(value: Mapping[str, Any]) -> Iterator[Entry]:
    for name in ("configMapGenerator", "secretGenerator"):
        for index, item in enumerate(_list(value, name)):
            if not isinstance(item, Mapping):
                continue
            pointer = f"/{name}/{index}"
            files = [text.partition("=")[2] or text for text in _list(item, "files") if isinstance(text, str)]
            envs = [text for text in (*_list(item, "envs"), item.get("env")) if isinstance(text, str)]
            for path in (*files, *envs):
                yield Entry(Field.GENERATED, pointer, path)


def _list(value: Mapping[str, Any], name: str) -> list[Any]:
    found = value.get(name)
    return found if isinstance(found, list) else []


def _inline(text: str) -> bool:
    """Whether an entry is the text itself and no path."""
    return "\n" in text or text.lstrip().startswith("{")
