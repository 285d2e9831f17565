"""Lifting: what the sources of all kustomizations must say so that each level renders what is wanted of it.

Children first. A document gets its routes beside it, as the lowest level that builds it needs them; every level above
gets the smallest patch, new file or deletion for what its own build then still lacks.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gatelift.findings import InputError
from gatelift.manifests.resource import Provenance, Resource, resources
from gatelift.sources.kustomize.differences import without_ingresses
from gatelift.sources.kustomize.documents import Documents
from gatelift.sources.kustomize.foresight import foreseen, is_plain
from gatelift.sources.kustomize.ground import Ground
from gatelift.sources.kustomize.level import (
    Build,
    Level,
    Lifted,
    Manifest,
    Situation,
    emitted_at,
    heights,
)
from gatelift.sources.kustomize.mending import Mending
from gatelift.sources.kustomize.mending_components import Components
from gatelift.sources.kustomize.parting import Parting
from gatelift.sources.kustomize.referring import References
from gatelift.sources.kustomize.rendering import Rendering


def lift(situation: Situation, build: Build) -> Lifted:
    """Write what every level needs."""
    ground = Ground(situation, build)
    references = References(ground)
    mending = Mending(ground, references)
    Documents(ground, references).write()
    parting = Parting(ground)
    parting.replacements()
    parting.retire()
    levels = _Levels(ground, mending, Components(ground, mending))
    for folders in heights(situation):
        levels.mend(folders)
    references.kept()
    ground.draft.finish()
    return Lifted(changes=dict(ground.draft.changes), failed=ground.failed)


class _Levels:
    """Mends levels, all of one height at a time."""

    def __init__(self, ground: Ground, mending: Mending, components: Components) -> None:
        self.ground = ground
        self.mending = mending
        self.components = components

    def mend(self, folders: Sequence[str]) -> None:
        """What some levels still lack, all of one height."""
        open_ones = [folder for folder in folders if folder not in self.ground.failed]
        self.components.mend(open_ones)
        guessed = {folder: told for folder in open_ones if (told := self._foreseen(folder)) is not None}
        unknown = [folder for folder in open_ones if folder not in guessed]
        built: dict[str, Rendering | str] = {**self.ground.build(self.ground.draft.shadow(), unknown), **guessed}
        for folder in open_ones:
            made = built[folder]
            if isinstance(made, str):
                # The proof of the root says so in full; nothing can be learnt here.
                continue
            try:
                self._level(folder, self.ground.situation.levels[folder], made)
            except InputError as error:
                self.ground.fail([folder], error.finding)

    def _foreseen(self, folder: str) -> Rendering | None:
        """What a level will render, where that can be told from the one level below it."""
        situation = self.ground.situation
        node, level = situation.actual.nodes.get(folder), situation.levels[folder]
        below = [item for item in situation.graph.children.get(folder, ()) if item in situation.levels]
        if not situation.foresee or node is None or len(below) != 1 or not is_plain(node):
            return None
        if any(situation.graph.nodes[item].component for item in situation.graph.children[folder]):
            return None
        if any(not change.keep or change.annotations for change in level.changes):
            # An Ingress that changes where it is written is not what is built today.
            return None
        if any(situation.graph.nodes[item].value.get("vars") for item in situation.graph.below(folder)):
            return None
        own = set(situation.graph.resources.get(folder, ()))
        if own & situation.files.keys() or below[0] in self.ground.failed:
            return None
        under = situation.levels[below[0]]
        made = foreseen(node, [item.value for item in level.before.resources], emitted_at(under))
        return msgspec.structs.replace(level.before, resources=tuple(as_resource(item, folder) for item in made))

    def _level(self, folder: str, level: Level, made: Rendering) -> None:
        found = self.mending.lacking(folder, level, made)
        if folder not in self.ground.situation.roots:
            found = without_ingresses(found, level.origins.keys())
        if not found.nothing:
            self.mending.mend(folder, level, found)


def as_resource(item: Manifest, folder: str) -> Resource:
    """An object of ours as one of a build."""
    return next(resources(item, Provenance(folder, folder)))
