"""Objects that deploy charts and that a kustomization changes on its way to the cluster.

What they say in their files is not what a cluster gets: a patch may turn an Ingress on, or give it another host.
"""

from __future__ import annotations

import msgspec

from gatelift.plan.charts.sources import Sources
from gatelift.sources.helm.case import Case
from gatelift.sources.kustomize.graph import Graph

_CHANGING = (
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "replacements",
    "components",
    "transformers",
    "vars",
)


def with_patched(sources: Sources, graph: Graph) -> Sources:
    """``sources``, where a case is known in part only if some kustomization changes what deploys it."""
    items = tuple(_told(case, graph) if case.by else case for case in sources.cases.items)
    return msgspec.structs.replace(sources, cases=msgspec.structs.replace(sources.cases, items=items))


def _told(case: Case, graph: Graph) -> Case:
    changing = _changed_by(case.place.path, graph)
    if not changing:
        return case
    why = f"{changing} changes {case.by} with patches, and what comes of that is not followed"
    return msgspec.structs.replace(case, partial=(*case.partial, why))


def _changed_by(path: str, graph: Graph) -> str:
    """The first kustomization that builds a file and may change its objects; empty where none does."""
    listing = [folder for folder, paths in graph.resources.items() if path in paths]
    above = sorted({each for folder in listing for each in graph.above(folder)})
    return next((f for f in above if f in graph.nodes and any(graph.nodes[f].value.get(k) for k in _CHANGING)), "")
