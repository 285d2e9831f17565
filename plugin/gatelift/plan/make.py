"""``make_plan()``: from a repository to everything that a run would do, proved (DESIGN 2.4, 4).

Candidates come from ``sources/``; here they are rendered, proved and picked. What is not proved is withdrawn with all
that shares its sources, its Ingresses count as ones that nobody can judge, and the rest is judged again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.config.model import Phase
from gatelift.expected.expected import Expected
from gatelift.expected.suspects import Suspect
from gatelift.findings import Finding, Place, Severity
from gatelift.gateway.normal import identity
from gatelift.ingress.read import is_ingress
from gatelift.ingress.scopes import Scopes, scopes
from gatelift.manifests.resource import Resource
from gatelift.plan.kustomizations import Before, broken_findings, levels, lifted, render_before, rendered
from gatelift.plan.model import FileChange, Plan, RootKind, RootPlan
from gatelift.plan.plain import render_plain, rewrite_plain
from gatelift.plan.proving import Proved, prove
from gatelift.plan.request import Request
from gatelift.plan.survey import Survey, survey
from gatelift.sources.kustomize.rendering import Rendering
from gatelift.sources.suspects import suspect
from gatelift.sources.worlds import Rendered, World, judge_world

_ROUNDS = 6


class Roots(msgspec.Struct, frozen=True, kw_only=True):
    """Every root before the rewrite, in the names of its build and of its sources."""

    full: Mapping[str, Rendered]
    bare: Mapping[str, Rendered]
    kinds: Mapping[str, RootKind]
    scopes: Scopes
    findings: tuple[Finding, ...]


def make_plan(request: Request) -> Plan:
    """Plan a run. Raises ``UsageError`` for a configuration that cannot be followed."""
    found = survey(request.tree, request.find, request.settings.config)
    before = render_before(request, found)
    roots = _roots(request, found, before)
    withdrawn: dict[str, Finding] = {}
    for _ in range(_ROUNDS):
        attempt = _attempt(request, found, before, roots, withdrawn)
        if not attempt.failing:
            break
        withdrawn.update(attempt.failing)
    return _plan(request, found, before, roots, attempt, withdrawn)


class _Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One round: what would be written, what it means, and the roots that cannot be proved."""

    world: World
    changes: Mapping[str, bytes | None]
    proved: Mapping[str, Proved]
    failing: Mapping[str, Finding]


def _roots(request: Request, found: Survey, before: Before) -> Roots:
    full: dict[str, Rendered] = {}
    bare: dict[str, Rendered] = {}
    kinds: dict[str, RootKind] = {}
    findings: list[Finding] = broken_findings(found, before)
    for folder in found.graph.roots:
        if folder in before.full:
            full[folder] = rendered(found, before.full[folder])
            bare[folder] = rendered(found, before.bare[folder])
            kinds[folder] = RootKind.KUSTOMIZATION
    for root in sorted(found.plain):
        full[root], said = render_plain(found, root)
        bare[root] = full[root]
        kinds[root] = RootKind.PLAIN
        findings += said
    return Roots(
        full=full, bare=bare, kinds=kinds, scopes=_scopes(request, found, before, full), findings=tuple(findings)
    )


def _scopes(request: Request, found: Survey, before: Before, full: Mapping[str, Rendered]) -> Scopes:
    """Roots that render one object, or share the source of an Ingress, are not in one cluster (DESIGN 3)."""
    identities: dict[str, set[str]] = {}
    for root, item in full.items():
        identities[root] = {str(resource) for resource in item.resources if resource.kind != "IngressClass"}
        made = before.full.get(root)
        sources = made.sources(found.written).values() if made else ()
        identities[root] |= {f"source {item.path}#{item.document}{item.item}" for item in sources}
    return scopes(identities, request.settings.config.scope_for)


def _attempt(
    request: Request, found: Survey, before: Before, roots: Roots, withdrawn: Mapping[str, Finding]
) -> _Attempt:
    doubtful = _suspects(found, before, roots, withdrawn)
    taking_part = [root for root in roots.full if root not in withdrawn]
    world = judge_world([roots.full[root] for root in taking_part], request.settings, roots.scopes, doubtful)
    if all(roots.bare[root] is roots.full[root] for root in taking_part):
        plain_world = world
    else:
        plain_world = judge_world([roots.bare[root] for root in taking_part], request.settings, roots.scopes, doubtful)
    changes: dict[str, bytes | None] = {}
    failing: dict[str, Finding] = {}
    if before.full:
        family = {root for root in taking_part if roots.kinds[root] is RootKind.KUSTOMIZATION}
        inner = [f for f in before.full if f in family or any(f in found.graph.below(root) for root in family)]
        made = levels(request, found, _only(before, inner), plain_world)
        result = lifted(request, found, before, made, family)
        changes.update(result.changes)
        failing.update({root: item for root, item in result.failed.items() if root in family})
    for root in taking_part:
        if roots.kinds[root] is RootKind.PLAIN:
            written = rewrite_plain(request, found, root, world.by_root.get(root, ()))
            changes.update(written.changes)
            if written.failed is not None:
                failing[root] = written.failed
    proved = prove(
        request, found, before, {root: roots.full[root] for root in taking_part}, roots.kinds, world, changes
    )
    failing.update({root: _unproved(found, roots, root, item) for root, item in proved.items() if item.failed})
    return _Attempt(world=world, changes=changes, proved=proved, failing=_families(found, roots, failing))


