"""Proving what would be written: every root rendered again from the new sources, and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gatelift.config.model import Phase, root_of
from gatelift.manifests.reference_paths import references_of
from gatelift.manifests.shape import GATEWAY, ObjectKey
from gatelift.plan.building import Builder, Failed
from gatelift.plan.cases import Case, build_cases
from gatelift.plan.charts.again import Again
from gatelift.plan.kustomizations import Before
from gatelift.plan.plain import read_plain
from gatelift.plan.request import Request
from gatelift.plan.roots import Roots
from gatelift.plan.shared import SharedFiles
from gatelift.plan.survey import Survey
from gatelift.plan.symbolic import Turned, symbolic
from gatelift.proof.commute import Everywhere, commutes
from gatelift.proof.dangling import dangling
from gatelift.proof.evidence import TRAFFIC, Evidence, Proof
from gatelift.proof.forms import is_owned, plain_key
from gatelift.proof.references import is_grant, named_by
from gatelift.proof.suite import Application, of_root, of_scope
from gatelift.repository.tree import Tree
from gatelift.sources.kustomize.graph import Graph
from gatelift.sources.kustomize.rendering import rendering
from gatelift.sources.kustomize.shadow import stubbed
from gatelift.sources.variables import Variables
from gatelift.sources.wanted import change_key, wanted
from gatelift.sources.worlds import Rendered, Settings, World

Manifest = Mapping[str, Any]


class Proved(msgspec.Struct, frozen=True, kw_only=True):
    """The evidence for one root."""

    evidence: tuple[Evidence, ...]
    allowed: bool = False
    """Whether a partial proof is enough."""

    @property
    def partial(self) -> tuple[str, ...]:
        """What could not be looked into."""
        own = (item for item in self.evidence if item.proof not in TRAFFIC)
        return tuple(dict.fromkeys(part for item in own for part in item.partial))

    @property
    def failed(self) -> bool:
        """Whether this is not enough to write anything."""
        return not all(item.holds for item in self.evidence) or bool(self.partial and not self.allowed)


class After(msgspec.Struct, frozen=True):
    """The new sources: the tree, its graph as far as it includes others, and what builds it."""

    tree: Tree
    graph: Graph
    builder: Builder
    shared: SharedFiles
    charts: Again
    """The cases of charts, rendered from the new sources."""


def prove(
    request: Request,
    found: Survey,
    before: Before,
    known: Roots,
    roots: Mapping[str, Rendered],
    world: World,
    new: After,
) -> dict[str, Proved]:
    """Evidence for each of ``roots``, were the sources those of ``new``."""
    tree = new.tree
    stubs, _ = stubbed(tree, new.graph)
    built = build_cases(new.builder, stubs, new.graph, [known.cases[root] for root in roots if root in known.cases])
    evidence: dict[str, list[Evidence]] = {}
    applications: dict[str, Application] = {}
    turned: dict[str, Turned] = {}
    allowed: dict[str, set[ObjectKey]] = {}
    hidden: dict[str, Variables] = {}
    for root, item in roots.items():
        aim = [*wanted(item, world.by_root.get(root, ())), *new.shared.of_root(found, root)]
        text = built.get(root)
        if root in new.charts.cases:
            first, got = new.charts.proved(root, aim, known.charts)
            if not got:
                evidence[root] = [first]
                continue
        elif isinstance(text, Failed):
            evidence[root] = [_unbuildable(root, text)]
            continue
        elif text is None:
            resources, _ = read_plain(found, tree, root, item.resources)
            got = [each.value for each in resources]
            first = _commutes(root, aim, got, (), item, item.others, Everywhere())
        else:
            got, first = _rendered(found, root, text, aim, item, _partial(before, known.cases[root]))
        variables = Variables()
        applications[root] = Application(
            root=root,
            before=[variables.hidden(each.value) for each in item.resources],
            after=[variables.hidden(each) for each in got],
        )
        turned[root] = Turned(item.resources, got)
        evidence[root] = [first]
        # What comes after says nothing where this does not hold, and would only hide the cause.
        if first.holds:
            allowed[root] = _allowed(request.settings, variables, aim)
            hidden[root] = variables
        elif request.settings.phase_of(root) is Phase.RETIRE:
            evidence[root] = [*_cause(applications[root], item, variables), first]
    grants = _grants(world, applications)
    for root, variables in hidden.items():
        beside = [each for other, each in grants.get(world.scopes.of.get(root, ""), ()) if other != root]
        rest = of_root(applications[root], allowed[root], beside, request.settings.config.target)
        if request.settings.phase_of(root) is Phase.RETIRE:
            application = applications[root]
            rest = (*rest, dangling(root, application.before, application.after, _speaking(root, roots[root])))
        evidence[root] += [_shown(each, variables) for each in rest]
    for root, more in _of_scopes(found, request.settings, world, applications).items():
        evidence[root].extend(more)
    for root, more in _of_requests(request.settings, world, turned, new.shared.gateways, evidence).items():
        evidence[root].extend(more)
    allow = request.settings.config.allow_partial
    return {root: Proved(evidence=tuple(items), allowed=allow) for root, items in evidence.items()}


def _grants(world: World, applications: Mapping[str, Application]) -> dict[str, list[tuple[str, Manifest]]]:
    """Scope -> the ReferenceGrants in it, each with its root: a Gateway and its applications lie apart."""
    found: dict[str, list[tuple[str, Manifest]]] = {}
    for root, item in applications.items():
        mine = [(root, each) for each in item.after if is_grant(each)]
        found.setdefault(world.scopes.of.get(root, ""), []).extend(mine)
    return found


def _speaking(root: str, item: Rendered) -> list[Manifest]:
    """The objects that no rewrite touches and that speak of an Ingress."""
    texts = [text for text in item.others if "Ingress" in text]
    objects = (each.value for text in texts for each in rendering(root, text).resources)
    plain = (each.value for each in item.resources if each.kind != "Ingress") if not item.others else ()
    return [*objects, *plain]


def _cause(application: Application, item: Rendered, variables: Variables) -> list[Evidence]:
    """What points at an Ingress that goes, and by a name that Kustomize follows: it changes when that name does."""
    found = dangling(application.root, application.before, application.after, _speaking(application.root, item))
    return [] if found.holds else [_shown(found, variables)]


def _partial(before: Before, case: Case) -> tuple[str, ...]:
    return (*before.partial.get(case.folder, ()), *case.unsupported)


def _shown(item: Evidence, variables: Variables) -> Evidence:
    return msgspec.structs.replace(item, text=variables.shown(item.text))


def _allowed(settings: Settings, variables: Variables, aim: Sequence[Manifest]) -> set[ObjectKey]:
    """What routes may refer to although nobody renders it: the platform team's Gateways, Secrets still to be made."""
    config = settings.config
    gateways = [
        config.gateway,
        *(item.gateway for item in config.classes),
        *(item.gateway for item in config.overrides),
    ]
    found = {ObjectKey(GATEWAY.group, GATEWAY.kind, each.namespace, each.name) for each in gateways if each}
    found |= named_by(settings.controller)
    for item in aim:
        if is_owned(plain_key(item)):
            hidden = variables.hidden(item)
            found.update(each.to for each in references_of(hidden) if each.to.kind in ("Secret", "ConfigMap"))
    return found


