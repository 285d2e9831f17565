"""Components: what they do to Ingresses is written into them, where everybody who includes one lacks the very same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gatelift.findings import InputError
from gatelift.sources.kustomize.components import (
    Included,
    agree,
    in_order,
    included,
    speaks_of_ingresses,
    up_to,
    weight,
)
from gatelift.sources.kustomize.differences import Differences
from gatelift.sources.kustomize.ground import Ground
from gatelift.sources.kustomize.level import Level, mirrors_of
from gatelift.sources.kustomize.mending import Mending


class Components:
    """Mends components; what they leave, the levels that include them mend themselves."""

    def __init__(self, ground: Ground, mending: Mending) -> None:
        self.ground = ground
        self.mending = mending

    def mend(self, folders: Sequence[str]) -> None:
        """What components do is written into them, where everybody who includes one lacks the very same."""
        graph, tree = self.ground.situation.actual, self.ground.situation.tree
        chains = {
            folder: {item.folder: item for item in found}
            for folder in folders
            if (found := included(tree, graph.nodes[folder]))
        }
        for component in in_order({folder: list(chain) for folder, chain in chains.items()}):
            witnesses = {folder: chain[component] for folder, chain in chains.items() if component in chain}
            others = set(graph.parents.get(component, ())) - witnesses.keys()
            if others & self.ground.situation.levels.keys() or any(graph.nodes[item].component for item in others):
                continue
            if speaks_of_ingresses(tree, graph, component):
                self._component(component, witnesses, alone=not others)

    def _component(self, component: str, witnesses: Mapping[str, Included], *, alone: bool) -> None:
        """``alone``: whether there is nobody else to whom a new object in the component would go."""
        lacking = self._lacking_up_to({folder: item.entries for folder, item in witnesses.items()})
        if lacking is None or all(found.nothing for _, found in lacking.values()):
            return
        earlier = self._lacking_up_to({folder: item.before for folder, item in witnesses.items()})
        if earlier is None or not all(found.nothing for _, found in earlier.values()):
            return
        levels, found = zip(*lacking.values(), strict=True)
        if not agree(found, [mirrors_of(level) for level in levels]) or (found[0].missing and not alone):
            return
        before, kept = self._weights(witnesses), dict(self.ground.draft.changes)
        try:
            self.mending.mend(component, levels[0], found[0])
        except InputError:
            self.ground.draft.changes = kept
            return
        after = self._weights(witnesses)
        if any((left := after[folder]) is None or left > (before[folder] or 0) for folder in witnesses):
            self.ground.draft.changes = kept

    def _lacking_up_to(self, kept: Mapping[str, Sequence[str]]) -> dict[str, tuple[Level, Differences]] | None:
        """What kustomizations lack that are built up to some component; ``None`` where one cannot be."""
        levels = self.ground.situation.stage(kept)
        built = self.ground.build(up_to(self.ground.draft.shadow(), self.ground.situation.actual, kept), list(kept))
        result: dict[str, tuple[Level, Differences]] = {}
        for folder, made in built.items():
            if isinstance(made, str) or folder not in levels:
                return None
            result[folder] = (levels[folder], self.mending.lacking(folder, levels[folder], made))
        return result

    def _weights(self, folders: Iterable[str]) -> dict[str, int | None]:
        """How many objects each of some levels has to mend; ``None`` for what does not build."""
        built = self.ground.build(self.ground.draft.shadow(), list(folders))
        return {
            folder: None
            if isinstance(made, str)
            else weight(self.mending.lacking(folder, self.ground.situation.levels[folder], made))
            for folder, made in built.items()
        }
