"""The deployed cases of charts as the new sources render them: what whoever deploys them will get."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from gatelift.findings import InputError
from gatelift.manifests.defaults import filled
from gatelift.manifests.resource import Resource
from gatelift.plan.charts.before import Charted, as_root, meeting
from gatelift.plan.charts.comparing import broken, differing, parsed
from gatelift.plan.charts.versions import with_old_versions
from gatelift.plan.request import Request
from gatelift.plan.survey import Survey
from gatelift.proof.charts import commutes_by_host, unchanged
from gatelift.proof.evidence import Evidence, Proof
from gatelift.render.rendering import Rendering
from gatelift.repository.tree import Tree, join, relative
from gatelift.sources.deployed.read import MARKS, deployments
from gatelift.sources.files import SUFFIXES
from gatelift.sources.helm.cases import find_cases
from gatelift.sources.helm.discover import discover
from gatelift.sources.helm.offer import Manifest
from gatelift.sources.helm.ours import written


class Again(msgspec.Struct, frozen=True, kw_only=True):
    """Case -> what the new sources render; None for a case that is no longer there."""

    cases: Mapping[str, Rendering | None] = {}
    written: Mapping[str, frozenset[str]] = {}
    """Case -> the templates in it that gatelift wrote, as Helm names them."""
    prepared: frozenset[str] = frozenset()
    """The cases whose routes may still be off: what renders what it rendered has its traffic where it was."""

    def resources(self, root: str, before: Charted) -> Sequence[Resource] | str:
        """The objects of a case that matter; a sentence where it does not render."""
        made = self.cases[root]
        if made is None or made.failed:
            return made.findings[0].message if made and made.findings else "it is no longer deployed"
        return as_root(before.sources.by_name[root], made, {})[0].resources

    def proved(self, root: str, aim: Sequence[Manifest], before: Charted) -> tuple[Evidence, list[Manifest]]:
        """Whether a case renders ``aim`` and all else as before; and the objects of it that matter."""
        made = self.cases[root]
        if made is None:
            text = "the new sources deploy it no longer, or under another name"
            return Evidence(proof=Proof.COMMUTES, root=root, holds=False, text=text), []
        if made.failed:
            return broken(root, Proof.COMMUTES, made), []
        off = root in self.prepared and _off(root, made, before)
        if off:
            return off, [item.value for item in before.roots[root].resources]
        old = before.roots[root]
        got, origins = as_root(before.sources.by_name[root], made, {})
        lots = before.lots.get(root, ())
        others = unchanged(root, *parsed(old.others, got.others), lots, proof=Proof.COMMUTES)
        # What a template of the chart's own leaves to the API server's defaults is its author's business.
        ours = self.written.get(root, frozenset())
        values = [
            item.value if origin in ours else filled(item.value)
            for item, origin in zip(got.resources, origins, strict=True)
        ]
        if not others.holds:
            return others, values
        partial = before.sources.by_name[root].partial
        return commutes_by_host(root, aim, values, lots, unchanged=len(old.others), partial=partial), values


def _off(root: str, made: Rendering, before: Charted) -> Evidence | None:
    """That a case renders what it rendered; None where it does not."""
    found = unchanged(root, *differing(before.rendered[root], made), before.lots.get(root, ()))
    if not found.holds:
        return None
    text = "it renders what it rendered: whatever routes are prepared for it, they are not on"
    return Evidence(proof=Proof.SWITCHED_OFF, root=root, holds=True, text=text)


def again(request: Request, found: Survey, before: Charted, tree: Tree, *, prepared: bool = False) -> Again:
    """Render the deployed cases from ``tree``; nothing is rendered twice for the same bytes and values.

    ``prepared``: whether it is enough that no route of a case is on.
    """
    names = meeting(before)
    if not names:
        return Again()
    config = request.settings.config
    charts = discover(tree)
    tree = with_old_versions(tree, before.sources.actual, before.sources.charts, charts)
    deployed = found.deployments
    if not tree.over(request.tree):  # another state of the work tree: who deploys what is read from that
        deployed = deployments(tree, _holding(tree, MARKS))
    elif any(item.place.path in tree.changes for item in deployed.items):
        deployed = deployments(tree, request.find(MARKS), search=lambda name: request.find((name.encode(),)))
    cases = {case.name: case for case in find_cases(tree, charts, deployed, config).items}
    there = [cases[name] for name in names if name in cases]
    made = before.builder.build(tree, charts, there)
    holding = {path for path, _ in written(tree, charts)}
    ours = {case.name: _named(charts.shown(case.chart), holding) for case in there}
    return Again(
        cases={name: made.get(name) for name in names},
        written=ours,
        prepared=frozenset(ours) if prepared else frozenset(),
    )


def _holding(tree: Tree, words: Sequence[bytes]) -> list[str]:
    """The files of a tree that hold one of the words, or cannot be read."""
    return [path for path in tree.files if path.endswith((*SUFFIXES, "Kustomization")) and _holds(tree, path, words)]


def _holds(tree: Tree, path: str, words: Sequence[bytes]) -> bool:
    try:
        data = tree.read(path)
    except InputError:
        return True
    return any(word in data for word in words)


def _named(shown: Mapping[str, str], paths: Collection[str]) -> frozenset[str]:
    """Templates as Helm names them in a case."""
    return frozenset(
        f"{name}/{relative(path, folder)}"
        for name, folder in shown.items()
        for path in paths
        if path.startswith(f"{join(folder, 'templates')}/")
    )
