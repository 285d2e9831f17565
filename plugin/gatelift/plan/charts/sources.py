"""The charts of a repository with all their cases, without what gatelift wrote into them and makes anew."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

import msgspec

from gatelift.config.model import Config
from gatelift.findings import Finding
from gatelift.repository.tree import Tree
from gatelift.sources.deployed.model import Deployments
from gatelift.sources.deployed.variables import Search
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.cases import Cases, find_cases
from gatelift.sources.helm.charts import Charts
from gatelift.sources.helm.discover import discover
from gatelift.sources.helm.foreign import elsewhere
from gatelift.sources.helm.ours import mirrored, renewed

_INGRESS = "ingress"


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """The charts, without what gatelift wrote into them and makes anew.

    ``actual``: the work tree as it is; ``own``: the templates in it that are made anew. ``concerned``: the charts that
    may render Ingresses or routes, by themselves or because of a chart inside of them.
    """

    actual: Tree
    tree: Tree
    charts: Charts
    cases: Cases
    own: frozenset[str] = frozenset()
    mirrored: frozenset[str] = frozenset()
    """The templates of Ingresses whose routes gatelift wrote and a person edited."""
    concerned: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()

    @property
    def by_name(self) -> Mapping[str, Case]:
        """Every case by its name."""
        return {case.name: case for case in self.cases.items}

    @property
    def looked_at(self) -> tuple[Case, ...]:
        """The cases that are rendered."""
        return tuple(case for case in self.cases.items if case.chart in self.concerned)


def chart_sources(tree: Tree, deployed: Deployments, config: Config, search: Search | None = None) -> Sources:
    """Find charts and their cases. Nothing is raised: what cannot be used is a finding."""
    actual = tree
    charts = discover(tree)
    own, edited = renewed(tree, charts)
    if own:
        tree = tree.changed(dict.fromkeys(own))
        charts = discover(tree)
    kept = [folder for folder in charts.by_folder if not config.ignores(folder)]
    speaking = {folder for folder in kept if _speaks(charts, folder)}
    concerned = {place for folder in speaking for place, _ in charts.keys(folder)} & set(kept)
    cases = find_cases(tree, charts, deployed, config, search)
    speaking_of = [item for item in cases.elsewhere if _INGRESS in repr(item.helm).lower()]
    said: tuple[Finding, ...] = tuple(elsewhere(item) for item in speaking_of)
    unread = {
        posixpath.dirname(item.place.path) or "."
        for item in charts.findings
        if item.code == "helm/chart" and item.place
    }
    about = concerned | {folder for folder in unread - charts.by_folder.keys() if not config.ignores(folder)}
    said += (*(item for item in charts.findings if _is_about(item, about)), *(cases.findings if concerned else ()))
    return Sources(
        actual=actual,
        tree=tree,
        charts=charts,
        cases=cases,
        own=own,
        mirrored=mirrored(actual, discover(actual)) if edited else frozenset(),
        concerned=frozenset(concerned),
        findings=(*said, *edited),
    )


def _speaks(charts: Charts, folder: str) -> bool:
    chart = charts.by_folder[folder]
    return bool(chart.ingresses or chart.routes or chart.archives)


def _is_about(finding: Finding, folders: Iterable[str]) -> bool:
    path = finding.place.path if finding.place else ""
    return not path or any(folder == "." or path.startswith(f"{folder}/") or path == folder for folder in folders)
