"""The version of a chart that is rewritten: raised on request, and the same on both sides of a proof.

Most charts put it into a label of every object, so that it would hide what the rewrite itself changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gatelift.findings import InputError
from gatelift.repository.tree import Tree
from gatelift.sources.helm.charts import Chart, Charts
from gatelift.sources.helm.edits import bumped


def raised(tree: Tree, charts: Charts, changed: Iterable[str]) -> dict[str, bytes]:
    """``Chart.yaml`` of each chart with changed files, its version raised by one; not of copies from elsewhere.

    A version of another form stays as it is.
    """
    found: dict[str, bytes] = {}
    paths = tuple(changed)
    for folder, chart in charts.by_folder.items():
        if charts.foreign(folder) or not any(path.startswith(f"{folder}/") or folder == "." for path in paths):
            continue
        try:
            found[chart.file] = bumped(tree, chart)
        except InputError:
            continue
    return found


def with_old_versions(tree: Tree, old: Tree, before: Charts, after: Charts) -> Tree:
    """``tree``, where a ``Chart.yaml`` that differs from that of ``old`` in its version alone is the old one."""
    same: dict[str, bytes | None] = {}
    for folder in before.by_folder.keys() & after.by_folder.keys():
        was, now = before.by_folder[folder], after.by_folder[folder]
        if was.version != now.version and _alike(old, tree, was, now):
            same[was.file] = old.read(was.file)
    return tree.changed(same) if same else tree


def _alike(old: Tree, new: Tree, was: Chart, now: Chart) -> bool:
    text, other = (tree.read(was.file).decode("utf-8", "surrogateescape") for tree in (old, new))
    line = re.compile(rf"(?m)^version:[ \t]*[\"']?{re.escape(was.version)}")
    return line.sub(lambda found: found[0].replace(was.version, now.version), text, count=1) == other