def _mirroring(found: Survey, items: Sequence[Application]) -> set[ObjectKey]:
    """Routes that gatelift wrote for Ingresses that are gone: in a build their names may have got more around them."""
    return {
        key
        for application in items
        for item in application.before
        if is_owned(key := plain_key(item)) and any(k == key.kind and name in key.name for k, name in found.retired)
    }


def _of_scopes(
    found: Survey, settings: Settings, world: World, applications: Mapping[str, Application]
) -> dict[str, list[Evidence]]:
    """What the roots of one scope must hold together; a failure is that of every root that it names, else of all."""
    by_scope: dict[str, list[Application]] = {}
    for root, item in applications.items():
        by_scope.setdefault(world.scopes.of.get(root, ""), []).append(item)
    result: dict[str, list[Evidence]] = {}
    for scope, items in by_scope.items():
        roots = {item.root for item in items}
        foreign = {
            change_key(change)
            for root in roots
            for change in world.by_root.get(root, ())
            if change.left and settings.phase_of(root) is not Phase.COEXIST
        }
        for each in of_scope(scope, items, foreign, _mirroring(found, items)):
            for root in each.roots or roots:
                result.setdefault(root, []).append(each)
    return result


def _of_requests(
    settings: Settings,
    world: World,
    turned: Mapping[str, Turned],
    gateways: Sequence[Manifest],
    evidence: Mapping[str, Sequence[Evidence]],
) -> dict[str, list[Evidence]]:
    """The symbolic proof of every scope; of one in which another proof fails it would only tell the same again."""
    failing = {root for root, items in evidence.items() if not all(item.holds for item in items)}
    scopes: dict[str, dict[str, Turned]] = {}
    for root, item in turned.items():
        if any(each.proof is Proof.SWITCHED_OFF for each in evidence[root]):
            continue  # its requests stay where they are
        scopes.setdefault(world.scopes.of.get(root, ""), {})[root] = item
    found: dict[str, list[Evidence]] = {}
    for scope, roots in sorted(scopes.items()):
        if failing.isdisjoint(roots):
            common = [item for root, item in turned.items() if root not in world.scopes.inferred and root not in roots]
            found.update(symbolic(settings, scope, roots, common, gateways, world.by_root))
    return found


