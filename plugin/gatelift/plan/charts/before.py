"""The charts of a repository as they are: every case rendered, with what of it matters to the judge."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from gatelift.findings import Finding, Place, Severity
from gatelift.ingress.read import is_ingress
from gatelift.manifests.resource import Resource
from gatelift.plan.charts.building import ChartBuilder
from gatelift.plan.charts.honest import honest
from gatelift.plan.charts.sources import Sources
from gatelift.plan.charts.unread import joined, unread
from gatelift.render.rendering import Rendering, repository_path
from gatelift.render.unstable import Unstable, told, unstable
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.discover import discover
from gatelift.sources.kustomize.differences import is_ours, touched
from gatelift.sources.kustomize.rendering import Rendering as RenderedObjects
from gatelift.sources.kustomize.rendering import rendering
from gatelift.sources.worlds import Rendered

# What makes two renders of the same thing differ; a chart without any of these words is rendered once.
_LOTS = re.compile(
    rb"(?<![\w.$-])(?:rand\w*|gen[A-Z]\w*|uuidv4|now|date|ago|htpasswd|bcrypt|encryptAES|derivePassword|shuffle)\b(?!:)"
)
_NAMESPACE = "default"
"""What charts are rendered into where nobody says."""


class Charted(msgspec.Struct, frozen=True, kw_only=True):
    """What the cases render. ``rendered``: all that render; ``roots``: those of them that the judge is given."""

    sources: Sources
    builder: ChartBuilder
    rendered: Mapping[str, Rendering] = {}
    roots: Mapping[str, Rendered] = {}
    origins: Mapping[str, tuple[str, ...]] = {}
    """Case -> for each resource of its root, the template that it comes from, as Helm names it."""
    live: Mapping[str, tuple[Resource, ...]] = {}
    """Deployed case -> the objects of Gateway API that it renders today, gatelift's own of an earlier run included."""
    lots: Mapping[str, tuple[Unstable, ...]] = {}
    broken: Mapping[str, Finding] = {}
    findings: tuple[Finding, ...] = ()

    def template(self, case: Case, origin: str) -> str | None:
        """The file of a template that Helm names; None for one in an archive."""
        path = repository_path(origin, self.sources.charts.shown(case.chart))
        return path if path is not None and self.sources.tree.is_file(path) else None


def meeting(found: Charted) -> tuple[str, ...]:
    """The cases that are roots: deployed, and with an Ingress or something that an Ingress's routes meet."""
    names = [name for name, case in found.sources.by_name.items() if case.deployed and name in found.roots]
    return tuple(sorted(name for name in names if any(touched(item.value) for item in found.roots[name].resources)))


def render_charts(sources: Sources, builder: ChartBuilder) -> Charted:
    """Render every case, and once more where something may be drawn by lot."""
    sources, forged = honest(sources, builder)
    wanted = sources.looked_at
    made = builder.build(sources.tree, sources.charts, wanted, check=True)
    rendered = {name: item for name, item in made.items() if not item.failed}
    drawing = [case for case in wanted if case.name in rendered and _draws(sources, case.chart)]
    again = builder.again(sources.tree, sources.charts, drawing)
    lots = {name: found for name, item in again.items() if (found := unstable(rendered[name], item))}
    roots: dict[str, Rendered] = {}
    origins: dict[str, tuple[str, ...]] = {}
    by_name = {case.name: case for case in wanted}
    for name, item in rendered.items():
        roots[name], origins[name] = as_root(by_name[name], item, sources.charts.shown(by_name[name].chart))
    drawn: dict[str, set[Unstable]] = {}
    for name, found in lots.items():
        drawn.setdefault(by_name[name].chart, set()).update(found)
    findings = [finding for chart, items in drawn.items() if (finding := told(sorted(items), chart))]
    # A case that only tries a switch the other way reaches no cluster.
    findings += [finding for name, item in roots.items() if not by_name[name].toggled for finding in item.unread]
    return Charted(
        sources=sources,
        builder=builder,
        rendered=rendered,
        roots=roots,
        origins=origins,
        live=_live(sources, builder, roots),
        lots=lots,
        broken={case.name: _broken(case, made[case.name]) for case in wanted if made[case.name].failed},
        findings=(*findings, *forged),
    )


def _live(sources: Sources, builder: ChartBuilder, roots: Mapping[str, Rendered]) -> dict[str, tuple[Resource, ...]]:
    """What deployed cases render of our kinds with all that an earlier run wrote."""
    deployed = [case for name, case in sources.by_name.items() if case.deployed and name in roots]
    if not sources.own:
        return {case.name: _owned(roots[case.name]) for case in deployed}
    charts = discover(sources.actual)
    made = builder.build(sources.actual, charts, deployed)
    whole = {case.name: as_root(case, made[case.name], {})[0] for case in deployed if not made[case.name].failed}
    return {name: _owned(item) for name, item in whole.items()}


def _owned(item: Rendered) -> tuple[Resource, ...]:
    return tuple(each for each in item.resources if is_ours(each.key))


def _draws(sources: Sources, folder: str) -> bool:
    paths = {
        path for place in sources.charts.shown(folder).values() for path in sources.charts.by_folder[place].templates
    }
    archives = any(sources.charts.by_folder[place].archives for place in sources.charts.shown(folder).values())
    return archives or any(_LOTS.search(sources.tree.read(path)) for path in paths)


def as_root(case: Case, made: Rendering, shown: Mapping[str, str]) -> tuple[Rendered, tuple[str, ...]]:
    """A rendering as the judge wants it, and the origin of each of its resources; ``shown`` as of ``Charts.shown``."""
    found = _in_release(rendering(case.name, joined(made.objects)), case.namespace or _NAMESPACE)
    origins = tuple(made.objects[item.provenance.document].origin for item in found.resources)
    places = {
        item.key: Place(path, 1, 1)
        for item, origin in zip(found.resources, origins, strict=True)
        if is_ingress(item) and (path := repository_path(origin, shown)) is not None
    }
    release = " ".join((case.chart, case.namespace, case.release))
    made_root = Rendered(
        root=case.name,
        resources=found.resources,
        others=found.others,
        places=places,
        release=release,
        unread=unread(case.name, made.objects, found.findings, shown),
    )
    return made_root, origins


def _in_release(found: RenderedObjects, namespace: str) -> RenderedObjects:
    """The objects without the namespace of the release, which some templates write and others leave to Helm."""
    resources = tuple(_without_namespace(item, namespace) for item in found.resources)
    return msgspec.structs.replace(found, resources=resources)


def _without_namespace(item: Resource, namespace: str) -> Resource:
    if item.namespace != namespace:
        return item
    metadata = {key: value for key, value in item.value["metadata"].items() if key != "namespace"}
    return msgspec.structs.replace(item, namespace="", value={**item.value, "metadata": metadata})


def _broken(case: Case, made: Rendering) -> Finding:
    first = made.findings[0] if made.findings else None
    message = first.message if first else f"the chart does not render with the values of {case.name}"
    fix = first.fix if first and first.fix else "correct it, then run again; nothing of the chart was changed"
    return Finding("helm/broken", Severity.WARNING, message, fix, first.place if first and first.place else case.place)
