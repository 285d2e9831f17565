"""Every way in which the charts of a repository are rendered, as far as the repository tells.

Files beside a chart, its ``ci/``, the configuration's ``helm.cases``, and what Argo CD and Flux deploy. A chart inside
another one, or beside it and named by it, is rendered with that one: its cases are those of its parents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from gatelift.config.globs import matches
from gatelift.config.model import CASE, Config
from gatelift.findings import Finding, Place, Severity
from gatelift.repository.tree import Tree
from gatelift.sources.deployed.clusters import clusters_by_deployment
from gatelift.sources.deployed.fields import flag, strings, text
from gatelift.sources.deployed.model import Deployer, Deployment, Deployments, Tool
from gatelift.sources.deployed.variables import Search, Variables
from gatelift.sources.helm import argo_values, flux_values
from gatelift.sources.helm.case import Case, Gathering, How, Input, Unfit
from gatelift.sources.helm.charts import Chart, Charts
from gatelift.sources.helm.toggles import Effective, switched, switches

DEFAULTS = "values.yaml"
_NO_NAME = re.compile(r"[^a-z0-9]+")
_LONGEST = 53


class Cases(msgspec.Struct, frozen=True, kw_only=True):
    """All cases, sorted by chart; ``elsewhere``: deployments of charts that are not in this repository."""

    items: tuple[Case, ...] = ()
    elsewhere: tuple[Deployment, ...] = ()
    findings: tuple[Finding, ...] = ()
    unfit: Mapping[str, Finding] = {}
    """Chart -> why one of its deployed cases is none here, although who deploys it may well take it."""

    def of(self, charts: Charts, folder: str) -> tuple[Case, ...]:
        """The cases in which a chart is rendered: its own, and those of every chart that includes it."""
        rendering = {place for place, _ in charts.keys(folder)}
        return tuple(case for case in self.items if case.chart in rendering)


def find_cases(
    tree: Tree, charts: Charts, deployments: Deployments, config: Config, search: Search | None = None
) -> Cases:
    """The cases of all charts that can be rendered by themselves. Nothing is raised: what cannot be used is told."""
    findings: list[Finding] = []
    variables = Variables(tree, search)
    clusters = clusters_by_deployment(deployments)
    elsewhere: list[Deployment] = []
    deployed: dict[str, list[Case]] = {}
    missing: dict[str, Finding] = {}
    for item in deployments.items:
        if item.chart:
            elsewhere.append(item)
        elif item.tool is Tool.HELM and item.path in charts.by_folder:
            try:
                made = list(_of_deployment(item, charts.by_folder[item.path], tree, variables))
            except Unfit as unfit:
                findings.append(unfit.finding)
                missing.setdefault(item.path, unfit.finding)
                continue
            named = clusters(item)
            deployed.setdefault(item.path, []).extend(msgspec.structs.replace(case, clusters=named) for case in made)
    items: list[Case] = []
    for folder in sorted({*charts.roots, *deployed}):
        chart = charts.by_folder[folder]
        known = deployed.get(folder, [])
        files = list(_of_files(chart, known, tree, config, findings, missing))
        found = _named([*files, *known])
        items += [*found, *_toggled(found, charts, tree)]
        findings += [_told(case) for case in found if case.partial]
    return Cases(
        items=tuple(items),
        elsewhere=tuple(elsewhere),
        findings=tuple(sorted(findings, key=Finding.sort_key)),
        unfit=missing,
    )


def _of_deployment(item: Deployment, chart: Chart, tree: Tree, variables: Variables) -> Iterator[Case]:
    head = Case(
        name=f"{chart.folder}{CASE}{item.by}",
        chart=chart.folder,
        place=item.place,
        by=item.by,
        release=item.application or _release(chart),
        namespace=item.namespace,
        deployed=True,
        partial=item.unsupported,
    )
    if item.deployer is Deployer.FLUX:
        gathered = flux_values.gather(item, tree, variables)
        named = msgspec.structs.replace(
            head,
            release=flux_values.release_name(item),
            empties_defaults=flux_values.replaces_defaults(item, chart.folder),
        )
        yield gathered.made(named)
        return
    helm = item.helm
    head = msgspec.structs.replace(
        head,
        release=text(helm, "releaseName") or head.release,
        namespace=text(helm, "namespace") or head.namespace,
        kube_version=text(helm, "kubeVersion"),
        api_versions=strings(helm, "apiVersions"),
        crds=not flag(helm, "skipCrds"),
    )
    for gathered in argo_values.gather(item, tree):
        yield gathered.made(head)


def _of_files(
    chart: Chart,
    known: Sequence[Case],
    tree: Tree,
    config: Config,
    findings: list[Finding],
    missing: dict[str, Finding],
) -> Iterator[Case]:
    """The cases of files, less those that a deployment already lays over the chart's own values."""
    taken = {item.name for case in known for item in case.inputs if item.how is How.FILE}
    place = Place(chart.values or chart.file)
    yield Case(name=f"{chart.folder}{CASE}{DEFAULTS}", chart=chart.folder, place=place, release=_release(chart))
    wanted = dict.fromkeys(_configured(chart, tree, config), True)
    wanted |= {path: True for path in chart.variants if path not in wanted}
    wanted |= {path: False for path in chart.ci if path not in wanted}
    for path, deployed in wanted.items():
        if path in taken:
            continue
        gathered = Gathering(tree, "")
        try:
            gathered.file(path, Place(path))
        except Unfit as unfit:
            findings.append(unfit.finding)
            if deployed:
                missing.setdefault(chart.folder, unfit.finding)
            continue
        name = path if chart.folder == "." else path[len(chart.folder) + 1 :]
        yield gathered.made(
            Case(
                name=f"{chart.folder}{CASE}{name}",
                chart=chart.folder,
                place=Place(path),
                release=_release(chart),
                deployed=deployed,
            )
        )


