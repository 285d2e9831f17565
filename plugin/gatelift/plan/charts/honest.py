"""Templates that bear gatelift's head and are not gatelift's: anybody can write one."""

from __future__ import annotations

import msgspec

from gatelift.findings import Finding, Place, Severity
from gatelift.manifests.shape import ObjectKey
from gatelift.plan.charts.building import ChartBuilder
from gatelift.plan.charts.sources import Sources
from gatelift.render.rendering import repository_path
from gatelift.sources.helm.discover import discover
from gatelift.sources.kustomize.differences import is_ours


def honest(sources: Sources, builder: ChartBuilder) -> tuple[Sources, tuple[Finding, ...]]:
    """``sources``, where a template that renders other kinds than routes and policies is a person's, whatever its head.

    What such a head would take away is more than routes.
    """
    if not sources.own:
        return sources, ()
    charts = discover(sources.actual)
    forged: set[str] = set()
    for name, made in builder.build(sources.actual, charts, sources.looked_at).items():
        shown = charts.shown(sources.by_name[name].chart)
        for item in made.objects:
            document = item.document
            key = ObjectKey(document.group, document.kind, document.namespace, document.name)
            path = repository_path(item.origin, shown)
            if path in sources.own and not is_ours(key):
                forged.add(path)
    if not forged:
        return sources, ()
    own = sources.own - forged
    tree = sources.actual.changed(dict.fromkeys(own))
    kept = msgspec.structs.replace(sources, own=own, tree=tree, charts=discover(tree))
    return kept, tuple(_told(path) for path in sorted(forged))


def _told(path: str) -> Finding:
    message = "this template bears gatelift's head and renders other objects too, so it counts as yours and stays"
    return Finding("helm/edited", Severity.WARNING, message, "remove its first line", Place(path, 1, 1))
