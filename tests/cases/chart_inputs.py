"""Miniature repositories with charts, as they stand before anything is rewritten: finding them, rendering them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from gatelift.config import Config
from gatelift.config.model import Helm, ValuesCases
from gatelift.findings import Finding
from gatelift.render.charts import renderer
from gatelift.render.rendering import Rendering
from gatelift.render.sdk import sdk_engine
from gatelift.repository.tree import Tree
from gatelift.sources.deployed.read import deployments
from gatelift.sources.helm.cases import Cases, find_cases
from gatelift.sources.helm.charts import Charts
from gatelift.sources.helm.discover import discover
from gatelift.sources.helm.rendering import rendered

HERE = Path(__file__).resolve().parent
FOLDERS = {path.parent.name: path for path in sorted((*HERE.glob("chart-*/before"), *HERE.glob("*/chart-*/before")))}


class Chartered(NamedTuple):
    """A repository with its charts, their cases, and what each case renders."""

    charts: Charts
    cases: Cases
    rendered: dict[str, Rendering]

    @property
    def told(self) -> tuple[Finding, ...]:
        """All findings, those of a case that does not render included."""
        of_cases = (finding for made in self.rendered.values() for finding in made.findings)
        return (*self.charts.findings, *self.cases.findings, *of_cases)


@cache
def chartered(folder: Path) -> Chartered:
    """Read a repository from disk and render every case of every chart with the library."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    tree = Tree("/repository", files, files.__getitem__)
    charts = discover(tree)
    config = _config(files["gatelift.yaml"])
    outside = {path: data for path, data in files.items() if path.endswith(".yaml") and b"{{" not in data}
    cases = find_cases(tree, charts, deployments(tree, outside), config)
    engine = sdk_engine()
    assert engine is not None
    with renderer(engine, 1, timeout=60) as asked:
        return Chartered(charts, cases, dict(rendered(asked, tree, charts, cases.items, config)))


def _config(data: bytes) -> Config:
    helm = yaml.safe_load(data).get("helm", {})
    listed = tuple(ValuesCases(chart, tuple(globs)) for chart, globs in helm.get("cases", {}).items())
    return Config(helm=Helm(cases=listed, kube_version=helm.get("kubeVersion", "")))
