"""Components: what one of them does to Ingresses is said once, in the component itself.

A component alone says nothing of what it does: that depends on who includes it. So each kustomization that includes it
is a witness, built up to the component and no further, before and after. Where all witnesses lack the very same, that
is written into the component; where they differ, each overlay is mended by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from gatelift.gateway.normal import key_of
from gatelift.manifests.shape import ObjectKey
from gatelift.repository.tree import Tree, join
from gatelift.sources.kustomize.differences import Differences
from gatelift.sources.kustomize.graph import Graph, closure
from gatelift.sources.kustomize.kustomization import Field, Kustomization, read
from gatelift.sources.kustomize.patches import patches
from gatelift.sources.kustomize.shadow import reduced


class Included(msgspec.Struct, frozen=True):
    """A component where one kustomization includes it."""

    folder: str
    entries: tuple[str, ...]
    """The components up to and with this one, as that kustomization writes them."""

    @property
    def before(self) -> tuple[str, ...]:
        """The components before this one."""
        return self.entries[:-1]


def included(tree: Tree, node: Kustomization) -> tuple[Included, ...]:
    """The components that a kustomization includes, in its order."""
    entries = [entry for entry in node.entries if entry.field is Field.COMPONENTS and not entry.remote]
    found: list[Included] = []
    for number, entry in enumerate(entries, 1):
        folder = tree.resolve(join(node.folder, entry.path)) if not entry.path.startswith("/") else None
        if folder is not None:
            found.append(Included(folder, tuple(each.path for each in entries[:number])))
    return tuple(found)


def in_order(chains: Mapping[str, Sequence[str]]) -> list[str]:
    """The components of ``chains`` (kustomization -> its components) in an order that is that of every kustomization.

    Where two include them the other way round, what follows there is left out.
    """
    order: list[str] = []
    done: set[str] = set()
    while True:
        heads = {folder: next((item for item in chain if item not in done), None) for folder, chain in chains.items()}
        waiting = {item for chain in chains.values() for item in chain if item not in done}
        free = sorted(
            item for item in waiting if all(heads[folder] == item for folder, chain in chains.items() if item in chain)
        )
        if not free:
            return order
        order.append(free[0])
        done.add(free[0])


def speaks_of_ingresses(tree: Tree, graph: Graph, component: str) -> bool:
    """Whether a file of a component has the word: others are hardly for Ingresses, and overlays mend what they do."""
    return any(b"Ingress" in tree.read(path) for path in closure(tree, graph, component))


def up_to(tree: Tree, graph: Graph, kept: Mapping[str, Sequence[str]]) -> Tree:
    """``tree`` with some kustomizations that build their resources and the components in ``kept``, and do no more."""
    nodes = {folder: read(tree, graph.nodes[folder].path) for folder in kept}
    return tree.changed({node.path: reduced(node, kept[folder]) for folder, node in nodes.items()})


def agree(found: Sequence[Differences], mirrors: Sequence[Mapping[ObjectKey, str]]) -> bool:
    """Whether all witnesses lack the very same."""
    said = [_said(item, names) for item, names in zip(found, mirrors, strict=True)]
    return all(item == said[0] for item in said)


def _said(found: Differences, mirrors: Mapping[ObjectKey, str]) -> tuple[object, ...]:
    return patches(found.changed, mirrors), list(found.missing), sorted(map(key_of, found.surplus))


def weight(found: Differences) -> int:
    """How many objects a kustomization has to mend."""
    return len(found.changed) + len(found.missing) + len(found.surplus)
