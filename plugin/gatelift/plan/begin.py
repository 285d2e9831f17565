"""What is known of a repository before anything is rewritten: surveyed, rendered, and what its Ingresses become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from gatelift.expected.suspects import Suspect
from gatelift.findings import Finding
from gatelift.ingress.read import is_ingress
from gatelift.ingress.scopes import INFERRED
from gatelift.plan.charts.phases import held_back
from gatelift.plan.kustomizations import Before, render_before
from gatelift.plan.model import RootKind
from gatelift.plan.offered import with_controllers
from gatelift.plan.request import Request
from gatelift.plan.roots import Roots, read_roots
from gatelift.plan.shared import remembering
from gatelift.plan.survey import Survey, survey
from gatelift.plan.withdrawing import set_by_deployments
from gatelift.sources.suspects import suspect
from gatelift.sources.worlds import Rendered, World, judge_world


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """What is known before anything is judged. ``withdrawn``: roots that nothing here can rewrite, with the reason."""

    request: Request
    found: Survey
    before: Before
    roots: Roots
    withdrawn: Mapping[str, Finding]


def begin(request: Request) -> Begun:
    """Survey the tree, and render it."""
    request = with_controllers(request)
    found = survey(request.tree, request.find, request.settings.config)
    settings, held = held_back(request.settings, found.helm)
    request = remembering(msgspec.structs.replace(request, settings=settings), found)
    found = msgspec.structs.replace(found, findings=(*found.findings, *held))
    before = render_before(request, found)
    roots = read_roots(request, found, before)
    request.tell("judging")
    withdrawn = set_by_deployments(found, roots)
    return Begun(request=request, found=found, before=before, roots=roots, withdrawn=withdrawn)


def judged(begun: Begun, withdrawn: Mapping[str, Finding]) -> World:
    """What becomes of all Ingresses but those of the roots that are ``withdrawn``."""
    roots = begun.roots
    doubtful = suspects_of(begun.found, roots, withdrawn)
    rewritten = [item for root, item in roots.full.items() if root not in withdrawn]
    return judge_world([*rewritten, *live_routes(roots, withdrawn)], begun.request.settings, roots.scopes, doubtful)


def live_routes(roots: Roots, withdrawn: Mapping[str, Finding]) -> list[Rendered]:
    """The routes of charts that stay as they are, where an earlier run or a person turned them on.

    They answer today and will tomorrow, so that whatever they would catch of others has to stay closed.
    """
    found = roots.charts.live
    return [
        Rendered(root=root, resources=found[root], release=roots.full[root].release)
        for root in withdrawn
        if roots.kinds[root] is RootKind.CHART and found.get(root)
    ]


def suspects_of(found: Survey, roots: Roots, withdrawn: Mapping[str, Finding]) -> dict[str, list[Suspect]]:
    """By scope: Ingresses that are there, and whose roots cannot be built or proved."""
    result: dict[str, list[Suspect]] = {}
    for root in withdrawn:
        for resource in roots.full[root].resources:
            if is_ingress(resource):
                item = suspect(resource, "its sources cannot be rewritten")
                for scope in _met_by(roots, root):
                    result.setdefault(scope, []).append(item)
    for file in found.stranded:
        for written in file.ingresses:
            item = suspect(file.resource(written), "the kustomization of its folder cannot be read")
            for scope in set(roots.scopes.of.values()) or {""}:
                result.setdefault(scope, []).append(item)
    for folder in sorted(roots.broken):
        for written in found.written:
            if _builds(found, folder, written.path):
                item = suspect(
                    found.files[written.path].resource(written), f"{folder}, which builds it, does not build"
                )
                for scope in _met_by(roots, folder):
                    result.setdefault(scope, []).append(item)
    return result


def _met_by(roots: Roots, root: str) -> Sequence[str]:
    """The scopes that a root may be part of: what inference set apart may still meet whom nothing sets apart."""
    own = roots.scopes.of.get(root, "")
    return (own, INFERRED) if root in roots.scopes.inferred else (own,)


def _builds(found: Survey, folder: str, path: str) -> bool:
    return any(path in found.graph.resources.get(item, ()) for item in found.graph.below(folder))
