"""``make_plan()``: from a repository to everything that a run would do, proved.

Candidates come from ``sources/``; here they are rendered, proved and picked. What is not proved is withdrawn with all
that shares its sources, its Ingresses count as ones that nobody can judge, and the rest is judged again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gatelift.config.model import Phase, root_of
from gatelift.expected.suspects import Suspect
from gatelift.findings import Finding
from gatelift.gateway.normal import identity
from gatelift.ingress.read import is_ingress
from gatelift.manifests.resource import Resource
from gatelift.plan.begin import begin, live_routes, suspects_of
from gatelift.plan.beside import staying
from gatelift.plan.charts.again import again
from gatelift.plan.charts.rewriting import Rewritten, rewrite_charts
from gatelift.plan.charts.told import prepared, templates, undeployed
from gatelift.plan.charts.versions import raised
from gatelift.plan.embedded import with_embedded
from gatelift.plan.followed import with_followed
from gatelift.plan.kustomizations import Before, levels, lifted
from gatelift.plan.model import FileChange, Plan, RootKind, RootPlan
from gatelift.plan.plain import rewrite_plain
from gatelift.plan.proving import After, Proved, prove
from gatelift.plan.request import Request
from gatelift.plan.roots import Roots, keeping
from gatelift.plan.shared import SharedFiles, share
from gatelift.plan.survey import Survey
from gatelift.plan.unjudged import places_of, unjudged
from gatelift.plan.withdrawing import families, unproved, unsettled
from gatelift.sources.worlds import Rendered, World, judge_world

_ROUNDS = 6


def make_plan(request: Request) -> Plan:
    """Plan a run. Raises ``UsageError`` for a configuration that cannot be followed."""
    begun = begin(request)
    request, found, before, roots = begun.request, begun.found, begun.before, begun.roots
    withdrawn = dict(begun.withdrawn)
    for number in range(_ROUNDS):
        attempt = _attempt(request, found, before, roots, withdrawn, foresee=not number)
        kept = keeping(roots, attempt.charts.keeping)
        if kept is not roots:
            # Of a case with one template that cannot be rewritten, the rest may still be.
            roots = kept
            continue
        if not attempt.failing:
            break
        if not number:
            # What was foreseen may have been wrong: before anything is withdrawn, all of it is built.
            continue
        kept = keeping(roots, staying(found, roots, attempt.proved, attempt.world.by_root))
        if kept is not roots:
            # The rest of such a root, and of those that share its hosts, may still be proved.
            roots = kept
            continue
        withdrawn.update(attempt.failing)
    else:
        # Each round withdraws something, and what is left may mean something else then; so many were not foreseen.
        withdrawn = {**{root: unsettled(found, root) for root in roots.full}, **withdrawn}
        attempt = _attempt(request, found, before, roots, withdrawn, foresee=False)
    return plan_of(request, found, roots, attempt, withdrawn)


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One round: what would be written, what it means, and the roots that cannot be proved."""

    world: World
    changes: Mapping[str, bytes | None]
    proved: Mapping[str, Proved]
    failing: Mapping[str, Finding]
    findings: tuple[Finding, ...] = ()
    charts: Rewritten = Rewritten()


def _attempt(
    request: Request,
    found: Survey,
    before: Before,
    roots: Roots,
    withdrawn: Mapping[str, Finding],
    *,
    foresee: bool,
) -> Attempt:
    doubtful = suspects_of(found, roots, withdrawn)
    taking_part = [root for root in roots.full if root not in withdrawn]
    live = live_routes(roots, withdrawn)
    full_roots = [*(roots.full[root] for root in taking_part), *live]
    world = judge_world(full_roots, request.settings, roots.scopes, doubtful)
    bare = _in_names_of_sources(request, roots, taking_part, doubtful, world, live)
    if bare is not world:
        world = with_followed(world, bare, roots)
        bare = with_embedded(bare, world)
    changes, failing = _candidates(request, found, before, roots, taking_part, world, bare, foresee=foresee)
    charts = rewrite_charts(roots.charts, request.settings, world.by_root, taking_part)
    changes.update(charts.changes)
    failing.update(charts.failing)
    full = {root: roots.full[root] for root in taking_part}
    common = share(found, world, request.settings.config, changes, withdrawn)
    changes.update(common.changes)
    failing.update(_without_gateway(request, roots, taking_part, common))
    request.tell("proving")
    tree = found.tree.changed(changes)
    after = After(tree, found.actual, before.builder, common, again(request, found, roots.charts, tree))
    proved = prove(request, found, before, roots, full, world, after)
    # What was given up before anything was rendered is the cause of whatever is not proved then.
    failing = {**{root: unproved(found, roots, root, item) for root, item in proved.items() if item.failed}, **failing}
    return Attempt(
        world=world,
        changes=changes,
        proved=proved,
        failing=families(found, roots, failing),
        findings=(*common.findings, *charts.findings),
        charts=charts,
    )