def _configured(chart: Chart, tree: Tree, config: Config) -> Iterator[str]:
    start = 0 if chart.folder == "." else len(chart.folder) + 1
    for entry in config.helm.cases:
        if entry.chart == chart.folder:
            for path in tree.below(chart.folder):
                if path != chart.values and any(matches(pattern, path[start:]) for pattern in entry.values):
                    yield path


def _release(chart: Chart) -> str:
    """A release's name for a case that names none: the chart's, as far as Helm takes it for one."""
    return _NO_NAME.sub("-", chart.name.lower()).strip("-")[:_LONGEST].strip("-") or "release"


def _named(cases: Sequence[Case]) -> list[Case]:
    """Cases whose names are unique: an object that deploys a chart several times is numbered."""
    counts: dict[str, int] = {}
    result: list[Case] = []
    for case in cases:
        counts[case.name] = counts.get(case.name, 0) + 1
        again = counts[case.name]
        result.append(case if again == 1 else msgspec.structs.replace(case, name=f"{case.name} ({again})"))
    return result


def _toggled(cases: Sequence[Case], charts: Charts, tree: Tree) -> Iterator[Case]:
    """Each switch the other way: of the chart's own values on and off, of what is deployed off where it is on."""
    seen: set[tuple[object, ...]] = set()
    effective = Effective(tree, charts)
    for case in cases:
        values = effective.values(case.chart, case.values)
        found = list(switches(values))
        tried = [_with(case, path, not on) for path, on in found if on or not case.inputs]
        for block in dict.fromkeys(path[0] for path, _ in found):
            mine = [(path, on) for path, on in found if path[0] == block]
            off = [path for path, on in mine if not on]
            if off and len(mine) > 1:
                # What one alone does not show: that a place of one is closed to the routes of another.
                tried.append(_with_all(case, off))
        for made in tried:
            key = (made.release, made.namespace, repr(made.values))
            if key not in seen:
                seen.add(key)
                yield made


def _with_all(case: Case, paths: Sequence[tuple[str, ...]]) -> Case:
    made = case
    for path in paths:
        made = _with(made, path, True)
    return made


def _with(case: Case, path: tuple[str, ...], on: bool) -> Case:
    switch = f"{'.'.join(path)}={'true' if on else 'false'}"
    return msgspec.structs.replace(
        case,
        name=f"{case.name}, {switch}",
        values=switched(case.values, path, on),
        inputs=(*case.inputs, Input(How.TOGGLE, switch, case.place)),
        deployed=False,
        toggled=switch,
    )


def _told(case: Case) -> Finding:
    message = (
        f"not all that this chart is deployed with is known here: {'; '.join(case.partial)}. It is proved with what is "
        "known, and counts as proved in part"
    )
    fix = "check this deployment by hand, or set allowPartial: true in gatelift.yaml where that is enough"
    return Finding("helm/partial", Severity.WARNING, message, fix, case.place, case.by)
