"""Every root before the rewrite, as its clusters get it and in the names of its sources, and who meets whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from gatelift.config.model import root_of
from gatelift.findings import Finding
from gatelift.ingress.scopes import Scopes, scopes
from gatelift.manifests.shape import ObjectKey
from gatelift.plan.building import Failed
from gatelift.plan.cases import Case, build_cases, cases
from gatelift.plan.charts.before import Charted, meeting, render_charts
from gatelift.plan.charts.building import ChartBuilder
from gatelift.plan.charts.there import without_own_routes
from gatelift.plan.kustomizations import Before, broken_finding, broken_findings, old_tree, rendered
from gatelift.plan.model import RootKind
from gatelift.plan.plain import render_plain
from gatelift.plan.request import Request
from gatelift.plan.survey import Survey
from gatelift.sources.kustomize.rendering import Rendering, rendering
from gatelift.sources.worlds import Kept, Rendered


class Roots(msgspec.Struct, frozen=True, kw_only=True):
    """The roots. ``full``: by the name of the case; ``bare``: by folder, undeployed and in the names of the sources."""

    full: Mapping[str, Rendered]
    bare: Mapping[str, Rendered]
    kinds: Mapping[str, RootKind]
    cases: Mapping[str, Case]
    charts: Charted
    """The charts as they are; those of their cases that reach a cluster are roots, by the case's name."""
    broken: Mapping[str, str]
    """Folder -> why it, or a case of it, cannot be built."""
    scopes: Scopes
    findings: tuple[Finding, ...]

    @property
    def folder_scopes(self) -> Scopes:
        """The scopes by folder: that of the first of its cases."""
        of = {self.source_of(name): scope for name, scope in reversed(list(self.scopes.of.items()))}
        return Scopes(of, frozenset(self.source_of(name) for name in self.scopes.inferred))

    def source_of(self, root: str) -> str:
        """What a root is in the names of the sources: its folder; of a chart the case, for values make its names."""
        return root if self.kinds.get(root) is RootKind.CHART else root_of(root)


def keeping(roots: Roots, found: Mapping[str, Mapping[ObjectKey, Kept]]) -> Roots:
    """``roots`` with further Ingresses that stay as they are; the very same where there is none."""
    full = dict(roots.full)
    for root, items in found.items():
        item = full[root]
        if items.keys() - item.kept.keys():
            full[root] = msgspec.structs.replace(item, kept={**item.kept, **items})
    if all(full[root] is roots.full[root] for root in full):
        return roots
    bare = {**roots.bare, **{root: full[root] for root in found}}
    return msgspec.structs.replace(roots, full=full, bare=bare)


def read_roots(request: Request, found: Survey, before: Before) -> Roots:
    """Build every case of every root, and read the plain folders."""
    full: dict[str, Rendered] = {}
    bare: dict[str, Rendered] = {}
    kinds: dict[str, RootKind] = {}
    broken = {folder: before.broken[folder] for folder in found.roots if folder in before.broken}
    findings = broken_findings(found, before)
    wanted = [case for case in cases(found.roots, found.deployments) if case.folder in before.full]
    made = _rendered_cases(found, before, wanted)
    for case in wanted:
        item = made[case.name]
        if isinstance(item, Failed):
            broken[case.folder] = str(item)
            findings.append(broken_finding(found, case.folder, str(item)))
            continue
        full[case.name] = rendered(found, item, case.name)
        bare[case.folder] = rendered(found, before.bare[case.folder], case.folder)
        kinds[case.name] = RootKind.KUSTOMIZATION
    for name in [name for name in full if root_of(name) in broken]:
        del full[name], kinds[name]
        bare.pop(root_of(name), None)
    for root in sorted(found.plain):
        full[root], said = render_plain(found, root)
        bare[root] = full[root]
        kinds[root] = RootKind.PLAIN
        findings += said
    charts = without_own_routes(render_charts(found.helm, ChartBuilder(request.render_charts)), request.settings)
    # A deployed case that does not render is told with its chart, which stays as it is.
    findings += [*charts.findings, *(item for name, item in charts.broken.items() if not _told(found, name))]
    for name in meeting(charts):
        full[name] = bare[name] = charts.roots[name]
        kinds[name] = RootKind.CHART
    by_name = {case.name: case for case in wanted if case.name in full}
    return Roots(
        full=full,
        bare=bare,
        kinds=kinds,
        cases=by_name,
        charts=charts,
        broken=broken,
        scopes=_scopes(request, found, {**by_name, **_placed(found, kinds)}, full, made, broken),
        findings=tuple(findings),
    )