def _rendered(
    found: Survey, root: str, text: str, aim: list[Manifest], item: Rendered, partial: tuple[str, ...]
) -> tuple[list[Manifest], Evidence]:
    made = rendering(root, text)
    got = [each.value for each in made.resources]
    return got, _commutes(root, aim, got, partial, item, made.others, _everywhere(found, root))


def _commutes(
    root: str,
    aim: list[Manifest],
    got: list[Manifest],
    partial: tuple[str, ...],
    before: Rendered,
    others_after: tuple[str, ...],
    everywhere: Everywhere,
) -> Evidence:
    if before.others != others_after:
        changed = Counter(before.others)
        changed.subtract(Counter(others_after))
        first = next((each for each, count in sorted(changed.items()) if count), "")
        text = f"an object that is none of gatelift's would change: {_name(first)}"
        return Evidence(proof=Proof.COMMUTES, root=root, holds=False, text=text, partial=partial)
    # What stood there before has a name that others know.
    named = {item.key for item in before.resources if is_owned(item.key)}
    count = len(before.others)
    return commutes(root, aim, got, everywhere=everywhere, partial=partial, named=named, unchanged=count)


def _name(text: str) -> str:
    """Which object a text is of; nothing of its content is shown, for it may be a Secret."""
    made = rendering("", text)
    return ", ".join(str(item) for item in made.resources) or "one of another kind"


def _unbuildable(root: str, why: Failed) -> Evidence:
    return Evidence(proof=Proof.COMMUTES, root=root, holds=False, text=f"the new sources do not build: {why}")


def _everywhere(found: Survey, root: str) -> Everywhere:
    labels: dict[str, set[str]] = {}
    annotations: dict[str, set[str]] = {}
    for folder in found.graph.below(root_of(root)):
        value = found.graph.nodes[folder].value
        _gather(annotations, value.get("commonAnnotations"))
        _gather(labels, value.get("commonLabels"))
        for item in found.graph.nodes[folder].items("labels"):
            _gather(labels, item.get("pairs") if isinstance(item, Mapping) else None)
    return Everywhere(labels=labels, annotations=annotations)


def _gather(found: dict[str, set[str]], pairs: object) -> None:
    if isinstance(pairs, Mapping):
        for key, value in pairs.items():
            found.setdefault(str(key), set()).add(str(value))
