"""The file of name references beside a kustomization: which kinds it speaks of, and how long it is needed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from gatelift.manifests.name_reference import FILE, Identity, name_reference
from gatelift.repository.tree import Tree, join
from gatelift.sources.kustomize.graph import Graph
from gatelift.sources.ours import WORD, OurFile, references_file

_FIELD = re.compile(r"\{kind: (\w+), group: ([\w.]+),")
_VARIABLES = "\nvarReference:\n"
Named = Mapping[str, Collection[str]]
"""A file -> the folders of the kustomizations that name it."""


def path_of(folder: str) -> str:
    """The file beside the kustomization of a folder."""
    return FILE if folder == "." else f"{folder}/{FILE}"


def text_for(kinds: Collection[Identity], before: str = "", *, variables: bool) -> str:
    """The text for ``kinds``, and for those that ``before``, the text of an earlier run, speaks of."""
    earlier = {(group, kind) for kind, group in _FIELD.findall(before)}
    return references_file(name_reference(frozenset(kinds) | earlier, variables=variables or _VARIABLES in before))


def still_referring(
    graph: Graph, staying: Collection[str], ours: Mapping[str, OurFile], named: Named
) -> frozenset[str]:
    """The files of name references that routes which are not made anew need: without them, these would name nothing.

    ``staying``: the files of these routes, because a person edited them, or their Ingress is gone or ignored.
    """
    folders = {folder for path in staying for folder in named.get(path, ())}
    kept = set()
    for path in (path for path, item in ours.items() if not item.documents) if folders else ():
        above = {each for folder in named.get(path, ()) for each in graph.above(folder)}
        if any(not folders.isdisjoint(graph.below(each)) for each in above):
            kept.add(path)
    return frozenset(kept)


def left_behind(tree: Tree, graph: Graph, folder: str, renewed: Collection[str]) -> bool:
    """Whether builds with ``folder`` list documents of ours that are not made anew: an earlier ``retire`` left them."""
    for near in {item for above in graph.above(folder) for item in graph.below(above)}:
        node = graph.nodes.get(near)
        for entry in node.entries if node is not None else ():
            target = None if entry.remote else tree.resolve(join(near, entry.path))
            if target is not None and target not in renewed and tree.is_file(target) and WORD in tree.read(target):
                return True
    return False
