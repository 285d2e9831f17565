"""Building kustomizations of a tree: each once for the same bytes, several at a time."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from gatelift.manifests.name_reference import FILE
from gatelift.repository.tree import Tree

Render = Callable[[Tree, Collection[str], Mapping[str, bool]], Mapping[str, "str | Failed"]]
"""A tree, the files that are needed of it, folder -> whether it may only name files below its own -> the texts."""


class Failed(msgspec.Struct, frozen=True):
    """Why a folder cannot be built, in the engine's words, without any path of the scratch folder."""

    why: str

    def __str__(self) -> str:
        return self.why


Known = dict[tuple[str, bool, str], str | Failed]
"""(Folder, whether it is unrestricted, digest of all that goes in) -> what was built."""


class Builder:
    """Builds folders, and remembers what it built by the digest of everything that went in."""

    def __init__(
        self,
        render: Render,
        files: Mapping[str, Collection[str]],
        unrestricted: Collection[str] = (),
        known: Known | None = None,
    ) -> None:
        """``files``: folder -> the files that building it may read, before anything is rewritten.

        ``unrestricted``: the folders that may name files outside of their own. ``known``: what other builders of the
        same run built, and will.
        """
        self._render = render
        self._unrestricted = frozenset(unrestricted)
        self._files = {folder: frozenset(paths) for folder, paths in files.items()}
        self._near = {
            folder: frozenset(posixpath.dirname(path) for path in paths) for folder, paths in self._files.items()
        }
        self._known: Known = {} if known is None else known
        self.built = 0

    def build(self, tree: Tree, folders: Sequence[str]) -> Mapping[str, str | Failed]:
        """The text of each folder's build, or why there is none."""
        changed = {path for path, data in tree.changes.items() if data is not None}
        gone = {folder: Failed("there is no kustomization any more") for folder in folders if folder not in self._files}
        folders = [folder for folder in folders if folder not in gone]
        needed = {folder: self._needed(folder, tree, changed) for folder in folders}
        keys = {
            folder: (folder, folder in self._unrestricted, _digest(tree, paths)) for folder, paths in needed.items()
        }
        missing = [folder for folder in folders if keys[folder] not in self._known]
        if missing:
            files = set().union(*(needed[folder] for folder in missing))
            restricted = {folder: folder not in self._unrestricted for folder in missing}
            for folder, text in self._render(tree, files, restricted).items():
                self._known[keys[folder]] = text
            self.built += len(missing)
        return {**gone, **{folder: self._known[keys[folder]] for folder in folders}}

    def _needed(self, folder: str, tree: Tree, changed: Collection[str]) -> frozenset[str]:
        near = self._near[folder]
        added = {path for path in changed if posixpath.dirname(path) in near}
        # A rewrite may list this file again although nobody lists it today.
        left = (posixpath.join(each, FILE) for each in near)
        return frozenset(path for path in (*self._files[folder], *added, *left) if tree.is_file(path))


def _digest(tree: Tree, paths: Collection[str]) -> str:
    made = hashlib.sha256()
    for path in sorted(paths):
        data = hashlib.sha256(tree.read(path)).digest()
        made.update(path.encode("utf-8", "surrogateescape") + b"\0" + data)
    return made.hexdigest()
