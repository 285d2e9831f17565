"""What a rewrite has written so far: new bytes by path, over a tree that is not touched."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from gatelift.repository.tree import Tree, join, relative
from gatelift.sources.kustomize.entries import Addition, Item, with_items, without_items
from gatelift.sources.kustomize.graph import Graph
from gatelift.sources.kustomize.kustomization import Field, Kustomization, read
from gatelift.sources.kustomize.shadow import without_files
from gatelift.sources.ours import renewed_text
from gatelift.sources.placing import NewDocument
from gatelift.text.source import Source, decode


class Draft:
    """Changes over a tree, ``graph`` being that of the very tree.

    ``renewed``: files that gatelift wrote before; those not written again go in the end.
    """

    def __init__(
        self, tree: Tree, graph: Graph, renewed: Collection[str], mixed: Mapping[str, Collection[int]] | None = None
    ) -> None:
        """``mixed``: other files that gatelift wrote in before -> the documents in them that are written anew or go."""
        self._tree = tree
        self._graph = graph
        self._renewed = frozenset(renewed)
        self._index: dict[str, set[str]] | None = None
        self._mixed = mixed or {}
        self._cut = {path: renewed_text(path, tree.read(path), items, ()) for path, items in self._mixed.items()}
        self.changes: dict[str, bytes | None] = dict(self._cut)

    @property
    def tree(self) -> Tree:
        """The tree with everything that was written."""
        return self._tree.changed(self.changes)

    def taken(self, path: str) -> bool:
        """Whether a path is somebody else's, or was written already."""
        if path in self._renewed:
            return self.changes.get(path) is not None
        return self.changes.get(path) is not None or self._tree.occupied(path)

    def closed(self, path: str) -> bool:
        """Whether no new documents go into a file: it is somebody else's, or was written already."""
        if path in self._mixed:
            return self.changes.get(path) != self._cut[path]
        return self.taken(path)

    def enter(self, path: str, documents: Sequence[NewDocument], text: str) -> None:
        """Write new documents, as the file ``text``, or in among those of a person in a file that is not all ours."""
        if path in self._mixed:
            self.changes[path] = renewed_text(path, self._tree.read(path), self._mixed[path], documents)
        else:
            self.write(path, text)

    def write(self, path: str, text: str) -> None:
        """Write a file as a whole."""
        self.changes[path] = text.encode("utf-8", "surrogateescape")

    def remove(self, paths: Collection[str]) -> None:
        """Take files away, and every entry that names one. Raises ``InputError`` where an entry cannot be taken out."""
        self.changes.update(dict.fromkeys(paths))
        self._unlist(paths)

    def list_files(self, folder: str, files: Sequence[tuple[str, str]]) -> None:
        """List new files as resources of ``folder``, each behind the entry of another one (empty: at the end).

        Raises ``InputError`` where that cannot be done.
        """
        node = self._node(folder)
        listed = [entry for entry in node.entries if entry.field is Field.RESOURCES]
        by_file = {self._tree.resolve(join(folder, entry.path)): entry.path for entry in listed if not entry.remote}
        there = {join(folder, entry.path) for entry in listed}
        additions = []
        for path, after in files:
            neighbour = by_file.get(after) if after else None
            name = relative(path, folder)
            if path not in there:
                dotted = neighbour is not None and neighbour.startswith("./")
                additions.append(Addition(Field.RESOURCES, f"./{name}" if dotted else name, neighbour))
        source = decode(node.path, self.tree.read(node.path))
        made = with_items(source, additions)
        if made.text != source.text:
            self.changes[node.path] = made.encode(made.text)

    def add(self, folder: str, field: Field, path: str, item: Item | None = None, after: str = "") -> None:
        """List ``path`` in the kustomization of ``folder``. Raises ``InputError`` where that cannot be done.

        ``item``: the entry, where it is more than the path; ``after``: the file behind whose entry it goes.
        """
        node = self._node(folder)
        name = relative(path, folder)
        neighbour = next(
            (
                entry.path
                for entry in node.entries
                if after and entry.field is field and self._leads(node, entry.path, after)
            ),
            None,
        )
        if neighbour is not None and neighbour.startswith("./"):
            name = f"./{name}"
        if item is None and any(entry.field is field and join(folder, entry.path) == path for entry in node.entries):
            return
        source = decode(node.path, self.tree.read(node.path))
        entry = item if item is not None else name
        if item is not None:
            stale = [
                number
                for number, there in enumerate(node.items(field))
                if isinstance(there, dict) and there.get("path") == name and there != item
            ]
            if stale and len(stale) < len(node.items(field)):
                source = without_items(source, field, stale)
        made = with_items(source, [Addition(field, entry, neighbour)])
        self.changes[node.path] = made.encode(made.text)

    def item(self, folder: str, field: str, item: Item) -> None:
        """Add an item to a list of a kustomization, maybe a list within one. Raises ``InputError``."""
        node = self._node(folder)
        source = decode(node.path, self.tree.read(node.path))
        made = with_items(source, [Addition(field, item)])
        self.changes[node.path] = made.encode(made.text)

    def node(self, folder: str) -> Kustomization:
        """The kustomization of a folder as it is written so far."""
        return self._node(folder)

    def edit(self, folder: str, change: Callable[[Source], Source]) -> None:
        """Change the kustomization of a folder by its text."""
        path = self._node(folder).path
        source = decode(path, self.tree.read(path))
        made = change(source)
        if made.text != source.text:
            self.changes[path] = made.encode(made.text)

    def patch(self, folder: str, path: str, target: dict[str, str]) -> None:
        """List a patch file with its target."""
        self.add(folder, Field.PATCHES, path, {"path": relative(path, folder), "target": target})

    def users(self, path: str) -> set[str]:
        """The folders whose kustomizations name a file today."""
        return set(self._listing({path}))

    def drop_file(self, path: str) -> None:
        """Take a file away whose entries are taken out by the caller."""
        self.changes[path] = None

    def take_out(self, folder: str, by_field: Mapping[str, Sequence[int]]) -> None:
        """Take items out of the lists of a kustomization. Raises ``InputError`` where that cannot be done."""
        node = self._node(folder)
        source = decode(node.path, self.tree.read(node.path))
        for field, numbers in by_field.items():
            source = without_items(source, field, numbers)
        if by_field:
            self.changes[node.path] = source.encode(source.text)

    def shadow(self) -> Tree:
        """The tree as it would be if nothing more was written."""
        gone = self._unwritten()
        if not gone:
            return self.tree
        return without_files(self.tree, [self._node(folder) for folder in self._listing(gone)], gone)

    def finish(self) -> None:
        """Take away what was written in an earlier run and is not needed now."""
        for path in sorted(self._unwritten()):
            self.changes[path] = None
        self._unlist(self._unwritten())
        for path in [path for path, data in self.changes.items() if self._same(path, data)]:
            del self.changes[path]

    def _same(self, path: str, data: bytes | None) -> bool:
        there = self._tree.is_file(path)
        return (data is None and not there) or (data is not None and there and self._tree.read(path) == data)

    def _unwritten(self) -> frozenset[str]:
        return frozenset(path for path in self._renewed if self.changes.get(path) is None)

    def _node(self, folder: str) -> Kustomization:
        path = self._graph.nodes[folder].path
        return read(self.tree, path)

    def _leads(self, node: Kustomization, name: str, path: str) -> bool:
        return self._tree.resolve(join(node.folder, name)) == path

    def _listing(self, paths: Collection[str]) -> list[str]:
        """The folders whose kustomizations name some paths today."""
        if self._index is None:
            self._index = {}
            for folder, node in self._graph.nodes.items():
                for entry in node.entries:
                    target = None if entry.remote else self._tree.resolve(join(folder, entry.path))
                    if target is not None:
                        self._index.setdefault(target, set()).add(folder)
        return sorted({folder for path in paths for folder in self._index.get(path, ())})

    def _unlist(self, paths: Collection[str]) -> None:
        for folder in self._listing(paths):
            by_field: dict[str, list[int]] = {}
            for entry in self._node(folder).entries:
                if not entry.remote and self._tree.resolve(join(folder, entry.path)) in paths:
                    field, _, number = entry.pointer.removeprefix("/").partition("/")
                    by_field.setdefault(field, []).append(int(number))
            self.take_out(folder, by_field)
