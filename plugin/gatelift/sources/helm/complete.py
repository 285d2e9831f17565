"""The tree as charts are rendered from it: what Helm would have fetched from beside a chart is there."""

from __future__ import annotations

from gatelift.repository.tree import Tree, join
from gatelift.sources.helm.charts import MOST_LEVELS, Charts


def completed(tree: Tree, charts: Charts) -> Tree:
    """The tree as charts are rendered from it, the same way before and after: for scratch copies only.

    Charts of this repository that a ``file://`` names lie in ``charts/``, where ``helm dependency build`` would put
    them; schemas that refer to a URL are gone, with the parts that need no network: half of one proves nothing.
    """
    changes: dict[str, bytes | None] = {
        path: None for chart in charts.by_folder.values() for path in chart.remote_schemas
    }
    made = tree.changed(changes) if changes else tree
    for folder in sorted(charts.by_folder, key=lambda folder: _height(folder, charts)):
        chart = charts.by_folder[folder]
        names = {entry.key: entry.name for entry in chart.dependencies}
        copies: dict[str, bytes | None] = {}
        for key, place in chart.local.items():
            start = 0 if place == "." else len(place) + 1
            for path in made.below(place):
                copies[join(folder, f"charts/{names[key]}/{path[start:]}")] = made.read(path)
        if copies:
            made = made.changed(copies)
    return made


def _height(folder: str, charts: Charts, level: int = 0) -> int:
    """How many charts lie below one by ``file://``: those that include nothing come first."""
    chart = charts.by_folder[folder]
    if level > MOST_LEVELS:
        return 0
    below = (_height(place, charts, level + 1) for place in {**chart.local, **chart.subcharts}.values())
    return 1 + max(below, default=-1)
