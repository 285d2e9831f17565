"""The files that Argo CD sent, asked one by one: a monorepo is not walked for one application."""

from __future__ import annotations

import os
from pathlib import Path

from gatelift.repository.inside import read_inside
from gatelift.repository.tree import Tree


class SentFiles(Tree):
    """The part of a repository that lies below ``root``; links that leave it lead nowhere."""

    __slots__ = ()

    def __init__(self, root: str) -> None:
        super().__init__(os.path.realpath(root), (), self._missing)

    @staticmethod
    def _missing(path: str) -> bytes:
        raise KeyError(path)

    def resolve(self, path: str) -> str | None:
        """``path`` with links followed; ``None`` where it leaves what was sent."""
        real = Path(os.path.realpath(Path(self.root, path)))
        return real.relative_to(self.root).as_posix() if real.is_relative_to(self.root) else None

    def is_file(self, path: str) -> bool:
        """Whether a regular file stands there, or a link to one that was sent."""
        found = self.resolve(path)
        return found is not None and Path(self.root, found).is_file()

    def is_folder(self, path: str) -> bool:
        """Whether a folder stands there, or a link to one that was sent."""
        found = self.resolve(path)
        return found is not None and Path(self.root, found).is_dir()

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises ``InputError`` where it cannot be read, ``KeyError`` where there is none."""
        found = self.resolve(path)
        if found is None or not self.is_file(found):
            raise KeyError(path)
        return read_inside(self.root, found)
