"""What goes with an Ingress: the patches and replacements that were for it alone.

A strategic merge patch without its object breaks the build, and a targeted one silently does nothing: both go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import msgspec

from gatelift.repository.tree import join
from gatelift.sources.kustomize.draft import Draft
from gatelift.sources.kustomize.graph import Graph
from gatelift.sources.kustomize.kustomization import Field, Kustomization
from gatelift.sources.kustomize.pointing import RouteOf, repointed
from gatelift.sources.output import rewritten
from gatelift.sources.streams import parsed

Gone = Callable[[str], bool]
"""The name of an Ingress, as a patch has it -> whether every Ingress of that name leaves."""
_PLAIN = re.compile(r"[A-Za-z0-9-]+")
_PATCHES = (Field.PATCHES_STRATEGIC_MERGE, Field.PATCHES, Field.PATCHES_JSON)


class _Item(msgspec.Struct, frozen=True):
    """An entry of a kustomization that is for Ingresses alone, and the file that it names, if it does."""

    field: str
    index: int
    path: str = ""


def retire_patches(draft: Draft, graph: Graph, folder: str, gone: Gone) -> None:
    """Take out of ``folder`` what is for Ingresses that leave. Raises ``InputError`` where that cannot be done."""
    node = graph.nodes[folder]
    leaving = list(_leaving(draft, node, gone))
    for item in leaving:
        if item.path and draft.users(item.path) <= {folder}:
            draft.drop_file(item.path)
    by_field: dict[str, list[int]] = {}
    for item in leaving:
        by_field.setdefault(item.field, []).append(item.index)
    draft.take_out(folder, by_field)


def _leaving(draft: Draft, node: Kustomization, gone: Gone) -> Iterator[_Item]:
    for field in _PATCHES:
        for index, entry in enumerate(node.items(field)):
            target = entry.get("target") if isinstance(entry, Mapping) else None
            path = _path(node, entry)
            if isinstance(target, Mapping):
                if target.get("kind") == "Ingress" and gone(str(target.get("name") or "")):
                    yield _Item(field, index, path)
            elif path:
                if _emptied(draft, path, gone):
                    yield _Item(field, index, path)
            elif _all_gone(_text(entry), gone):
                yield _Item(field, index)


def _path(node: Kustomization, entry: object) -> str:
    """The file that an entry names; empty for text in the kustomization itself."""
    name = entry.get("path") if isinstance(entry, Mapping) else entry
    if not isinstance(name, str) or "\n" in name or name.lstrip().startswith("{"):
        return ""
    return join(node.folder, name)


def _text(entry: object) -> str:
    found = entry.get("patch") if isinstance(entry, Mapping) else entry
    return found if isinstance(found, str) else ""


def _emptied(draft: Draft, path: str, gone: Gone) -> bool:
    """Whether nothing is left of a patch file; one that is for other objects too is divided in place."""
    if not draft.tree.is_file(path):
        return False
    data = draft.tree.read(path)
    reading = parsed(".", path, data)
    documents = {
        (path, item.provenance.document)
        for item in reading.resources
        if item.kind == "Ingress" and not item.provenance.item and gone(item.name)
    }
    if not documents or not reading.streams:
        return False
    stream = reading.streams[0]
    if all(item.empty or (path, item.index) in documents for item in stream.documents):
        return True
    draft.changes[path] = stream.source.encode(rewritten(stream, (), documents))
    return False


def _all_gone(text: str, gone: Gone) -> bool:
    reading = parsed(".", "patch", text.encode())
    found = [item for item in reading.resources if item.kind == "Ingress"]
    return bool(found) and len(found) == len(reading.resources) and all(gone(item.name) for item in found)


def retire_replacements(draft: Draft, folder: str, gone: Gone, route_of: RouteOf) -> None:
    """What writes into Ingresses that leave, or reads from them. Raises ``InputError`` where that cannot be changed."""
    draft.edit(folder, lambda source: repointed(source, route_of))
    whole: list[int] = []
    for index, item in enumerate(draft.node(folder).items(Field.REPLACEMENTS)):
        targets = item.get("targets") if isinstance(item, Mapping) else None
        if not isinstance(targets, list) or not targets:
            continue
        leaving = [number for number, each in enumerate(targets) if _into(each, gone)]
        if len(leaving) == len(targets):
            whole.append(index)
        elif leaving:
            draft.take_out(folder, {f"{Field.REPLACEMENTS}/{index}/targets": leaving})
    if whole:
        draft.take_out(folder, {str(Field.REPLACEMENTS): whole})


def _into(target: Any, gone: Gone) -> bool:
    select = target.get("select") if isinstance(target, Mapping) else None
    return isinstance(select, Mapping) and select.get("kind") == "Ingress" and gone(str(select.get("name") or ""))


def gone_in(names_gone: Collection[str], names_kept: Collection[str]) -> Gone:
    """Whether a name, maybe with what lower levels put around it, is that of Ingresses that leave, and of no other.

    A patch may be for an Ingress that is not written in this repository: one whose name says nothing stays.
    """

    def gone(name: str) -> bool:
        if not name or name in names_kept:
            return not names_kept
        if any(_fits(name, kept) for kept in names_kept):
            return False
        if any(_fits(name, each) for each in names_gone):
            return True
        return any(each in name for each in names_gone) and not any(kept in name for kept in names_kept)

    return gone


def _fits(pattern: str, name: str) -> bool:
    """Whether a name fits that of a target: a regular expression, anchored, as Go has them."""
    if pattern == name or _PLAIN.fullmatch(pattern):
        return pattern == name
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.fullmatch(pattern, name, options) is not None
    except re2.error:
        return False
