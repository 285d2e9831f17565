"""Whether a marked document can be gatelift's own. A mark is a comment with a digest, and anybody can write one.

What counts as ours is made anew in each run: it may be overwritten, and goes where it is not needed any more. So a mark
is believed only on what gatelift writes, where gatelift lists it; on a Secret, a script or a patch that restricts
access it is somebody else's comment.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.findings import InputError
from gatelift.gateway.metadata import CUTOVER, opt_out
from gatelift.manifests.name_reference import FILE
from gatelift.manifests.resource import escape
from gatelift.manifests.shape import EMITTED, INGRESS
from gatelift.repository.tree import Tree, join
from gatelift.sources.kustomize.graph import Graph
from gatelift.sources.kustomize.kustomization import Field
from gatelift.sources.ours import REFERENCES_HEAD, OurFile
from gatelift.text.documents import split
from gatelift.text.source import Source, decode
from gatelift.text.yaml import Json, load

_KINDS = frozenset((kind.group, kind.kind) for kind in EMITTED)
_NAMES = frozenset(kind.kind for kind in EMITTED)
_OPT_OUT = frozenset(opt_out(CUTOVER))
_REFERENCES = frozenset(("nameReference", "namespace", "varReference"))


class _Use(msgspec.Struct, frozen=True):
    """Where a kustomization names a file: the field, and the kind that a patch is aimed at."""

    field: Field
    kind: str = ""


def genuine(tree: Tree, graph: Graph, files: Mapping[str, OurFile]) -> Mapping[str, OurFile]:
    """``files`` without the documents, and without the files, whose marks cannot be gatelift's."""
    uses = _uses(tree, graph, files)
    found: dict[str, OurFile] = {}
    for path, file in files.items():
        kept = _genuine(decode(path, tree.read(path)), file, uses.get(path, ()))
        if kept is not None:
            found[path] = kept
    return found


def _uses(tree: Tree, graph: Graph, paths: Collection[str]) -> Mapping[str, Sequence[_Use]]:
    found: dict[str, list[_Use]] = {}
    for folder, node in graph.nodes.items():
        for entry in node.entries:
            path = None if entry.remote else tree.resolve(join(folder, entry.path))
            if path not in paths or path is None:
                continue
            kind = ""
            if entry.field is Field.PATCHES:
                target = node.items(Field.PATCHES)[int(entry.pointer.rpartition("/")[2])].get("target")
                kind = str(target.get("kind", "")) if isinstance(target, Mapping) else ""
            found.setdefault(path, []).append(_Use(entry.field, kind))
    return found


def _genuine(source: Source, file: OurFile, uses: Sequence[_Use]) -> OurFile | None:
    values = {document.index: _value(source, document.index) for document in file.documents}
    if source.text.startswith(REFERENCES_HEAD):
        listed = all(use.field is Field.CONFIGURATIONS for use in uses)
        value = _value(source, 0)
        speaks = isinstance(value, Mapping) and value.keys() <= _REFERENCES
        return file if listed and speaks and posixpath.basename(source.path) == FILE else None
    kept = tuple(item for item in file.documents if not item.intact or _can_be_ours(values[item.index], uses))
    if not kept:
        return None
    return OurFile(file.path, kept, mixed=file.mixed or len(kept) < len(file.documents))


def _value(source: Source, index: int) -> Json:
    document = next((item for item in split(source) if item.index == index), None)
    try:
        loaded = load(source, document) if document else None
    except InputError:
        return None
    return loaded.value if loaded is not None else None


def _can_be_ours(value: Json, uses: Sequence[_Use]) -> bool:
    if isinstance(value, list):
        return bool(uses) and all(use.field is Field.PATCHES and _operates(value, use.kind) for use in uses)
    if not isinstance(value, Mapping):
        return False
    group, _, _ = str(value.get("apiVersion", "")).rpartition("/")
    if (group, value.get("kind")) in _KINDS:
        return all(use.field in (Field.RESOURCES, Field.PATCHES) for use in uses)
    if value.get("kind") != INGRESS.kind:
        return False
    return bool(uses) and all(use.field is Field.PATCHES for use in uses) and _of_an_ingress(value)


def _of_an_ingress(value: Mapping[str, Any]) -> bool:
    """Whether a merge patch does to an Ingress what gatelift does: it goes, or DNS leaves it or comes back."""
    metadata = value.get("metadata")
    if not isinstance(metadata, Mapping) or not value.keys() <= {"$patch", "apiVersion", "kind", "metadata"}:
        return False
    if "$patch" in value:
        return value["$patch"] == "delete" and metadata.keys() == {"name"}
    annotations = metadata.get("annotations")
    return metadata.keys() == {"name", "annotations"} and _only_opts_out(annotations)


def _only_opts_out(annotations: object) -> bool:
    return isinstance(annotations, Mapping) and annotations.keys() <= _OPT_OUT


def _operates(operations: Sequence[Json], kind: str) -> bool:
    """Whether operations are such as gatelift writes for objects of a kind."""
    if kind in _NAMES:
        return all(isinstance(item, Mapping) and item.keys() <= {"op", "path", "value"} for item in operations)
    return kind == INGRESS.kind and all(isinstance(item, Mapping) and _on_an_ingress(item) for item in operations)


def _on_an_ingress(item: Mapping[str, Any]) -> bool:
    if item.get("path") == "/metadata/annotations":
        return item.get("op") == "add" and _only_opts_out(item.get("value"))
    return item.get("path") in {f"/metadata/annotations/{escape(key)}" for key in _OPT_OUT}
