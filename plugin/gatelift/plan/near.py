"""Which Ingresses stand near a generated file: what it mirrors is there only if it is among them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gatelift.plan.plain_roots import PlainRoots
from gatelift.repository.tree import Tree
from gatelift.sources.ingresses import SourceFile
from gatelift.sources.kustomize.graph import Graph


class Near:
    """The Ingresses that a generated file may mirror: those of its plain root, or of what its kustomizations build.

    Those that are ignored do not count: what mirrors one is left alone with it.
    """

    def __init__(
        self, tree: Tree, graph: Graph, named: Mapping[str, Collection[str]], files: Mapping[str, SourceFile]
    ) -> None:
        self._graph = graph
        self._named = named
        self._root = PlainRoots(tree, named).of
        self._refs = {
            path: frozenset(str(item.ref) for item in file.ingresses if not item.ignored)
            for path, file in files.items()
        }
        self._known: dict[str, frozenset[str]] = {}
        self._by_root: Mapping[str | None, frozenset[str]] | None = None

    def ingresses(self, path: str) -> frozenset[str]:
        """The Ingresses near a file, as ``namespace/name``."""
        if path not in self._named:
            return self._plain().get(self._root(path), frozenset())
        return frozenset(ref for folder in self._named[path] for ref in self._of_folder(folder))

    def _plain(self) -> Mapping[str | None, frozenset[str]]:
        if self._by_root is None:
            found: dict[str | None, set[str]] = {}
            for path, refs in self._refs.items():
                if path not in self._named:
                    found.setdefault(self._root(path), set()).update(refs)
            self._by_root = {root: frozenset(refs) for root, refs in found.items()}
        return self._by_root

    def _of_folder(self, folder: str) -> frozenset[str]:
        if folder not in self._known:
            below = {item for above in self._graph.above(folder) for item in self._graph.below(above)}
            paths = {path for item in below for path in self._graph.resources.get(item, ())}
            self._known[folder] = frozenset(ref for path in paths for ref in self._refs.get(path, ()))
        return self._known[folder]
