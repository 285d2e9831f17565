"""Shadow copies: the sources as they are built to learn something, never to be written.

A marker on an Ingress carries its identity through every patch and renaming: an annotation under
``internal.config.kubernetes.io/`` survives even the patches that replace all annotations, and comes out of the build.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from gatelift.repository.tree import Tree, join
from gatelift.sources.ingresses import SourceFile, SourceIngress
from gatelift.sources.kustomize.graph import Graph
from gatelift.sources.kustomize.kustomization import Entry, Field, Kustomization, read
from gatelift.sources.ours import WORD
from gatelift.sources.streams import Stream, parsed
from gatelift.text.yaml import load

MARKER = "internal.config.kubernetes.io/gatelift"
GENERATED = "g:"
"""How the marker of a generated document begins; its name follows."""


def marked(tree: Tree, files: Mapping[str, SourceFile], numbers: Mapping[SourceIngress, int]) -> Tree:
    """``tree`` with the number of each source Ingress in its marker."""
    changes: dict[str, bytes | None] = {}
    for path, file in files.items():
        markers = {(item.document, item.item): str(numbers[item]) for item in file.ingresses if item in numbers}
        if markers:
            # What an earlier run wrote into the file may be left out of the tree.
            stream = parsed(".", path, tree.read(path)).streams[0] if path in tree.changes else file.stream
            changes[path] = _marked_text(stream, markers).encode()
    return tree.changed(changes)


def marked_generated(tree: Tree) -> Tree:
    """``tree`` with the name of each generated object of its new files in its marker."""
    changes: dict[str, bytes | None] = {}
    for path, data in tree.changes.items():
        if data is None or WORD not in data:
            continue
        reading = parsed(".", path, data)
        markers = {
            (item.provenance.document, item.provenance.item): f"{GENERATED}{item.name}"
            for item in reading.resources
            if item.mark is not None and "$patch" not in item.value
        }
        if markers and reading.streams:
            changes[path] = _marked_text(reading.streams[0], markers).encode()
    return tree.changed(changes)


def _marked_text(stream: Stream, markers: Mapping[tuple[int, str], str]) -> str:
    text = stream.source.text
    parts: list[str] = []
    done = 0
    for document in stream.documents:
        here = {item: marker for (index, item), marker in markers.items() if index == document.index}
        if not here:
            continue
        loaded = load(stream.source, document)
        assert loaded is not None  # noqa: S101 - objects were found in it
        value: Any = copy.deepcopy(loaded.value)
        for pointer, marker in here.items():
            _annotate(_at(value, pointer), marker)
        # JSON is YAML: whatever this was written like, it is one line now.
        parts += [text[done : document.body_start], json.dumps(value, ensure_ascii=False), "\n"]
        done = document.body_end
    return "".join([*parts, text[done:]])


def _annotate(value: dict[str, Any], marker: str) -> None:
    metadata = value.setdefault("metadata", {})
    metadata["annotations"] = {**(metadata.get("annotations") or {}), MARKER: marker}


def _at(value: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value


def without_entries(node: Kustomization, dropped: Collection[str]) -> bytes:
    """A kustomization without the entries at some pointers, as JSON; for shadow copies only."""
    value: dict[str, Any] = copy.deepcopy(dict(node.value))
    by_field: dict[str, set[int]] = {}
    for pointer in dropped:
        field, _, number = pointer.removeprefix("/").partition("/")
        by_field.setdefault(field, set()).add(int(number) if number else -1)
    for field, numbers in by_field.items():
        if -1 in numbers:
            value.pop(field, None)
        else:
            value[field] = [item for number, item in enumerate(value[field]) if number not in numbers]
    value.setdefault("resources", [])
    return json.dumps(value).encode()


def stubbed(tree: Tree, graph: Graph) -> tuple[Tree, Mapping[str, tuple[str, ...]]]:
    """``tree`` with nothing in place of every remote entry, and by folder the addresses that were left out.

    What is named by an address is never fetched, and never edited. ``graph`` may be that of an
    earlier state of the tree: kustomizations with remote entries are read again.
    """
    changes: dict[str, bytes | None] = {}
    partial: dict[str, tuple[str, ...]] = {}
    for folder, items in graph.unreachable.items():
        if any(item.remote for item in items):
            node = read(tree, graph.nodes[folder].path)
            remote = [entry for entry in node.entries if entry.remote]
            changes[node.path] = without_entries(node, {entry.pointer for entry in remote})
            partial[folder] = tuple(entry.path for entry in remote)
    return tree.changed(changes), partial


def without_files(tree: Tree, nodes: Iterable[Kustomization], gone: Collection[str]) -> Tree:
    """``tree`` without some files, and without the entries that name them."""
    changes: dict[str, bytes | None] = dict.fromkeys(gone)
    for node in nodes:
        dropped = [entry.pointer for entry in node.entries if _names(tree, node, entry, gone)]
        if dropped:
            changes[node.path] = without_entries(node, dropped)
    return tree.changed(changes)


def _names(tree: Tree, node: Kustomization, entry: Entry, gone: Collection[str]) -> bool:
    if entry.remote or entry.path.startswith("/") or entry.field is Field.CHART:
        return False
    return tree.resolve(join(node.folder, entry.path)) in gone


_BEFORE_COMPONENTS = (
    "resources",
    "bases",
    "configurations",
    "crds",
    "generatorOptions",
    "configMapGenerator",
    "secretGenerator",
)


def reduced(node: Kustomization, keep_components: Sequence[str]) -> bytes:
    """A kustomization that does what comes before components, and includes some of them; as JSON."""
    value = {key: node.value[key] for key in _BEFORE_COMPONENTS if key in node.value}
    value["components"] = list(keep_components)
    value.setdefault("resources", [])
    return json.dumps(value).encode()
