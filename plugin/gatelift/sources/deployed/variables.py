"""The variables of a Flux Kustomization: its own, and those of ConfigMaps that stand in the repository.

The values of Secrets are never looked at: only which names they set, because these may outrank a ConfigMap's.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable

from gatelift.findings import Finding, InputError
from gatelift.manifests.resource import Provenance, Resource, ShapeError, resources
from gatelift.repository.tree import Tree
from gatelift.sources.deployed.fields import Found, flag, items, mapping, pairs, text
from gatelift.sources.deployed.model import PostBuild
from gatelift.text.documents import split
from gatelift.text.source import decode
from gatelift.text.yaml import load

Search = Callable[[str], Iterable[str]]
"""A text -> the paths of the files that may hold it."""


class Variables:
    """Resolves ``postBuild`` against one tree; findings gather in ``findings``."""

    __slots__ = ("_known", "_search", "_tree", "findings")

    def __init__(self, tree: Tree, search: Search | None = None) -> None:
        self._tree = tree
        self._search = search or self._everything
        self._known: dict[tuple[str, str], list[Resource]] = {}
        self.findings: list[Finding] = []

    def of(self, found: Found) -> PostBuild:
        """The variables of a Kustomization. Line breaks are dropped from values, as Flux does."""
        spec = mapping(found.spec, "postBuild")
        known: dict[str, str] = {}
        unread: list[str] = []
        for entry in items(spec, "substituteFrom"):
            kind, name = text(entry, "kind"), text(entry, "name")
            source = self._nearest(found, kind, name)
            if source is None and flag(entry, "optional"):
                continue
            if kind == "ConfigMap" and source is not None:
                known.update(pairs(source.value, "data"))
                continue
            unread.append(f"{kind} {name}")
            if source is not None:
                for key in (*mapping(source.value, "data"), *mapping(source.value, "stringData")):
                    known.pop(key, None)
        known.update(pairs(spec, "substitute"))
        if unread:
            self.findings.append(_unread(found, unread))
        # A value with variables of its own is filled in by whoever applies the ConfigMap.
        clear = {key: value.replace("\n", "") for key, value in known.items()}
        own = mapping(spec, "substitute")
        nested = sorted(key for key, value in clear.items() if "${" in value and key not in own)
        return PostBuild(
            {key: value for key, value in clear.items() if key not in nested},
            (*unread, *(f"variable {key}" for key in nested)),
        )

    def _nearest(self, found: Found, kind: str, name: str) -> Resource | None:
        return self.nearest(kind, name, found.resource.namespace, found.resource.provenance.path)

    def nearest(self, kind: str, name: str, namespace: str, path: str) -> Resource | None:
        """The object of this name that stands nearest to the file ``path``; None where two are equally near."""
        if (kind, name) not in self._known:
            self._known[kind, name] = list(self._named(kind, name))
        fitting = [
            item
            for item in self._known[kind, name]
            if not item.namespace or not namespace or item.namespace == namespace
        ]
        near = [(_shared(path, item.provenance.path), item) for item in fitting]
        most = max((count for count, _ in near), default=0)
        nearest = [item for count, item in near if count == most]
        return nearest[0] if nearest and all(item.value == nearest[0].value for item in nearest) else None

    def _named(self, kind: str, name: str) -> Iterable[Resource]:
        for path in self._search(name):
            if not path.endswith((".yaml", ".yml", ".json")):
                continue
            try:
                data = self._tree.read(path)
                if name.encode() not in data or kind.encode() not in data:
                    continue
                source = decode(path, data)
                for document in split(source):
                    loaded = load(source, document) if name in document.chunk(source) else None
                    if loaded is not None:
                        errors: list[ShapeError] = []
                        found = resources(loaded.value, Provenance("", path, document.index), None, errors)
                        yield from (item for item in found if (item.kind, item.name, item.group) == (kind, name, ""))
            except (InputError, KeyError):
                # It is read where it matters; here it only is not the object in question.
                continue

    def _everything(self, name: str) -> Iterable[str]:
        return self._tree.files


def _shared(one: str, other: str) -> int:
    """How many folders two files have in common."""
    left, right = posixpath.dirname(one).split("/"), posixpath.dirname(other).split("/")
    return next(
        (count for count, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right))
    )


def _unread(found: Found, names: list[str]) -> Finding:
    message = f"variables come from {', '.join(names)}, which is not read: what they stand for stays as it is written"
    fix = "nothing, unless a host is written with such a variable: then check that host by hand"
    return found.note("variables", message, fix, "/spec/postBuild/substituteFrom")
