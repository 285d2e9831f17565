"""Proving what would be written: every root rendered again from the new sources, and compared (DESIGN 2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from gatelift.plan.building import Failed
from gatelift.plan.kustomizations import Before
from gatelift.plan.model import RootKind
from gatelift.plan.plain import read_plain
from gatelift.plan.request import Request
from gatelift.plan.survey import Survey
from gatelift.proof.commute import Everywhere, commutes
from gatelift.proof.evidence import Evidence, Proof
from gatelift.sources.kustomize.rendering import rendering
from gatelift.sources.kustomize.shadow import stubbed
from gatelift.sources.worlds import Rendered, World, wanted

Manifest = Mapping[str, Any]


class Proved(msgspec.Struct, frozen=True, kw_only=True):
    """The evidence for one root."""

    evidence: tuple[Evidence, ...]
    allowed: bool = False
    """Whether a partial proof is enough."""

    @property
    def partial(self) -> tuple[str, ...]:
        """What could not be looked into."""
        return tuple(dict.fromkeys(part for item in self.evidence for part in item.partial))

    @property
    def failed(self) -> bool:
        """Whether this is not enough to write anything."""
        return not all(item.holds for item in self.evidence) or bool(self.partial and not self.allowed)


def prove(
    request: Request,
    found: Survey,
    before: Before,
    roots: Mapping[str, Rendered],
    kinds: Mapping[str, RootKind],
    world: World,
    changes: Mapping[str, bytes | None],
) -> dict[str, Proved]:
    """Evidence for each of ``roots``, were ``changes`` made."""
    tree = found.tree.changed(changes)
    stubs, _ = stubbed(tree, found.actual)
    folders = [root for root in roots if kinds[root] is RootKind.KUSTOMIZATION]
    built = before.builder.build(stubs, folders)
    result: dict[str, Proved] = {}
    for root, item in roots.items():
        aim = wanted(item, world.by_root.get(root, ()))
        if kinds[root] is RootKind.PLAIN:
            resources, _ = read_plain(found, tree, root)
            evidence = _commutes(
                root, aim, [each.value for each in resources], (), item.others, item.others, Everywhere()
            )
        else:
            text = built[root]
            evidence = (
                _unbuildable(root, text)
                if isinstance(text, Failed)
                else _rendered(found, root, text, aim, item, before.partial.get(root, ()))
            )
        result[root] = Proved(evidence=(evidence,), allowed=request.settings.config.allow_partial)
    return result


def _rendered(
    found: Survey, root: str, text: str, aim: list[Manifest], item: Rendered, partial: tuple[str, ...]
) -> Evidence:
    made = rendering(root, text)
    got = [each.value for each in made.resources]
    return _commutes(root, aim, got, partial, item.others, made.others, _everywhere(found, root))


def _commutes(
    root: str,
    aim: list[Manifest],
    got: list[Manifest],
    partial: tuple[str, ...],
    others_before: tuple[str, ...],
    others_after: tuple[str, ...],
    everywhere: Everywhere,
) -> Evidence:
    if others_before != others_after:
        first = next(iter(sorted(set(others_before) ^ set(others_after))), "")
        text = f"an object that is none of gatelift's would change: {_name(first)}"
        return Evidence(proof=Proof.COMMUTES, root=root, holds=False, text=text, partial=partial)
    return commutes(root, aim, got, everywhere=everywhere, partial=partial, unchanged=len(others_before))


def _name(text: str) -> str:
    """Which object a text is of; nothing of its content is shown, for it may be a Secret."""
    made = rendering("", text)
    return ", ".join(str(item) for item in made.resources) or "one of another kind"


def _unbuildable(root: str, why: Failed) -> Evidence:
    return Evidence(proof=Proof.COMMUTES, root=root, holds=False, text=f"the new sources do not build: {why}")


def _everywhere(found: Survey, root: str) -> Everywhere:
    labels: dict[str, set[str]] = {}
    annotations: dict[str, set[str]] = {}
    for folder in found.graph.below(root):
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
