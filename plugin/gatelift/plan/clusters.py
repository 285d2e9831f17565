"""What each cluster of a repository holds before and after: the renders of two trees, scope by scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.config.model import Config, root_of
from gatelift.expected.expected import Change
from gatelift.manifests.resource import Resource
from gatelift.plan.building import Builder, Failed
from gatelift.plan.cases import build_cases
from gatelift.plan.charts.again import again
from gatelift.plan.foreseen import foresee
from gatelift.plan.kustomizations import read_for, render_before
from gatelift.plan.model import Plan, RootKind
from gatelift.plan.plain import read_plain
from gatelift.plan.request import Request
from gatelift.plan.roots import Roots, read_roots
from gatelift.plan.shared import share, written_gateways
from gatelift.plan.survey import Survey, survey
from gatelift.proof.forms import plain_key
from gatelift.repository.tree import Tree
from gatelift.sources.kustomize.graph import build_graph
from gatelift.sources.kustomize.rendering import rendering
from gatelift.sources.kustomize.shadow import stubbed
from gatelift.sources.wanted import wanted
from gatelift.traffic.case import Case, cases_of, is_common, with_gateways

Manifest = Mapping[str, Any]


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """One scope: its roots, what is replayed of it, and its roots that cannot be, with the reason.

    ``changed``: whether the new tree renders anything else than the old one without what gatelift wrote.
    """

    scope: str
    roots: tuple[str, ...]
    case: Case
    skipped: tuple[str, ...] = ()
    changed: bool = True


def clusters(request: Request, tree: Tree, plan: Plan, below: str = "") -> tuple[Cluster, ...]:
    """Every scope with an Ingress of ingress-nginx: as the tree of ``request`` renders, and as ``tree`` does.

    ``plan`` is what was made of the same request. ``below``: only roots in this folder, and those that meet them.
    """
    found = survey(request.tree, request.find, request.settings.config)
    roots = read_roots(request, found, render_before(request, found))
    after, failed = _after(request, found, roots, tree)
    withdrawn = {item.root: item.withdrawn for item in plan.roots if item.withdrawn}
    gateways = written_gateways(request.settings.config, tree)
    turned = _Turned(plan.result.changes, after, failed, withdrawn, gateways)
    return tuple(_clusters(request.settings.config, roots, turned, below))


def foreseen(request: Request, tree: Tree | None, below: str = "") -> tuple[Cluster, ...]:
    """As ``clusters``, without a plan: how the sources would be written is not asked.

    After stands what the Ingresses become, or (``tree``) what this tree renders.
    """
    seen = foresee(request)
    withdrawn = {root: finding.message for root, finding in seen.withdrawn.items()}
    after: Mapping[str, Sequence[Manifest]]
    if tree is None:
        shared = share(seen.found, seen.world, request.settings.config, {}, seen.withdrawn)
        full = {root: item for root, item in seen.roots.full.items() if root not in seen.withdrawn}
        after = {
            root: [*wanted(item, seen.world.by_root.get(root, ())), *shared.of_root(seen.found, root)]
            for root, item in full.items()
        }
        failed: Mapping[str, str] = {}
        gateways = shared.gateways
    else:
        after, failed = _after(seen.request, seen.found, seen.roots, tree)
        gateways = written_gateways(request.settings.config, tree)
    turned = _Turned(seen.world.result.changes, after, failed, withdrawn, gateways)
    return tuple(_clusters(request.settings.config, seen.roots, turned, below))


class _Turned(msgspec.Struct, frozen=True):
    """What becomes of roots: of their Ingresses, what they render then, which of them do not, and which stay.

    ``gateways``: those that have a file of their own, in a root or not.
    """

    changes: Sequence[Change]
    after: Mapping[str, Sequence[Manifest]]
    failed: Mapping[str, str]
    withdrawn: Mapping[str, str]
    gateways: Sequence[Manifest] = ()


def _clusters(config: Config, roots: Roots, turned: _Turned, below: str) -> Iterator[Cluster]:
    changes: dict[str, list[Change]] = {}
    for change in turned.changes:
        changes.setdefault(change.ingress.provenance.root, []).append(change)
    by_scope: dict[str, list[str]] = {}
    for root in roots.full:
        by_scope.setdefault(roots.scopes.of.get(root, ""), []).append(root)
    for scope, names in sorted(by_scope.items()):
        there = [root for root in names if root not in turned.failed]
        ours = [change for root in there for change in changes.get(root, ()) if not change.left]
        if not ours or not any(_is_below(root, below) for root in names if changes.get(root)):
            continue
        skipped = [f"{root} does not build: {turned.failed[root]}" for root in names if root in turned.failed]
        skipped += [f"{root} stays as it is: {turned.withdrawn[root]}" for root in names if root in turned.withdrawn]
        common = [root for root in roots.full if root not in roots.scopes.inferred and root not in names]
        rewritten = [root for root in there if root not in turned.withdrawn]
        before, after = _objects(rewritten, common, roots, turned)
        changed = any(_is_changed(roots, turned.after, root) for root in (*rewritten, *common))
        cases = cases_of(before, after, ours, config)
        for name_of_class, case in sorted(cases.items()):
            title = f"{scope}, class {name_of_class}" if len(cases) > 1 else scope
            yield Cluster(scope=title, roots=tuple(names), case=case, skipped=tuple(skipped), changed=changed)


def _is_changed(roots: Roots, after: Mapping[str, Sequence[Manifest]], root: str) -> bool:
    old = {plain_key(item.value): item.value for item in roots.full[root].resources}
    return old != {plain_key(item): item for item in after.get(root, ())}


def _is_below(root: str, folder: str) -> bool:
    return folder in ("", ".") or root_of(root) == folder or root.startswith(f"{folder}/")


def _after(
    request: Request, found: Survey, roots: Roots, tree: Tree
) -> tuple[dict[str, Sequence[Manifest]], dict[str, str]]:
    """Root -> its objects in ``tree``, and roots that do not build there."""
    graph = build_graph(tree)
    files = {folder: read_for(tree, graph, found.deployments, folder) for folder in graph.nodes}
    free = [folder for folder in graph.nodes if not request.settings.config.restricts(folder)]
    free += [item.path for item in found.deployments.items if item.path and not item.load_restrictor]
    stubs, _ = stubbed(tree, graph)
    cases = [roots.cases[root] for root in roots.full if root in roots.cases]
    built = build_cases(Builder(request.render, files, free, request.known), stubs, graph, cases)
    made: dict[str, Sequence[Manifest]] = {}
    failed: dict[str, str] = {}
    charts = again(request, found, roots.charts, tree)
    for root in roots.full:
        text = built.get(root)
        if roots.kinds[root] is RootKind.CHART:
            found_there = charts.resources(root, roots.charts)
            if isinstance(found_there, str):
                failed[root] = found_there
            else:
                made[root] = [item.value for item in found_there]
        elif isinstance(text, Failed):
            failed[root] = str(text)
        elif text is None:
            made[root] = [item.value for item in read_plain(found, tree, root)[0]]
        else:
            made[root] = [item.value for item in rendering(root, text).resources]
    return made, failed


def _objects(
    wanted: Sequence[str], common: Sequence[str], roots: Roots, turned: _Turned
) -> tuple[list[Resource], list[Manifest]]:
    """All objects before and after. ``common``: roots of no inferred scope, whose Gateways count for all."""
    before = [item for root in wanted for item in roots.full[root].resources]
    shared = [item for root in common for item in turned.after.get(root, ()) if is_common(item)]
    after = [*shared, *(item for root in wanted for item in turned.after[root])]
    return before, with_gateways(after, turned.gateways)
