"""An object as read: its identity, its plain value, where it stands and whether gatelift wrote it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gatelift.manifests.shape import ObjectKey


class Provenance(msgspec.Struct, frozen=True, order=True):
    """Where an object stands: its root, its file, the document's index there, the item's pointer in a ``List``."""

    root: str
    path: str
    document: int = 0
    item: str = ""


class Mark(msgspec.Struct, frozen=True):
    """The head of a generated document: which Ingress it mirrors, and whether its body is untouched."""

    mirrors: str
    intact: bool


class Resource(msgspec.Struct, frozen=True):
    """One Kubernetes object. ``namespace`` is empty where the manifest leaves it to whoever applies it."""

    api_version: str
    kind: str
    namespace: str
    name: str
    value: Mapping[str, Any]
    provenance: Provenance
    mark: Mark | None = None

    @property
    def group(self) -> str:
        """The API group; empty for the core group."""
        group, slash, _ = self.api_version.partition("/")
        return group if slash else ""

    @property
    def key(self) -> ObjectKey:
        """What identifies the object, whatever version it is written in."""
        return ObjectKey(self.group, self.kind, self.namespace, self.name)

    @property
    def mirrors(self) -> str:
        """What it mirrors where gatelift wrote it and nobody has changed it since; empty otherwise."""
        return self.mark.mirrors if self.mark is not None and self.mark.intact else ""

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


class ShapeError(Exception):
    """An object whose parts have the wrong type: the JSON pointer of the part, what is wrong, what to do."""

    def __init__(self, pointer: str, message: str, fix: str) -> None:
        super().__init__(message)
        self.pointer = pointer
        self.message = message
        self.fix = fix


def escape(token: str) -> str:
    """A key as a token of an RFC 6901 JSON pointer."""
    return token.replace("~", "~0").replace("/", "~1")


def leaves(value: object, pointer: str = "") -> Iterator[str]:
    """The JSON pointers of every scalar and every empty collection of ``value``, in document order."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from leaves(item, f"{pointer}/{escape(str(key))}")
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from leaves(item, f"{pointer}/{index}")
    else:
        yield pointer


NO_KIND = "this object has no kind"


def resources(
    value: object, provenance: Provenance, mark: Mark | None = None, errors: list[ShapeError] | None = None
) -> Iterator[Resource]:
    """The objects of one document: itself, or the items of a ``List`` (also ``IngressList`` and its like).

    What is no object with ``apiVersion``, ``kind`` and ``metadata.name`` goes to ``errors``, and is raised as
    ``ShapeError`` where these are not asked for; the items after it are still read.
    """
    try:
        kind = _kind(value)
        if kind.endswith("List") and isinstance(value, Mapping) and isinstance(value.get("items"), list):
            for index, item in enumerate(value["items"]):
                place = msgspec.structs.replace(provenance, item=f"{provenance.item}/items/{index}")
                below: list[ShapeError] = []
                yield from resources(_typed(item, kind, value), place, None, below)
                _report([ShapeError(f"/items/{index}{e.pointer}", e.message, e.fix) for e in below], errors)
            return
        assert isinstance(value, Mapping)  # noqa: S101 - _kind() takes nothing else
        yield _resource(value, kind, provenance, mark)
    except ShapeError as error:
        _report([error], errors)


def _report(found: list[ShapeError], errors: list[ShapeError] | None) -> None:
    if errors is not None:
        errors.extend(found)
    elif found:
        raise found[0]


def _kind(value: object) -> str:
    if not isinstance(value, Mapping):
        raise ShapeError(
            "", f"a manifest is a mapping, this is {_kind_of(value)}", "write apiVersion, kind and metadata"
        )
    kind = value.get("kind")
    if not isinstance(kind, str) or not kind:
        raise ShapeError("/kind" if "kind" in value else "", NO_KIND, "write its kind, or remove it")
    return kind


def _typed(item: object, list_kind: str, parent: Mapping[str, Any]) -> object:
    """An item of a typed list (``IngressList``) may leave its kind and version to the list."""
    if list_kind == "List" or not isinstance(item, Mapping) or "kind" in item:
        return item
    return {"apiVersion": parent.get("apiVersion"), "kind": list_kind.removesuffix("List"), **item}


def _resource(value: Mapping[str, Any], kind: str, provenance: Provenance, mark: Mark | None) -> Resource:
    version = value.get("apiVersion")
    if not isinstance(version, str) or not version:
        pointer = "/apiVersion" if "apiVersion" in value else ""
        raise ShapeError(pointer, f"this {kind} has no apiVersion", "write its apiVersion")
    metadata = value.get("metadata")
    if not isinstance(metadata, Mapping):
        pointer = "/metadata" if "metadata" in value else ""
        raise ShapeError(pointer, f"this {kind} has no metadata", "write metadata with a name")
    name = metadata.get("name")
    if not isinstance(name, str) or not name:
        pointer = "/metadata/name" if "name" in metadata else "/metadata"
        raise ShapeError(pointer, f"this {kind} has no name", "write metadata.name, as a string")
    namespace = metadata.get("namespace")
    if namespace is not None and not isinstance(namespace, str):
        raise ShapeError("/metadata/namespace", "a namespace is a string", "put it in quotes")
    return Resource(version, kind, namespace or "", name, value, provenance, mark)


def _kind_of(value: object) -> str:
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else f"a {type(value).__name__}"
