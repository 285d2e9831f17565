"""What a lift starts from: each kustomization with what is wanted of it, and the functions that build."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.config.model import RouteFile
from gatelift.expected.expected import Change
from gatelift.findings import Finding
from gatelift.gateway.normal import key_of
from gatelift.manifests.shape import ObjectKey
from gatelift.repository.tree import Tree
from gatelift.sources.ingresses import SourceFile, SourceIngress
from gatelift.sources.kustomize.graph import Graph
from gatelift.sources.kustomize.parameters import Mirrored
from gatelift.sources.kustomize.rendering import Rendering

Manifest = Mapping[str, Any]


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """One kustomization before the rewrite, in the names of its sources, and what is wanted of it."""

    before: Rendering
    wanted: tuple[Manifest, ...]
    changes: tuple[Change, ...]
    origins: Mapping[ObjectKey, SourceIngress]
    """Rendered Ingress -> where it is written."""

    def change_of(self, ingress: SourceIngress) -> Change | None:
        """What becomes of a written Ingress here, where it is built."""
        keys = [key for key, origin in self.origins.items() if origin == ingress]
        return next((change for change in self.changes if keys and is_of(change, keys)), None)

    def built(self, change: Change) -> Manifest:
        """The Ingress of a change as it is built here."""
        ref = change.ingress.ref
        return next(
            item.value
            for item in self.before.resources
            if item.kind == "Ingress" and (item.namespace, item.name) == (ref.namespace, ref.name)
        )

    def mirrored(self) -> Iterator[Mirrored]:
        """The written Ingresses with what mirrors them."""
        for change in self.changes:
            origin = next((o for k, o in self.origins.items() if is_of(change, [k])), None)
            if origin is not None and change.emitted:
                yield Mirrored(origin.ref.name, self.built(change), change.emitted)


def is_of(change: Change, keys: Sequence[ObjectKey]) -> bool:
    """Whether a change is of an Ingress with one of these identities."""
    ref = change.ingress.ref
    return any((key.namespace, key.name) == (ref.namespace, ref.name) for key in keys)


def mirrors_of(level: Level) -> dict[ObjectKey, str]:
    """Object -> the Ingress that it follows, in the words of its source."""
    found: dict[ObjectKey, str] = {}
    for change in level.changes:
        origin = next((o for k, o in level.origins.items() if is_of(change, [k])), None)
        name = f"Ingress {origin.ref if origin else change.ingress.ref}"
        for item in change.emitted:
            found[key_of(item)] = name
    for key, origin in level.origins.items():
        found[key] = f"Ingress {origin.ref}"
    return found


def emitted_at(level: Level) -> list[Manifest]:
    """Everything that is written at a level."""
    return [item for change in level.changes for item in change.emitted]


Build = Callable[[Tree, Sequence[str]], Mapping[str, Rendering | str]]
"""Builds folders of a tree, in the names of the sources: a rendering each, or why there is none."""

Stage = Callable[[Mapping[str, Sequence[str]]], Mapping[str, Level]]
"""Kustomizations and the components they are built with: the level that each is then, where that can be known."""


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """All that a lift starts from."""

    tree: Tree
    actual: Graph
    """The graph of the tree as it is."""
    graph: Graph
    """The graph without what is made anew."""
    files: Mapping[str, SourceFile]
    levels: Mapping[str, Level]
    roots: frozenset[str]
    renewed: frozenset[str]
    mixed: Mapping[str, frozenset[int]] = msgspec.field(default_factory=dict)
    """Files in which not all is ours -> the documents that are made anew, by index."""
    foresee: bool = False
    """Whether to tell without building what can be told; the proof shows whether that was right."""
    stage: Stage
    route_file: RouteFile = RouteFile.BESIDE


class Lifted(msgspec.Struct, frozen=True, kw_only=True):
    """What is written, and the folders for which that cannot be known, each with the reason."""

    changes: Mapping[str, bytes | None]
    failed: Mapping[str, Finding]


def heights(situation: Situation) -> list[list[str]]:
    """The levels, children first; those of one height do not depend on each other."""
    heights: dict[str, int] = {}

    def height(folder: str) -> int:
        if folder not in heights:
            below = [item for item in situation.graph.below(folder)[:-1] if item in situation.levels]
            heights[folder] = 1 + max((height(item) for item in below), default=0)
        return heights[folder]

    found: dict[int, list[str]] = {}
    for folder in sorted(situation.levels):
        found.setdefault(height(folder), []).append(folder)
    return [found[number] for number in sorted(found)]
