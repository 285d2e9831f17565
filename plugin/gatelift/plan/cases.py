"""Cases: a root as one cluster gets it, with what Argo CD or Flux set into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from gatelift.config.model import CASE
from gatelift.findings import InputError
from gatelift.plan.building import Builder, Failed
from gatelift.repository.tree import Tree
from gatelift.sources.deployed.clusters import clusters_of
from gatelift.sources.deployed.kustomization import shadow
from gatelift.sources.deployed.model import Deployment, Deployments, KustomizeOptions, Tool
from gatelift.sources.deployed.rendered import after_build
from gatelift.sources.kustomize.graph import Graph


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One root in one cluster. ``name`` is the root's folder, with the deployment behind it where there are several."""

    name: str
    folder: str
    deployment: Deployment | None = None
    by: tuple[str, ...] = ()
    cluster: str = ""
    into: str = ""
    """Of a chart: the namespace that it is released into."""

    @property
    def namespace(self) -> str:
        """Where objects without a namespace go, as far as the repository tells."""
        return self.deployment.namespace if self.deployment else self.into

    @property
    def changed(self) -> bool:
        """Whether the deployment builds something else than the folder as it stands."""
        return self.deployment is not None and self.deployment.kustomize != KustomizeOptions()

    @property
    def unsupported(self) -> tuple[str, ...]:
        """What the deployment does that is not reproduced."""
        return self.deployment.unsupported if self.deployment else ()


def cases(roots: Iterable[str], found: Deployments) -> tuple[Case, ...]:
    """Every root as each cluster gets it; deployments that set the same into one cluster are one case."""
    roots = tuple(roots)
    clusters = clusters_of(found, roots)
    made: list[Case] = []
    for folder in roots:
        groups: dict[tuple[bytes, str], list[Deployment]] = {}
        for item in found.of(folder):
            if item.tool is Tool.KUSTOMIZE:
                groups.setdefault((_options(item), item.cluster), []).append(item)
        made += _cases(folder, list(groups.values()), sorted(clusters.get(folder, ())))
    return tuple(made)


def _cases(folder: str, groups: Sequence[Sequence[Deployment]], clusters: Sequence[str]) -> list[Case]:
    if not groups:
        return [Case(name=folder, folder=folder, cluster=clusters[0] if len(clusters) == 1 else "")]
    found = []
    for items in groups:
        first = items[0]
        name = folder if len(groups) == 1 else f"{folder}{CASE}{first.by.partition(' ')[2]}"
        cluster = first.cluster or (clusters[0] if len(clusters) == 1 else "")
        found.append(
            Case(name=name, folder=folder, deployment=first, by=tuple(item.by for item in items), cluster=cluster)
        )
    return found


def _options(item: Deployment) -> bytes:
    parts = (item.kustomize, item.post_build, item.metadata, item.unsupported, item.namespace, item.load_restrictor)
    return msgspec.json.encode(parts, order="deterministic")


def build_cases(builder: Builder, tree: Tree, graph: Graph, wanted: Sequence[Case]) -> Mapping[str, str | Failed]:
    """The text of each case, as it reaches its cluster, or why there is none."""
    result: dict[str, str | Failed] = {}
    for batch in _batches(graph, wanted):
        overlay: dict[str, bytes | None] = {}
        ready: list[Case] = []
        for case in batch:
            try:
                made = shadow(tree, case.deployment) if case.changed and case.deployment else None
            except InputError as error:
                result[case.name] = Failed(error.finding.message)
                continue
            if made is not None:
                overlay[made.path] = made.text
            ready.append(case)
        built = builder.build(tree.changed(overlay), [case.folder for case in ready])
        result.update({case.name: _delivered(built[case.folder], case) for case in ready})
    return result


def _delivered(text: str | Failed, case: Case) -> str | Failed:
    if isinstance(text, Failed) or case.deployment is None:
        return text
    try:
        return after_build(text.encode("utf-8", "surrogateescape"), case.deployment).decode("utf-8", "surrogateescape")
    except InputError as error:
        return Failed(error.finding.message)


def _batches(graph: Graph, wanted: Sequence[Case]) -> list[list[Case]]:
    """Cases that can be built in one tree: what one changes, no other one builds."""
    batches: list[tuple[set[str], list[Case]]] = []
    for case in wanted:
        below = set(graph.below(case.folder))
        for touched, batch in batches:
            clash = case.folder in touched or any(other.changed and other.folder in below for other in batch)
            if not clash and not (case.changed and any(case.folder in graph.below(other.folder) for other in batch)):
                touched.add(case.folder)
                batch.append(case)
                break
        else:
            batches.append(({case.folder}, [case]))
    return [batch for _, batch in batches]
