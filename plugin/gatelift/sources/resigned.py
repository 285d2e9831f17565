"""Documents that gatelift wrote and a person edited, as if it had written them so."""

from __future__ import annotations

from collections.abc import Iterable

from gatelift.repository.tree import Tree
from gatelift.sources.marks import signed
from gatelift.sources.ours import our_files
from gatelift.text.documents import split
from gatelift.text.edits import Edit, apply
from gatelift.text.source import decode


def resigned(tree: Tree, paths: Iterable[str]) -> dict[str, bytes]:
    """The files among ``paths`` with edited documents -> their bytes with digests that fit.

    A tree with these holds nothing of a person's among what gatelift wrote: what was edited is made anew.
    """
    found = {}
    for path, item in our_files(tree, paths).items():
        if not item.edited:
            continue
        source = decode(path, tree.read(path))
        edits = [
            Edit(chunk.start, chunk.end, signed(chunk.chunk(source)))
            for chunk in split(source)
            if chunk.index in item.edited
        ]
        found[path] = source.encode(apply(source.text, edits))
    return found
