"""What each cluster of a repository holds before and after: the renders of two trees, scope by scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from gatelift.config.model import root_of
from gatelift.expected.expected import Change
from gatelift.manifests.resource import Resource
from gatelift.plan.building import Builder, Failed
from gatelift.plan.cases import build_cases
from gatelift.plan.charts.again import again
from gatelift.plan.kustomizations import read_for, render_before
from gatelift.plan.model import Plan, RootKind
from gatelift.plan.plain import read_plain
from gatelift.plan.request import Request
from gatelift.plan.roots import Roots, read_roots
from gatelift.plan.survey import Survey, survey
from gatelift.repository.tree import Tree
from gatelift.sources.kustomize.graph import build_graph
from gatelift.sources.kustomize.rendering import rendering
from gatelift.sources.kustomize.shadow import stubbed
from gatelift.traffic.case import Case, cases_of
from gatelift.traffic.fields import at, maps


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
    before = render_before(request, found)
    roots = read_roots(request, found, before)
    after, failed = _after(request, found, roots, tree)
    withdrawn = {item.root: item.withdrawn for item in plan.roots if item.withdrawn}
    changes: dict[str, list[Change]] = {}
    for change in plan.result.changes:
        changes.setdefault(change.ingress.provenance.root, []).append(change)
    by_scope: dict[str, list[str]] = {}
    for root in roots.full:
        by_scope.setdefault(roots.scopes.of.get(root, ""), []).append(root)
    made = []
    for scope, names in sorted(by_scope.items()):
        wanted = [root for root in names if root not in failed]
        ours = [change for root in wanted for change in changes.get(root, ()) if not change.left]
        if not ours or not any(_is_below(root, below) for root in names if changes.get(root)):
            continue
        skipped = [f"{root} does not build: {failed[root]}" for root in names if root in failed]
        skipped += [f"{root} stays as it is: {withdrawn[root]}" for root in names if root in withdrawn]
        common = [root for root in roots.full if root not in roots.scopes.inferred and root not in names]
        rewritten = [root for root in wanted if root not in withdrawn]
        objects = _objects(rewritten, common, roots, after)
        changed = any(_is_changed(roots, after, root) for root in (*rewritten, *common))
        cases = cases_of(objects[0], [item.value for item in objects[1]], ours, request.settings.config)
        for name_of_class, case in sorted(cases.items()):
            title = f"{scope}, class {name_of_class}" if len(cases) > 1 else scope
            item = Cluster(scope=title, roots=tuple(names), case=case, skipped=tuple(skipped), changed=changed)
            made.append(item)
    return tuple(made)


def _is_changed(roots: Roots, after: Mapping[str, Sequence[Resource]], root: str) -> bool:
    old, new = ({item.key: item.value for item in items} for items in (roots.full[root].resources, after.get(root, ())))
    return old != new


def _is_below(root: str, folder: str) -> bool:
    return folder in ("", ".") or root_of(root) == folder or root.startswith(f"{folder}/")


def _after(
    request: Request, found: Survey, roots: Roots, tree: Tree
) -> tuple[dict[str, Sequence[Resource]], dict[str, str]]:
    """Root -> its objects in ``tree``, and roots that do not build there."""
    graph = build_graph(tree)
    files = {folder: read_for(tree, graph, found.deployments, folder) for folder in graph.nodes}
    free = [folder for folder in graph.nodes if not request.settings.config.restricts(folder)]
    free += [item.path for item in found.deployments.items if item.path and not item.load_restrictor]
    stubs, _ = stubbed(tree, graph)
    cases = [roots.cases[root] for root in roots.full if root in roots.cases]
    built = build_cases(Builder(request.render, files, free, request.known), stubs, graph, cases)
    made: dict[str, Sequence[Resource]] = {}
    failed: dict[str, str] = {}
    charts = again(request, found, roots.charts, tree)
    for root in roots.full:
        text = built.get(root)
        if roots.kinds[root] is RootKind.CHART:
            found_there = charts.resources(root, roots.charts)
            if isinstance(found_there, str):
                failed[root] = found_there
            else:
                made[root] = found_there
        elif isinstance(text, Failed):
            failed[root] = str(text)
        elif text is None:
            made[root] = read_plain(found, tree, root)[0]
        else:
            made[root] = rendering(root, text).resources
    return made, failed


def _objects(
    wanted: Sequence[str], common: Sequence[str], roots: Roots, after: Mapping[str, Sequence[Resource]]
) -> tuple[list[Resource], list[Resource]]:
    """All objects before and after. ``common``: roots of no inferred scope, whose Gateways count for all."""
    before = [item for root in wanted for item in roots.full[root].resources]
    shared = [item for root in common for item in after.get(root, ()) if _is_common(item)]
    return before, [*shared, *(item for root in wanted for item in after[root])]


def _is_common(item: Resource) -> bool:
    """Whether an object is part of every cluster: a Gateway, a policy on one, or what lets it read certificates."""
    spec = item.value.get("spec")
    refs = [*maps(at(spec, "targetRefs")), *maps([at(spec, "targetRef")])]
    return item.kind in ("Gateway", "ReferenceGrant") or any(ref.get("kind") == "Gateway" for ref in refs)
