"""Rendering cases of charts: each once for the same bytes and values."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

import msgspec

from gatelift.render.rendering import Rendering
from gatelift.repository.tree import Tree
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.charts import Charts

RenderCharts = Callable[[Tree, Charts, Sequence[Case], bool], Mapping[str, Rendering]]
"""A tree, its charts, cases, and whether all is asked that an installation would check -> a rendering by name."""


class ChartBuilder:
    """Renders cases, and remembers what it rendered by the digest of everything that went in."""

    def __init__(self, render: RenderCharts) -> None:
        self._render = render
        self._known: dict[tuple[str, bytes], Rendering] = {}
        self._digests: dict[tuple[int, str], tuple[Tree, str]] = {}

    def build(self, tree: Tree, charts: Charts, cases: Sequence[Case], *, check: bool = False) -> dict[str, Rendering]:
        """All cases by name. Raises ``EnvironmentProblem`` where no engine can be started."""
        keys = {case.name: (self._digest(tree, charts, case.chart), _inputs(case)) for case in cases}
        missing = [case for case in cases if keys[case.name] not in self._known]
        if missing:
            made = self._render(tree, charts, missing, check)
            self._known.update({keys[case.name]: made[case.name] for case in missing})
        return {case.name: self._known[keys[case.name]] for case in cases}

    def again(self, tree: Tree, charts: Charts, cases: Sequence[Case]) -> Mapping[str, Rendering]:
        """All cases rendered once more, whatever is remembered."""
        return self._render(tree, charts, cases, False) if cases else {}

    def _digest(self, tree: Tree, charts: Charts, folder: str) -> str:
        known = self._digests.get((id(tree), folder))
        if known is not None and known[0] is tree:
            return known[1]
        made = hashlib.sha256()
        folders = dict.fromkeys((folder, *charts.shown(folder).values()))
        for path in dict.fromkeys(path for each in folders for path in tree.below(each)):
            made.update(path.encode("utf-8", "surrogateescape") + b"\0" + self._of_file(tree, path) + b"\0")
        self._digests[id(tree), folder] = tree, made.hexdigest()
        return made.hexdigest()

    def _of_file(self, tree: Tree, path: str) -> bytes:
        return hashlib.sha256(tree.read(path)).digest()


def _inputs(case: Case) -> bytes:
    parts = (
        case.chart,
        case.release,
        case.namespace,
        case.values,
        case.sets,
        case.set_strings,
        case.kube_version,
        case.api_versions,
        case.crds,
        case.empties_defaults,
    )
    return msgspec.json.encode(parts, order="deterministic")
