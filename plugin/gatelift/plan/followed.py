"""Names that are made of other names: what a build makes of them is known only from the names of the sources.

``decide: {basicAuthSecret: "{secret}-htpasswd"}`` names a Secret after another one. In the sources both are plain
names, and Kustomize gives each its own prefix and hash; made of a built name it would be a name that nothing has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gatelift.config.model import root_of
from gatelift.expected.expected import Change, Expected
from gatelift.expected.ledger import Entry
from gatelift.manifests.reference_paths import references_of
from gatelift.manifests.shape import CONFIG_MAP, SECRET
from gatelift.plan.roots import Roots
from gatelift.sources.worlds import Rendered, World

Manifest = Mapping[str, Any]
_KINDS = (SECRET.kind, CONFIG_MAP.kind)


def with_followed(full: World, bare: World, roots: Roots) -> World:
    """``full``, judged in the names of the builds, with each Secret that nobody builds under the name it will have."""
    in_sources = {(root, _place(change)): change.emitted for root, found in bare.by_root.items() for change in found}
    by_root: dict[str, tuple[Change, ...]] = {}
    for root, changes in full.by_root.items():
        folder = root_of(root)
        built = _built(roots.bare.get(folder), roots.full[root])
        there = {item.name for item in roots.full[root].resources if item.kind in _KINDS}
        by_root[root] = tuple(
            _renamed(change, dict(_names(change, in_sources.get((folder, _place(change)), ()), built, there)))
            for change in changes
        )
    changes = tuple(change for found in by_root.values() for change in found)
    result = Expected(
        changes=changes, shared=full.result.shared, obsolete=full.result.obsolete, findings=full.result.findings
    )
    return msgspec.structs.replace(full, by_root=by_root, result=result)


def _place(change: Change) -> tuple[int, str]:
    """Where an Ingress stands in its build: the same in both worlds."""
    return change.ingress.provenance.document, change.ingress.provenance.item


def _built(bare: Rendered | None, full: Rendered) -> dict[str, str]:
    """Name in the sources -> name in the build, of Secrets and ConfigMaps."""
    if bare is None or [item.kind for item in bare.resources] != [item.kind for item in full.resources]:
        return {}
    pairs = zip(bare.resources, full.resources, strict=True)
    return {mine.name: theirs.name for mine, theirs in pairs if mine.kind in _KINDS}


def _names(
    change: Change, sources: tuple[Manifest, ...], built: Mapping[str, str], there: set[str]
) -> Iterator[tuple[str, str]]:
    """Names that nothing in the build has -> what the build makes of the name in the sources."""
    if [item["kind"] for item in sources] != [item["kind"] for item in change.emitted]:
        return
    for mine, theirs in zip(sources, change.emitted, strict=True):
        known = {each.pointer: each.to.name for each in references_of(mine) if each.to.kind in _KINDS}
        for each in references_of(theirs):
            name = known.get(each.pointer, each.to.name)
            if each.to.kind in _KINDS and name != each.to.name and each.to.name not in there:
                yield each.to.name, built.get(name, name)


def _renamed(change: Change, names: Mapping[str, str]) -> Change:
    if not names:
        return change
    return msgspec.structs.replace(
        change,
        emitted=tuple(_in_manifest(item, names) for item in change.emitted),
        entries=tuple(_in_entry(item, names) for item in change.entries),
    )


def _in_manifest(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        found = {key: _in_manifest(item, names) for key, item in value.items()}
        if found.get("kind") in _KINDS and found.get("name") in names:
            found["name"] = names[found["name"]]
        return found
    return [_in_manifest(item, names) for item in value] if isinstance(value, list | tuple) else value


def _in_entry(entry: Entry, names: Mapping[str, str]) -> Entry:
    text, todo = entry.text, entry.todo
    for old, new in names.items():
        text, todo = text.replace(old, new), todo.replace(old, new)
    return msgspec.structs.replace(entry, text=text, todo=todo)
