"""What all parts of a lift share: the situation, what is written so far, and the questions that each of them asks."""

from __future__ import annotations

from collections.abc import Sequence

from gatelift.expected.expected import Change
from gatelift.findings import Finding
from gatelift.sources.ingresses import SourceIngress
from gatelift.sources.kustomize.differences import Everywhere, everywhere_of
from gatelift.sources.kustomize.draft import Draft
from gatelift.sources.kustomize.level import Build, Level, Situation


class Ground:
    """The state of one lift."""

    def __init__(self, situation: Situation, build: Build) -> None:
        self.situation = situation
        self.build = build
        self.draft = Draft(
            situation.tree,
            situation.actual,
            situation.renewed,
            {path: items for path, items in situation.mixed.items() if path not in situation.files},
        )
        self.failed: dict[str, Finding] = {}
        self.chosen: dict[tuple[str, str], SourceIngress] = {}
        """(kind, name) of what stands beside a written Ingress -> that Ingress."""

    def nearest(self, folder: str) -> Level | None:
        """The level of a kustomization, or of the first that includes a component."""
        above = sorted(self.situation.graph.above(folder) & self.situation.levels.keys())
        return self.situation.levels.get(folder) or next((self.situation.levels[item] for item in above), None)

    def written(self) -> list[SourceIngress]:
        return [item for path in sorted(self.situation.files) for item in self.situation.files[path].ingresses]

    def active(self) -> set[str]:
        return {folder for root in self.situation.roots for folder in self.situation.graph.below(root)}

    def builds(self, folder: str, ingress: SourceIngress) -> bool:
        """Whether a root above ``folder`` builds a written Ingress, or takes out again what it builds of it."""
        graph = self.situation.graph
        above = graph.above(folder) & self.situation.roots & self.situation.levels.keys()
        return any(ingress.path in graph.resources.get(item, ()) for root in above for item in graph.below(root))

    def users(self, path: str) -> list[str]:
        """The kustomizations and components that list a file, as far as they are part of this."""
        graph = self.situation.graph
        return sorted(
            folder
            for folder, paths in graph.resources.items()
            if path in paths and graph.above(folder) & self.situation.levels.keys()
        )

    def agreed(self, ingress: SourceIngress) -> Change | None:
        """What changes on the Ingress itself, where all roots that build it agree."""
        found = [
            change
            for folder in sorted(self.situation.roots)
            if (level := self.situation.levels.get(folder)) and (change := level.change_of(ingress))
        ]
        if not found or any(
            (c.keep, dict(c.annotations)) != (found[0].keep, dict(found[0].annotations)) for c in found
        ):
            return None
        return found[0]

    def everywhere(self, folder: str) -> Everywhere:
        graph = self.situation.graph
        return everywhere_of(graph.nodes[item].value for item in graph.below(folder) if item in graph.nodes)

    def here(self, folder: str) -> Everywhere:
        """What is put on an object that ``folder`` itself lists: by itself and by its components, by nothing below."""
        graph = self.situation.graph
        found = {folder: None}
        for item in (child for child in graph.children.get(folder, ()) if graph.nodes[child].component):
            found.update(dict.fromkeys(each for each in graph.below(item) if graph.nodes[each].component))
        return everywhere_of(graph.nodes[item].value for item in found)

    def fail(self, folders: Sequence[str], finding: Finding) -> None:
        for folder in folders:
            for above in self.situation.graph.above(folder):
                self.failed.setdefault(above, finding)
