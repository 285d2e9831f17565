"""The files that make Kustomize follow names in routes: where one is needed, what is in it, how long it stays."""

from __future__ import annotations

import posixpath
from collections.abc import Collection

from gatelift.gateway.normal import key_of
from gatelift.sources.kustomize.ground import Ground
from gatelift.sources.kustomize.kustomization import Field
from gatelift.sources.kustomize.name_references import left_behind, path_of, text_for


class References:
    """Writes the files of name references of one lift."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def needed(self, folder: str) -> None:
        """The file that makes Kustomize follow names in routes, where some build changes names.

        Kustomize merges such files of all levels into every build above, so one somewhere below is enough.
        """
        graph = self.ground.situation.graph
        concerned = {item for above in graph.above(folder) for item in graph.below(above)}
        if not any(graph.nodes[item].renames for item in concerned if item in graph.nodes):
            return
        builds = graph.above(folder) & self.ground.situation.levels.keys()
        if builds and all(any(path_of(at) in self.ground.draft.changes for at in graph.below(item)) for item in builds):
            return
        path = path_of(folder)
        if not self.ground.draft.taken(path):
            variables = any(graph.nodes[item].value.get("vars") for item in concerned if item in graph.nodes)
            self.ground.draft.write(
                path, text_for(self._kinds(concerned), self._left_behind(folder), variables=variables)
            )
        self.ground.draft.add(folder, Field.CONFIGURATIONS, path)

    def kept(self) -> None:
        """Name references that nothing of this run needs, and something of an earlier one does."""
        for path in sorted(self.ground.situation.renewed):
            folder = posixpath.dirname(path) or "."
            if (
                path == path_of(folder)
                and self.ground.draft.changes.get(path) is None
                and (text := self._left_behind(folder))
            ):
                self.ground.draft.write(path, text)

    def _left_behind(self, folder: str) -> str:
        """The file of name references that an earlier run wrote here, where documents of that run still need it."""
        path, tree = path_of(folder), self.ground.situation.tree
        if path not in self.ground.situation.renewed or not left_behind(
            tree, self.ground.situation.actual, folder, self.ground.situation.renewed
        ):
            return ""
        return tree.read(path).decode()

    def _kinds(self, folders: Collection[str]) -> frozenset[tuple[str, str]]:
        """Every kind that is written in some folders: all that are built together, so that they say the same."""
        levels = self.ground.situation.levels
        changes = (change for folder in folders if folder in levels for change in levels[folder].changes)
        keys = (key_of(item) for change in changes for item in change.emitted)
        return frozenset((key.group, key.kind) for key in keys)
