"""Plain roots: which folder the manifests that no kustomization builds are deployed from."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable

from gatelift.findings import InputError
from gatelift.repository.tree import Tree
from gatelift.sources.kustomize.kustomization import NAMES

_MANIFEST = re.compile(rb"(?m)^apiVersion:|\"apiVersion\"")


def plain_roots(
    tree: Tree, loose: Iterable[str], named: Collection[str]
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """The plain roots with their files, and the files that lie beside a kustomization which does not name them."""
    found: dict[str, list[str]] = {}
    orphans: list[str] = []
    roots = PlainRoots(tree, named)
    for path in sorted(loose):
        root = roots.of(path)
        if root is None:
            orphans.append(path)
        else:
            found.setdefault(root, []).append(path)
    return {root: tuple(paths) for root, paths in found.items()}, orphans


class PlainRoots:
    """The plain root of each file: the topmost folder above it in which manifests stand, below any kustomization."""

    def __init__(self, tree: Tree, named: Collection[str]) -> None:
        self._tree = tree
        self._named = named
        self._manifests: dict[str, bool] = {}
        self._known: dict[str, str | None] = {}

    def of(self, path: str) -> str | None:
        """The root of a file; ``None`` where it lies beside a kustomization."""
        folder = posixpath.dirname(path) or "."
        if folder not in self._known:
            self._known[folder] = None if _has_kustomization(self._tree, folder) else self._above(folder)
        return self._known[folder]

    def _above(self, folder: str) -> str:
        root = folder
        while folder != ".":
            folder = posixpath.dirname(folder) or "."
            if _has_kustomization(self._tree, folder):
                break
            if folder not in self._manifests:
                self._manifests[folder] = _holds_manifests(self._tree, folder, self._named)
            if self._manifests[folder]:
                root = folder
        return root


def _has_kustomization(tree: Tree, folder: str) -> bool:
    return any(tree.is_file(posixpath.normpath(posixpath.join(folder, name))) for name in NAMES)


def _holds_manifests(tree: Tree, folder: str, named: Collection[str]) -> bool:
    """Whether manifests stand directly in a folder."""
    for path in tree.below(folder):
        if (posixpath.dirname(path) or ".") != folder or not path.endswith((".yaml", ".yml", ".json")):
            continue
        if posixpath.basename(path) in ("gatelift.yaml", *NAMES) or path in named:
            continue
        if _MANIFEST.search(read_or_suspect(tree, path)):
            return True
    return False


def read_or_suspect(tree: Tree, path: str) -> bytes:
    """The bytes of a file; of one that cannot be read, bytes that make somebody look at it again."""
    try:
        return tree.read(path)
    except InputError:
        # It may hold an Ingress; whoever reads it next says why it cannot be read.
        return b"kind: Ingress"
