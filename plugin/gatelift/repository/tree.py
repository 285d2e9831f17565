"""A work tree as a value: the files that git sees, read when asked for, with changes laid over them."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

Reader = Callable[[str], bytes]
"""A path of the tree -> its bytes. Raises ``InputError`` for what cannot be read."""


class Tree:
    """The files of a repository by POSIX path relative to its root; ``.`` names the root itself as a folder.

    A tree never changes: ``changed`` gives another one. Links that stay inside the repository are followed by
    ``resolve``; those that leave it are not part of the tree at all. Names that are not UTF-8 stand as
    ``os.fsdecode`` has them.
    """

    __slots__ = ("_changes", "_files", "_folders", "_links", "_reader", "root", "unfollowed")

    def __init__(
        self,
        root: str,
        files: Iterable[str],
        reader: Reader,
        links: Mapping[str, str] | None = None,
        changes: Mapping[str, bytes | None] | None = None,
        unfollowed: Collection[str] = (),
    ) -> None:
        """``root``: the absolute path, for messages and engines; ``links``: path of a link -> the path it leads to.

        ``unfollowed``: the links that leave the tree or run in a circle; all that is known of them is that they stand
        there.
        """
        self.root = root
        self.unfollowed = frozenset(unfollowed)
        self._reader = reader
        self._links = dict(links or {})
        self._changes = dict(changes or {})
        kept = {path for path in files if self._changes.get(path, b"") is not None}
        kept.update(path for path, data in self._changes.items() if data is not None)
        self._files = tuple(sorted(kept))
        self._folders: frozenset[str] | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """All regular files, sorted."""
        return self._files

    @property
    def links(self) -> Mapping[str, str]:
        """Path of a link -> the path inside the tree that it leads to."""
        return self._links

    @property
    def changes(self) -> Mapping[str, bytes | None]:
        """What was laid over the files: new bytes, ``None`` for a file that is gone."""
        return self._changes

    def changed(self, changes: Mapping[str, bytes | None]) -> Tree:
        """This tree with further changes laid over it."""
        return Tree(self.root, self._files, self._reader, self._links, {**self._changes, **changes}, self.unfollowed)

    def over(self, other: Tree) -> bool:
        """Whether both lie over the same files, changed or not."""
        return self._reader is other._reader

    def keeps(self, path: str, other: Tree) -> bool:
        """Whether a file is certainly that of ``other``: both lie over the same files, and neither changes it."""
        return self._reader is other._reader and path not in self._changes and path not in other._changes

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises ``InputError`` where it cannot be read, ``KeyError`` where there is none."""
        found = self.resolve(path)
        if found is None or not self.is_file(found):
            raise KeyError(path)
        data = self._changes.get(found)
        return data if data is not None else self._reader(found)

    def is_file(self, path: str) -> bool:
        """Whether a regular file stands there, or a link to one."""
        at = bisect_left(self._files, path)
        if at < len(self._files) and self._files[at] == path:
            return True
        found = self.resolve(path)
        return found is not None and found != path and self.is_file(found)

    def occupied(self, path: str) -> bool:
        """Whether anything stands there, be it a folder or a link to nowhere: no new file can."""
        return path in self._links or path in self.unfollowed or self.is_file(path) or self.is_folder(path)

    def is_folder(self, path: str) -> bool:
        """Whether files stand below it, or it is a link to such a folder."""
        found = self.resolve(path)
        return found is not None and found in self.folders

    @property
    def folders(self) -> frozenset[str]:
        """Every folder that holds files, at any depth."""
        if self._folders is None:
            found = {"."}
            for path in self._files:
                folder = posixpath.dirname(path)
                while folder and folder not in found:
                    found.add(folder)
                    folder = posixpath.dirname(folder)
            self._folders = frozenset(found)
        return self._folders

    def below(self, folder: str) -> Iterator[str]:
        """The files below a folder, at any depth."""
        if folder == ".":
            yield from self._files
            return
        start = bisect_left(self._files, f"{folder}/")
        for index in range(start, len(self._files)):
            if not self._files[index].startswith(f"{folder}/"):
                return
            yield self._files[index]

    def resolve(self, path: str) -> str | None:
        """``path`` with ``.``, ``..`` and links followed; ``None`` where it leaves the tree or runs in a circle."""
        for _ in range(40):
            path = posixpath.normpath(path)
            if path.startswith(("/", "../")) or path == "..":
                return None
            if not self._links:
                return path
            parts = path.split("/")
            heads = ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
            link = next((head for head in heads if head in self._links), None)
            if link is None:
                return path
            path = posixpath.join(self._links[link], path[len(link) + 1 :])
        return None


def join(folder: str, name: str) -> str:
    """A path as it is written in a file of ``folder``, relative to the repository's root, normalised."""
    return posixpath.normpath(posixpath.join(folder, name))


def relative(path: str, folder: str) -> str:
    """How a file of ``folder`` names ``path``; both are relative to the repository's root."""
    return posixpath.relpath(path, folder)