def _told(found: Survey, name: str) -> bool:
    """Whether a case only tries a switch the other way, or is told of elsewhere because it is deployed."""
    case = found.helm.by_name[name]
    return bool(case.toggled) or case.deployed


def _placed(found: Survey, kinds: Mapping[str, RootKind]) -> dict[str, Case]:
    """The cases of charts, as far as it matters where they are deployed."""
    named = [found.helm.by_name[name] for name, kind in kinds.items() if kind is RootKind.CHART]
    return {
        case.name: Case(
            name=case.name,
            folder=case.chart,
            by=(case.by,) if case.by else (),
            cluster=next(iter(case.clusters)) if len(case.clusters) == 1 else "",
            into=case.namespace,
        )
        for case in named
    }


def _rendered_cases(found: Survey, before: Before, wanted: list[Case]) -> dict[str, Rendering | Failed]:
    plain = {case.name: case for case in wanted if not case.deployment}
    result: dict[str, Rendering | Failed] = {name: before.full[case.folder] for name, case in plain.items()}
    deployed = [case for case in wanted if case.deployment]
    for name, text in build_cases(before.builder, old_tree(found), found.graph, deployed).items():
        result[name] = text if isinstance(text, Failed) else rendering(name, text)
    return result


def _scopes(
    request: Request,
    found: Survey,
    by_name: Mapping[str, Case],
    full: Mapping[str, Rendered],
    made: Mapping[str, Rendering | Failed],
    broken: Iterable[str],
) -> Scopes:
    """Who meets whom: the configuration, else the clusters that deploy, else what the objects tell.

    One name may stand for several clusters (``in-cluster`` of an Argo CD in each): roots of one such name that render
    the same object are not in one cluster, and count as if nothing was known.
    """
    identities: dict[str, set[str]] = {}
    shared: dict[str, set[str]] = {}
    for root, item in full.items():
        place = by_name[root].namespace if root in by_name else ""
        identities[root] = {
            f"{resource} {'' if resource.namespace else place}".strip()
            for resource in item.resources
            if resource.kind != "IngressClass"
        }
        rendering_of = made.get(root)
        sources = rendering_of.sources(found.written).values() if isinstance(rendering_of, Rendering) else ()
        shared[root] = {f"source {each.path}#{each.document}{each.item}" for each in sources}
    # What does not build renders nothing to tell it by, but it still shares sources with others, or does not.
    shared.update({folder: _sources(found, folder) for folder in broken})
    doubtful = _doubtful(by_name, identities)

    def declared(root: str) -> str | None:
        named = request.settings.config.scope_for(root)
        if named is not None or root not in by_name or root in doubtful:
            return named
        return by_name[root].cluster or None

    return scopes({root: identities.get(root, set()) | shared[root] for root in shared}, declared)


def _sources(found: Survey, folder: str) -> set[str]:
    listed = {path for item in found.graph.below(folder) for path in found.graph.resources.get(item, ())}
    return {f"source {each.path}#{each.document}{each.item}" for each in found.written if each.path in listed}


def _doubtful(by_name: Mapping[str, Case], identities: Mapping[str, set[str]]) -> frozenset[str]:
    found: set[str] = set()
    holders: dict[tuple[str, str], str] = {}
    for root, case in by_name.items():
        for identity in identities.get(root, ()) if case.cluster else ():
            other = holders.setdefault((case.cluster, identity), root)
            if other != root:
                found |= {root, other}
    return frozenset(found)