def _without_gateway(
    request: Request, roots: Roots, taking_part: Sequence[str], common: SharedFiles
) -> dict[str, Finding]:
    """Roots whose routes are known to have no listener: DNS must not move to them, nor an Ingress go for them.

    Nor is anything written where the Gateway would not learn who its clients are.
    """
    scopes = {root: roots.scopes.of.get(root, "") for root in taking_part}
    found = {root: common.disputed.get(scope) for root, scope in scopes.items()}
    later = {root for root in taking_part if request.settings.phase_of(root) is not Phase.COEXIST}
    moving = later | {root for root, scope in scopes.items() if scope in common.unguarded}
    return {root: finding for root, finding in found.items() if finding is not None and root in moving}


def _in_names_of_sources(
    request: Request,
    roots: Roots,
    taking_part: Sequence[str],
    doubtful: Mapping[str, Sequence[Suspect]],
    world: World,
    live: Sequence[Rendered],
) -> World:
    """The same judgement in the names of the sources; ``world`` itself where no build changes a name."""
    folders = dict.fromkeys(roots.source_of(root) for root in taking_part)
    if all(roots.bare[roots.source_of(root)] is roots.full[root] for root in taking_part):
        return world
    bare = [*(roots.bare[folder] for folder in folders), *live]
    return judge_world(bare, request.settings, roots.folder_scopes, doubtful)


def _candidates(
    request: Request,
    found: Survey,
    before: Before,
    roots: Roots,
    taking_part: Sequence[str],
    world: World,
    bare: World,
    *,
    foresee: bool,
) -> tuple[dict[str, bytes | None], dict[str, Finding]]:
    """What would be written, and the roots for which that cannot be known; ``bare``: in the names of the sources."""
    changes: dict[str, bytes | None] = {}
    failing: dict[str, Finding] = {}
    family = {root_of(root) for root in taking_part if roots.kinds[root] is RootKind.KUSTOMIZATION}
    if family:
        below = {item for root in family for item in found.graph.below(root)}
        inner = {folder: item for folder, item in before.bare.items() if folder in family or folder in below}
        made = levels(request, found, msgspec.structs.replace(before, bare=inner), bare)
        result = lifted(request, found, before, made, family, foresee=foresee)
        changes.update(result.changes)
        failing.update(
            {root: item for folder, item in result.failed.items() for root in taking_part if root_of(root) == folder}
        )
    for root in taking_part:
        if roots.kinds[root] is RootKind.PLAIN:
            written = rewrite_plain(request, found, root, world.by_root.get(root, ()))
            changes.update(written.changes)
            if written.failed is not None:
                failing[root] = written.failed
    return changes, failing


def plan_of(request: Request, found: Survey, roots: Roots, attempt: Attempt, withdrawn: Mapping[str, Finding]) -> Plan:
    """A plan from its last round."""
    settings = request.settings
    world = attempt.world
    changes_of_files = dict(attempt.changes)
    if request.raise_versions:
        changes_of_files.update(raised(found.tree, found.helm.charts, attempt.charts.changes))
    files = [
        FileChange(path, found.tree.read(path) if found.tree.is_file(path) else None, data)
        for path, data in sorted(changes_of_files.items())
    ]
    others = [*unjudged(found, roots, withdrawn), *undeployed(roots.charts, attempt.charts)]
    changes = (*world.result.changes, *(change for change, _ in others))
    return Plan(
        phase=settings.config.phase or settings.phase,
        target=str(settings.target.spec),
        scopes=tuple(sorted(set(roots.scopes.of.values()))),
        roots=(
            *(_root_plan(request, roots, root, attempt, withdrawn) for root in sorted(roots.full)),
            *prepared(request.settings, roots.charts, attempt.charts),
        ),
        templates=templates(attempt.charts),
        files=tuple(files),
        result=msgspec.structs.replace(world.result, changes=changes),
        complete=all(context.complete for context in world.contexts.values()) and bool(world.contexts),
        findings=tuple(
            dict.fromkeys(
                (
                    *found.findings,
                    *roots.findings,
                    *request.offered,
                    *world.findings,
                    *attempt.findings,
                    *withdrawn.values(),
                )
            )
        ),
        places={**places_of(others), **world.places},
    )


def _root_plan(
    request: Request, roots: Roots, root: str, attempt: Attempt, withdrawn: Mapping[str, Finding]
) -> RootPlan:
    item = roots.full[root]
    ingresses: Sequence[Resource] = [resource for resource in item.resources if is_ingress(resource)]
    changes = attempt.world.by_root.get(root, ())
    proved = attempt.proved.get(root)
    phase: Phase = request.settings.phase_of(root)
    objects: list[Mapping[str, Any]] = [made for change in changes for made in change.emitted]
    case = roots.cases.get(root)
    return RootPlan(
        root=root,
        kind=roots.kinds[root],
        scope=roots.scopes.of.get(root, ""),
        phase=phase,
        ingresses=len(ingresses),
        objects=len(item.others),
        routes=tuple(sorted(identity(made) for made in objects)),
        evidence=proved.evidence if proved else (),
        withdrawn=withdrawn[root].message if root in withdrawn else "",
        deployed_by=case.by if case else (),
    )
