"""Verifying: whether a work tree, however it was edited, means what ``expected()`` says of an earlier state."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gatelift.findings import Finding, Place, Severity
from gatelift.plan.begin import suspects_of
from gatelift.plan.building import Builder
from gatelift.plan.charts.again import again
from gatelift.plan.charts.phases import held_back
from gatelift.plan.charts.rewriting import rewrite_charts
from gatelift.plan.kustomizations import Before, read_for, render_before
from gatelift.plan.make import Attempt, plan_of
from gatelift.plan.model import Plan, RootKind
from gatelift.plan.offered import with_controllers
from gatelift.plan.proving import After, Proved, prove
from gatelift.plan.request import Request
from gatelift.plan.roots import Roots, keeping, read_roots
from gatelift.plan.shared import remembering, share
from gatelift.plan.survey import Survey, survey
from gatelift.repository.tree import Tree
from gatelift.sources.kustomize.graph import Graph, build_graph
from gatelift.sources.worlds import World, judge_world


def verify(request: Request, tree: Tree) -> Plan:
    """The evidence that ``tree`` means what ``expected()`` says of the tree of ``request``; no file is to change.

    Roots whose evidence does not hold say so in their own line and as a finding. Raises ``UsageError``.
    """
    request = with_controllers(request)
    found = survey(request.tree, request.find, request.settings.config)
    settings, held = held_back(request.settings, found.helm)
    request = remembering(msgspec.structs.replace(request, settings=settings), found)
    found = msgspec.structs.replace(found, findings=(*found.findings, *held))
    before = render_before(request, found)
    roots = read_roots(request, found, before)
    world = judge_world(list(roots.full.values()), request.settings, roots.scopes, suspects_of(found, roots, {}))
    graph = build_graph(tree)
    files = {folder: read_for(tree, graph, found.deployments, folder) for folder in graph.nodes}
    free = [folder for folder in graph.nodes if not request.settings.config.restricts(folder)]
    free += [item.path for item in found.deployments.items if item.path and not item.load_restrictor]
    common = share(found, world, request.settings.config, {})
    charts = again(request, found, roots.charts, tree, prepared=True)
    after = After(tree, graph, Builder(request.render, files, free, request.known), common, charts)
    proved = prove(request, found, before, roots, roots.full, world, after)
    if any(item.failed and roots.kinds[root] is RootKind.CHART for root, item in proved.items()):
        roots, world, proved = _as_planned(request, found, before, roots, world, after, proved)
    attempt = Attempt(world=world, changes={}, proved=proved, failing={})
    plan = plan_of(request, found, roots, attempt, {})
    more = [*_disagreeing(found, plan), *_new(found, roots, graph)]
    return msgspec.structs.replace(plan, findings=(*plan.findings, *more))


def _as_planned(
    request: Request,
    found: Survey,
    before: Before,
    roots: Roots,
    world: World,
    after: After,
    proved: dict[str, Proved],
) -> tuple[Roots, World, dict[str, Proved]]:
    """The same, where a plan would leave some templates of charts alone: what goes on as it was is no disagreement."""
    left = rewrite_charts(roots.charts, request.settings, world.by_root, list(roots.full)).keeping
    kept = keeping(roots, left)
    if kept is roots:
        return roots, world, proved
    world = judge_world(list(kept.full.values()), request.settings, kept.scopes, suspects_of(found, kept, {}))
    once_more = prove(request, found, before, kept, kept.full, world, after)
    return kept, world, {root: once_more[root] if item.failed else item for root, item in proved.items()}


def _disagreeing(found: Survey, plan: Plan) -> list[Finding]:
    """A finding for each root that means something else."""
    findings = []
    for root in plan.roots:
        wrong = next((item for item in root.evidence if not item.holds), None)
        if wrong is not None:
            place = Place(found.graph.nodes[root.root].path if root.root in found.graph.nodes else root.root)
            message = f"this root does not mean what it should ({wrong.proof}): {wrong.text}"
            fix = "see 'gatelift plan' at the earlier state for what is expected; correct the sources"
            findings.append(Finding("verify/differs", Severity.WARNING, message, fix, place))
    return findings


def _new(found: Survey, roots: Roots, graph: Graph) -> list[Finding]:
    """Roots that were not there: nothing says what they should mean."""
    known: Mapping[str, object] = found.actual.nodes
    return [
        Finding(
            "verify/new-root",
            Severity.NOTE,
            "this kustomization was not there before, so nothing says what it should mean",
            "verify it by itself",
            Place(graph.nodes[folder].path),
        )
        for folder in graph.roots
        if folder not in known and folder not in roots.bare
    ]