def _only(before: Before, folders: Iterable[str]) -> Before:
    wanted = set(folders)
    kept: Mapping[str, Rendering] = {folder: item for folder, item in before.bare.items() if folder in wanted}
    return msgspec.structs.replace(before, bare=kept)


def _suspects(
    found: Survey, before: Before, roots: Roots, withdrawn: Mapping[str, Finding]
) -> dict[str, list[Suspect]]:
    """By scope: Ingresses that are there, and whose roots cannot be built or proved."""
    result: dict[str, list[Suspect]] = {}
    for root in withdrawn:
        for resource in roots.full[root].resources:
            if is_ingress(resource):
                item = suspect(resource, "its sources cannot be rewritten")
                result.setdefault(roots.scopes.of.get(root, ""), []).append(item)
    built = {item for made in before.full.values() for item in made.sources(found.written).values()}
    for folder in sorted(set(before.broken) & set(found.graph.roots)):
        for written in found.written:
            if written in built or not _builds(found, folder, written.path):
                continue
            item = suspect(found.files[written.path].resource(written), f"{folder} that builds it cannot be built")
            for scope in set(roots.scopes.of.values()) or {""}:
                result.setdefault(scope, []).append(item)
    return result


def _builds(found: Survey, folder: str, path: str) -> bool:
    return any(path in found.graph.resources.get(item, ()) for item in found.graph.below(folder))


def _unproved(found: Survey, roots: Roots, root: str, item: Proved) -> Finding:
    where = found.graph.nodes[root].path if root in found.graph.nodes else root
    partial = item.partial
    if partial and all(evidence.holds for evidence in item.evidence):
        return Finding(
            "proof/partial",
            Severity.WARNING,
            f"what this renders cannot be proved as a whole, because it needs {', '.join(partial)}: it stays as it is",
            "vendor what is remote, or write 'allowPartial: true' if you know that no Ingress comes from there",
            Place(where),
        )
    text = next((evidence.text for evidence in item.evidence if not evidence.holds), "")
    return Finding(
        "proof/withdrawn",
        Severity.WARNING,
        f"the rewrite of this root is not proved, so its sources stay as they are: {text}",
        "convert it by hand from what 'gatelift convert' prints, or report this with the sources that show it",
        Place(where),
    )


def _families(found: Survey, roots: Roots, failing: Mapping[str, Finding]) -> dict[str, Finding]:
    """What fails takes along every root that is built from the same kustomizations."""
    result = dict(failing)
    waiting = list(failing)
    while waiting:
        root = waiting.pop()
        mine = set(found.graph.below(root)) if root in found.graph.nodes else {root}
        for other in roots.full:
            if other in result or roots.kinds[other] is not RootKind.KUSTOMIZATION or root not in found.graph.nodes:
                continue
            if mine & set(found.graph.below(other)):
                result[other] = _along(found, other, root)
                waiting.append(other)
    return result


def _along(found: Survey, root: str, other: str) -> Finding:
    return Finding(
        "proof/shared",
        Severity.WARNING,
        f"it shares sources with {other}, whose rewrite is not proved, so its sources stay as they are",
        f"see what is said about {other}",
        Place(found.graph.nodes[root].path),
    )


def _plan(
    request: Request,
    found: Survey,
    before: Before,
    roots: Roots,
    attempt: _Attempt,
    withdrawn: Mapping[str, Finding],
) -> Plan:
    settings = request.settings
    world = attempt.world
    files = [
        FileChange(path, found.tree.read(path) if found.tree.is_file(path) else None, data)
        for path, data in sorted(attempt.changes.items())
    ]
    return Plan(
        phase=settings.config.phase or settings.phase,
        target=settings.config.target.name or settings.target.name,
        scopes=tuple(sorted(set(roots.scopes.of.values()))),
        roots=tuple(_root_plan(request, roots, root, attempt, withdrawn) for root in sorted(roots.full)),
        files=tuple(files),
        result=_with_withdrawn(world.result),
        complete=all(context.complete for context in world.contexts.values()) and bool(world.contexts),
        findings=tuple(dict.fromkeys((*found.findings, *roots.findings, *world.findings, *withdrawn.values()))),
        places=world.places,
    )


def _with_withdrawn(result: Expected) -> Expected:
    return result


def _root_plan(
    request: Request, roots: Roots, root: str, attempt: _Attempt, withdrawn: Mapping[str, Finding]
) -> RootPlan:
    item = roots.full[root]
    ingresses: Sequence[Resource] = [resource for resource in item.resources if is_ingress(resource)]
    changes = attempt.world.by_root.get(root, ())
    proved = attempt.proved.get(root)
    phase: Phase = request.settings.phase_of(root)
    objects: list[Mapping[str, Any]] = [made for change in changes for made in change.emitted]
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
    )
