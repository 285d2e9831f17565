"""Which kustomizations include which: roots, order, the files that each build reads, what lies out of reach."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.repository.tree import Tree, join
from gatelift.sources.kustomize.kustomization import (
    CONFIGURES,
    INCLUDES,
    NAMES,
    Entry,
    Field,
    Kustomization,
    file_in,
    read,
)

MOST_LEVELS = 100
"""So many kustomizations may stand one below the other; each of them is built. Real ones have three or four."""


class Unreachable(msgspec.Struct, frozen=True):
    """An entry that a build would need and that is not in this repository."""

    path: str
    """The kustomization file."""
    entry: Entry
    remote: bool


class Graph(msgspec.Struct, frozen=True, kw_only=True):
    """The kustomizations of a repository by folder, and how they hang together."""

    nodes: Mapping[str, Kustomization]
    children: Mapping[str, tuple[str, ...]]
    """Folder -> the folders that it builds, in the order of the file."""
    parents: Mapping[str, tuple[str, ...]]
    resources: Mapping[str, tuple[str, ...]]
    """Folder -> the manifest files that it lists itself."""
    unreachable: Mapping[str, tuple[Unreachable, ...]]
    roots: tuple[str, ...]
    """What nothing else includes, sorted."""
    broken: Mapping[str, str]
    """Folder -> why it cannot be built at all, in words."""
    findings: tuple[Finding, ...] = ()

    def below(self, folder: str) -> tuple[str, ...]:
        """``folder`` and everything that it includes, children first, each once."""
        found: dict[str, None] = {}
        seen = {folder}
        # Without recursion: a chain may be as long as somebody likes.
        waiting = [(folder, iter(self.children.get(folder, ())))]
        while waiting:
            here, children = waiting[-1]
            child = next((item for item in children if item not in seen), None)
            if child is None:
                found.setdefault(here)
                waiting.pop()
            else:
                seen.add(child)
                waiting.append((child, iter(self.children.get(child, ()))))
        return tuple(found)

    def above(self, folder: str) -> frozenset[str]:
        """Everything that includes ``folder``, directly or not, and itself."""
        found = {folder}
        waiting = [folder]
        while waiting:
            for parent in self.parents.get(waiting.pop(), ()):
                if parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return frozenset(found)


def build_graph(tree: Tree) -> Graph:
    """Read every kustomization of ``tree``. What cannot be read is a finding, and breaks what includes it."""
    work = _Work(tree)
    for path in tree.files:
        if path.endswith(NAMES) and posixpath.basename(path) in NAMES:
            work.add(posixpath.dirname(path) or ".")
    for path in sorted({*tree.links, *tree.unfollowed}):
        if posixpath.basename(path) in NAMES:
            work.link(path)
    return work.result()


class _Work:
    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.nodes: dict[str, Kustomization] = {}
        self.broken: dict[str, str] = {}
        self.findings: list[Finding] = []
        self.children: dict[str, list[str]] = {}
        self.resources: dict[str, list[str]] = {}
        self.unreachable: dict[str, list[Unreachable]] = {}
        self.configured: set[str] = set()

    def add(self, folder: str) -> None:
        if folder in self.nodes or folder in self.broken:
            return
        path = file_in(self.tree, folder)
        assert path is not None  # noqa: S101 - found by its name
        try:
            node = read(self.tree, path)
        except InputError as error:
            self.broken[folder] = error.finding.message
            self.findings.append(msgspec.structs.replace(error.finding, severity=Severity.WARNING))
            return
        self.nodes[folder] = node
        for entry in node.entries:
            self._entry(node, entry)

    def link(self, path: str) -> None:
        """A kustomization file that is a link: its entries count from where the link stands, its text is elsewhere."""
        folder = posixpath.dirname(path) or "."
        for known in (self.nodes, self.children, self.resources, self.unreachable):
            known.pop(folder, None)
        self.broken[folder] = f"its {posixpath.basename(path)} is a link"
        message = "this kustomization file is a link, so nobody can tell whose it is; what it builds stays as it is"
        fix = "replace the link with the file"
        self.findings.append(Finding("kustomize/link", Severity.WARNING, message, fix, Place(path)))

    def _entry(self, node: Kustomization, entry: Entry) -> None:
        if entry.field is Field.CHART:
            self.unreachable.setdefault(node.folder, []).append(Unreachable(node.path, entry, remote=False))
            return
        if entry.remote:
            self.unreachable.setdefault(node.folder, []).append(Unreachable(node.path, entry, remote=True))
            return
        target = self.tree.resolve(join(node.folder, entry.path)) if not entry.path.startswith("/") else None
        if target is None:
            self._climbs(node, entry)
        elif self.tree.is_folder(target) and file_in(self.tree, target):
            if entry.field in INCLUDES:
                self.children.setdefault(node.folder, []).append(target)
            elif entry.field in CONFIGURES:
                self.configured.add(target)
                self.children.setdefault(node.folder, []).append(target)
        elif self.tree.is_file(target):
            if entry.field is Field.RESOURCES:
                self.resources.setdefault(node.folder, []).append(target)
        else:
            self.unreachable.setdefault(node.folder, []).append(Unreachable(node.path, entry, remote=False))

    def _climbs(self, node: Kustomization, entry: Entry) -> None:
        self.broken[node.folder] = f"{entry.path!r} in {entry.field} leads out of the repository"
        self.findings.append(
            Finding(
                "kustomize/outside",
                Severity.WARNING,
                f"{self.broken[node.folder]}: nothing outside is read, and what this builds stays as it is",
                "keep what it needs inside the repository",
                node.place(entry.pointer),
            )
        )

    def result(self) -> Graph:
        parents: dict[str, list[str]] = {}
        for folder, children in self.children.items():
            for child in dict.fromkeys(children):
                parents.setdefault(child, []).append(folder)
        roots = [
            folder
            for folder, node in self.nodes.items()
            if not node.component and not parents.get(folder) and folder not in self.configured
        ]
        graph = Graph(
            nodes=self.nodes,
            children={folder: tuple(dict.fromkeys(items)) for folder, items in self.children.items()},
            parents={folder: tuple(sorted(items)) for folder, items in parents.items()},
            resources={folder: tuple(dict.fromkeys(items)) for folder, items in self.resources.items()},
            unreachable={folder: tuple(items) for folder, items in self.unreachable.items()},
            roots=tuple(sorted(roots)),
            broken=self.broken,
            findings=tuple(self.findings),
        )
        return msgspec.structs.replace(graph, **_out_of_bounds(graph))


def _out_of_bounds(graph: Graph) -> dict[str, object]:
    """Kustomizations that include themselves, and those above too many others.

    Each of a circle counts as a root: nothing above says what is deployed, and its Ingresses must not go unseen.
    """
    broken = dict(graph.broken)
    findings = list(graph.findings)
    heights = _heights(graph)
    roots = set(graph.roots)
    for folder in sorted(graph.nodes.keys() - broken.keys()):
        if folder not in heights and any(folder in graph.below(child) for child in graph.children.get(folder, ())):
            broken[folder] = "it includes itself"
            message = "this kustomization includes itself, directly or through others; it stays as it is"
            place = graph.nodes[folder].place()
            findings.append(
                Finding("kustomize/circle", Severity.WARNING, message, "take one of the entries out", place)
            )
            if not graph.nodes[folder].component:
                roots.add(folder)
        elif heights.get(folder, 0) > MOST_LEVELS:
            broken[folder] = f"more than {MOST_LEVELS} kustomizations stand one below the other"
    return {"broken": broken, "findings": tuple(findings), "roots": tuple(sorted(roots))}


def _heights(graph: Graph) -> dict[str, int]:
    """How many kustomizations stand one below the other, itself included; nothing for what is above a circle."""
    open_ones = {folder: len(set(graph.children.get(folder, ()))) for folder in graph.nodes}
    heights = {folder: 1 for folder, count in open_ones.items() if not count}
    # What cannot be read includes nothing that is known of.
    ready = [*heights, *(graph.broken.keys() - graph.nodes.keys())]
    while ready:
        folder = ready.pop()
        for parent in graph.parents.get(folder, ()):
            heights[parent] = max(heights.get(parent, 0), heights.get(folder, 1) + 1)
            open_ones[parent] -= 1
            if not open_ones[parent]:
                ready.append(parent)
    return {folder: height for folder, height in heights.items() if not open_ones[folder]}


def closure(tree: Tree, graph: Graph, folder: str) -> tuple[str, ...]:
    """Every file that building ``folder`` may read: the files it names, and those of all that it includes, sorted."""
    found: set[str] = set()
    for each in graph.below(folder):
        node = graph.nodes.get(each)
        if node is None:
            found.update(path for path in (file_in(tree, each),) if path)
            continue
        found.add(node.path)
        for entry in node.entries:
            if not entry.remote and entry.field is not Field.CHART:
                found.update(_files(tree, node, entry))
    return tuple(sorted(found))


def _files(tree: Tree, node: Kustomization, entry: Entry) -> Iterator[str]:
    target = tree.resolve(join(node.folder, entry.path)) if not entry.path.startswith("/") else None
    if target is not None and tree.is_file(target):
        yield target
        if entry.field in (Field.REPLACEMENTS, *CONFIGURES):
            yield from _named_in(tree, target)


def _named_in(tree: Tree, path: str) -> Sequence[str]:
    """Files beside a transformer or replacement that it may name: all of its folder; it is small."""
    folder = posixpath.dirname(path) or "."
    return [item for item in tree.below(folder) if (posixpath.dirname(item) or ".") == folder]
